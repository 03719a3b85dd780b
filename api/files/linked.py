"""JSON-LD: the whole answer, nested as it is, with identifiers, types and terms that mean the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from graphql import is_abstract_type

from api.files.writing import Info, Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schema.selected import Selected

TERMS, IDENTIFIERS = "urn:nextgraph:schema:", "urn:nextgraph:"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPES = {"Decimal": f"{XSD}decimal", "Date": f"{XSD}date", "DateTime": f"{XSD}dateTime"}
CONTEXT = {"@vocab": TERMS}
TYPENAME = "__typename"


class LinkedWriter:
    """Writes a graph of the rows of all root fields, and last an object of what is known of the lists."""

    streams: ClassVar[bool] = True
    tells_sources: ClassVar[bool] = True
    most_rows: ClassVar[int | None] = None

    def __init__(self, question: Question, folder: Path) -> None:
        self._question, self._before = question, b""

    def begin(self) -> bytes:
        return b'{"@context":' + orjson.dumps(CONTEXT) + b',"@graph":['

    def add(self, key: str, value: Any) -> bytes:
        root = self._question.roots[key]
        self._question.tables.tally(key, value)
        if root.is_leaf or value is None:
            return b""
        if not root.is_connection:
            items = value if isinstance(value, list) else [value]
            return b"".join(self._item(linked(item, root)) for item in items if item is not None)
        found = b""
        for name, each in root.below.items():
            if each.is_list and not each.is_leaf:
                found += b"".join(self._item(linked(item, each)) for item in value.get(name) or ())
            elif not each.is_leaf and each.is_connection and value.get(name):
                found += self._item(linked(value[name], each))
        return found

    def end(self, info: Info) -> bytes:
        columns = self._question.tables.answer.columns
        beside = {
            column.name: value
            for column, value in zip(columns, info.beside, strict=True)
            if value is not None and not isinstance(value, dict | list)
        }
        told = {"release": info.release, **beside, "sources": [_source(each) for each in info.sources.documents]}
        if info.sources.beyond:
            told["sourcesNotLookedFor"] = info.sources.beyond
        return self._item({"@type": "Answer", **told}) + b"]}"

    def abandon(self) -> None:
        pass

    def _item(self, value: Any) -> bytes:
        found = self._before + orjson.dumps(value)
        self._before = b",\n"
        return found


def _source(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as a node."""
    publisher, day = document["publisher"], document["publishedOn"]
    said = {
        "title": document["title"],
        "publisher": publisher and publisher["name"],
        "publisherAsPrinted": document["publisherAsPrinted"],
        "publishedOn": day and {"@value": day, "@type": TYPES["Date"]},
        "locator": document["locator"],
        "standing": document["standing"],
    }
    present = {name: value for name, value in said.items() if value is not None}
    return {"@id": f"{IDENTIFIERS}{document['id']}", "@type": "Document", **present}


def linked(value: Any, selected: Selected) -> Any:
    """Return an object as a node; what is selected of it says how its values are written."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    if not is_abstract_type(selected.type):
        found["@type"] = selected.type.name
    for key, each in selected.below.items():
        given = value.get(key)
        if given is None:
            continue
        if each.name == TYPENAME:
            found["@type"] = given
        elif each.name == "id":
            found["@id"] = f"{IDENTIFIERS}{given}"
        elif each.is_leaf:
            found[key] = _typed(given, each)
        elif each.is_list:
            found[key] = {"@list": [linked(item, each) for item in given if item is not None]}
        else:
            found[key] = linked(given, each)
    return found


def _typed(value: Any, selected: Selected) -> Any:
    if isinstance(value, list) and selected.is_list:
        return {"@list": [_typed(each, selected) for each in value if each is not None]}
    if selected.type.name == "JSON":
        return {"@value": value, "@type": "@json"}
    datatype = TYPES.get(selected.type.name)
    return {"@value": value, "@type": datatype} if datatype else value
