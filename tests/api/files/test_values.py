"""Each format, opened with another library, has the values of the JSON answer: odd texts, large amounts, far days."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import orjson
import pyarrow.parquet
import pytest
from graphql import get_named_type, is_leaf_type, is_list_type, is_required_argument
from openpyxl.utils.escape import unescape
from pyld import jsonld

from api.app import create_app
from api.files.delimited import unguarded
from api.files.workbook import DIGITS
from api.settings import Settings
from db import releases
from db.connection import engine
from db.viewers import Scope
from schema import contract
from tests.api.holding import made_key
from tests.api.running import running
from tests.conftest import new_database
from tests.schema.oracle.generated import rows
from tests.schema.oracle.world import plain_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    import sqlalchemy as sa

SEED = 5
LISTS: dict[str, Any] = plain_lists(contract().schema.query_type)
SOME = ("budgetLines", "statistics", "targets", "terms", "documents")
"""Amounts, decimals, fuzzy times, lists of texts, days and moments."""
KOREA = timezone(timedelta(hours=9))
TERM = "urn:nextgraph:schema:"
Leaf = tuple[tuple[str, ...], str, bool]
"""Where a value stands in a row, its type, and whether there are several."""


@pytest.fixture(scope="module")
def odd(server_url: sa.URL, empty_template: sa.URL) -> Iterator[httpx.Client]:
    """A server of generated rows, for who sees them all."""

    async def publish(url: sa.URL) -> None:
        async with engine(url) as writer:
            await releases.publish(writer, "", put=rows(SEED))

    with new_database(server_url, str(empty_template.database)) as url:
        asyncio.run(publish(url))
        key = made_key(url, "ministry:0", (Scope.EVERYTHING,))
        with running(create_app(url, Settings())) as client:
            client.headers["Authorization"] = f"Bearer {key}"
            yield client


def leaves(type_: Any, before: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield the values of a row, those of its embedded objects too."""
    for name, member in type_.fields.items():
        target: Any = get_named_type(member.type)
        if any(is_required_argument(each) for each in member.args.values()):
            continue
        if is_leaf_type(target):
            several = is_list_type(getattr(member.type, "of_type", member.type))
            yield (*before, name), target.name, several
        elif target.name in contract().types and contract().types[target.name].model is None and not before:
            yield from leaves(target, (name,))


def selection(found: list[Leaf]) -> str:
    return " ".join(f"{' { '.join(path)}{' }' * (len(path) - 1)}" for path, _, _ in found)


def at(row: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        row = None if row is None else row[key]
    return row


def read_csv(content: bytes, found: list[Leaf]) -> list[list[Any]]:
    _, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [[unguarded(text) for text in line] for line in lines]


def in_csv(cell: str | None, value: Any, type_: str, *, several: bool) -> bool:
    if value is None or cell is None:
        return value is None and cell is None
    if several or type_ == "JSON":
        return bool(orjson.loads(cell) == value)
    return cell == (str(value).lower() if type_ == "Boolean" else str(value))


def read_lines(content: bytes, found: list[Leaf]) -> list[list[Any]]:
    lines = [orjson.loads(line) for line in content.splitlines()]
    return [[line[".".join(path)] for path, _, _ in found] for line in lines]


def same(cell: Any, value: Any, type_: str, *, several: bool) -> bool:
    return type(cell) is type(value) and bool(cell == value)


def read_sheet(content: bytes, found: list[Leaf]) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    cells = list(sheet.iter_rows(min_row=2))
    assert not [cell for row in cells for cell in row if cell.data_type == "f"]
    return [[cell.value for cell in row] for row in cells]


def in_sheet(cell: Any, value: Any, type_: str, *, several: bool) -> bool:
    if value is None or value == "":
        # A cell with an empty text and none look alike to who opens it.
        return not cell and not isinstance(cell, bool | int)
    if isinstance(cell, str):
        if type_ in ("Int", "Float", "Decimal"):
            return cell == str(value) and len(Decimal(cell).normalize().as_tuple().digits) > DIGITS
        text = unescape(cell)
        if several or type_ == "JSON":
            return bool(orjson.loads(text) == value)
        return text == value and (type_ != "Date" or value < "1900-03-01")
    if type_ in ("Int", "Float", "Decimal"):
        return Decimal(repr(cell)) == Decimal(str(value))
    if type_ == "Date":
        return bool(cell.date().isoformat() == value)
    if type_ == "DateTime":
        return bool(cell.replace(tzinfo=KOREA) == datetime.fromisoformat(value))
    return type_ == "Boolean" and cell is value


def read_parquet(content: bytes, found: list[Leaf]) -> list[list[Any]]:
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    return [[row[".".join(path)] for path, _, _ in found] for row in table.to_pylist()]


def in_parquet(cell: Any, value: Any, type_: str, *, several: bool) -> bool:
    if cell is not None and type_ == "Date":
        return bool(cell.isoformat() == value)
    if cell is not None and type_ == "DateTime":
        return bool(cell == datetime.fromisoformat(value))
    return in_csv(cell, value, type_, several=False) if type_ == "JSON" else same(cell, value, type_, several=several)


def read_linked(content: bytes, found: list[Leaf]) -> list[list[Any]]:
    expanded = [each for each in jsonld.expand(orjson.loads(content)) if f"{TERM}Answer" not in each.get("@type", ())]
    return [[linked_at(node, path) for path, _, _ in found] for node in expanded]


def linked_at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if key == "id":
            return [{"@value": node["@id"].removeprefix("urn:nextgraph:")}]
        (node,) = [node] if isinstance(node, dict) else node
        node = node.get(f"{TERM}{key}")
        if node is None:
            return None
    return node


def in_linked(cell: Any, value: Any, type_: str, *, several: bool) -> bool:
    if cell is None:
        return value is None
    if several:
        return bool([each["@value"] for each in cell[0]["@list"]] == value)
    (found,) = cell
    names = {"Decimal": "decimal", "Date": "date", "DateTime": "dateTime"}
    wanted = f"http://www.w3.org/2001/XMLSchema#{names[type_]}" if type_ in names else found.get("@type")
    return same(found["@value"], value, type_, several=False) and found.get("@type") == wanted


READERS: dict[str, tuple[Callable[..., list[list[Any]]], Callable[..., bool]]] = {
    "csv": (read_csv, in_csv),
    "ndjson": (read_lines, same),
    "xlsx": (read_sheet, in_sheet),
    "parquet": (read_parquet, in_parquet),
    "jsonld": (read_linked, in_linked),
}


def differing(client: httpx.Client, root: str) -> list[Any]:
    """Return the values that a format has otherwise than the JSON answer."""
    type_: Any = get_named_type(get_named_type(LISTS[root].type).fields["nodes"].type)
    found = list(leaves(type_))
    query = f"{{ {root} {{ nodes {{ {selection(found)} }} }} }}"
    answer = client.post("/graphql", json={"query": query.replace(root, f"{root}(first: 1000)", 1)}).json()
    nodes = answer["data"][root]["nodes"]
    wrong = []
    for format_, (read, is_same) in READERS.items():
        response = client.get(f"/files/{format_}", params={"query": query})
        assert response.status_code == 200, (format_, response.text)
        table = read(response.content, found)
        assert len(table) == len(nodes), (format_, root)
        for row, node in zip(table, nodes, strict=True):
            for cell, (path, name, several) in zip(row, found, strict=True):
                if not is_same(cell, value := at(node, path), name, several=several):
                    wrong.append((format_, path, name, value, cell))
    return wrong


@pytest.mark.parametrize("root", SOME)
def test_values_are_those_of_the_answer(odd: httpx.Client, root: str) -> None:
    assert differing(odd, root) == []


@pytest.mark.slow
@pytest.mark.parametrize("root", [root for root in LISTS if root not in SOME])
def test_values_of_every_list_are_those_of_the_answer(odd: httpx.Client, root: str) -> None:
    assert differing(odd, root) == []


def test_the_rows_have_what_is_hard(odd: httpx.Client) -> None:
    query = "{ budgetLines(first: 1000) { nodes { amount } } }"
    lines = odd.post("/graphql", json={"query": query}).json()["data"]["budgetLines"]["nodes"]
    assert {2**63 - 1, 1 - 2**63} <= {int(line["amount"]) for line in lines}
    texts = {value for fact in rows(SEED) for value in vars(fact).values() if isinstance(value, str)}
    assert {"\r\n", "\t", "\x01", "'", "", "9" * 16} <= texts


def test_a_character_that_cp949_does_not_have_is_named(odd: httpx.Client) -> None:
    asked = {"query": "{ documents { nodes { title note publisherAsPrinted locator } } }", "encoding": "cp949"}
    problem = odd.get("/files/csv", params=asked).json()
    assert (problem["status"], problem["code"]) == (400, "BAD_INPUT")
    assert re.search(r"\(U\+[0-9A-F]{4,5}\) has no place in CP949: leave encoding out", problem["detail"])
