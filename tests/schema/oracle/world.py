"""A database with both who answer for it: the planner and the oracle."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError, get_named_type, is_required_argument, parse

from db.reading import open_database
from schema import contract
from tests.schema.oracle.answer import Cursor, Oracle, written
from tests.schema.oracle.fields import Fields, snake
from tests.schema.oracle.rows import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa
    from graphql import ExecutionResult, GraphQLSchema

    from db.reading import Database

VALUES = 40
"""About how many values of a field generated documents draw from."""
DATED = (("due", "milestones"), ("starts", "missions"), ("established", "bodies"))
"""Some of the columns and tables that hold fuzzy dates."""


@dataclass(repr=False)
class World:
    """Asks the planner and the oracle the same question; the event loop lives as long as the world."""

    runner: asyncio.Runner
    database: Database
    fields: Fields
    meanings: dict[str, set[Cursor]] = field(default_factory=lambda: defaultdict(set))

    def __repr__(self) -> str:
        return f"World({self.database.url.database})"

    @property
    def schema(self) -> GraphQLSchema:
        return contract().schema

    @cached_property
    def oracle(self) -> Oracle:
        return Oracle(self.schema, self.fields)

    def ask(self, text: str, variables: Mapping[str, Any] | None = None, *, hydrate: bool = False) -> ExecutionResult:
        """Have the planner answer a document."""
        executor = contract().executor
        document = executor.document(text)
        return self.runner.run(executor.execute(document, self.database, variables or {}, hydrate=hydrate))

    def answer(self, text: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Return the planner's answer as parsed JSON; an error fails the test."""
        result = self.ask(text, variables)
        assert result.errors is None, result.errors
        return orjson.loads(orjson.dumps(result.data))

    def refusal(self, text: str, variables: Mapping[str, Any] | None = None) -> GraphQLError:
        """Return the one error that the planner answers with, which is none of the server's own."""
        result = self.ask(text, variables)
        assert result.errors is not None
        (error,) = result.errors
        assert error.original_error is None or isinstance(error.original_error, GraphQLError), error.original_error
        return error

    def check(self, question: str, variables: Mapping[str, Any] | None = None) -> None:
        """Assert that the planner, graphql-core over the planner's rows, and the oracle answer alike."""
        document = contract().executor.document(question)
        assert not document.errors, document.errors
        answered, hydrated = self.ask(question, variables), self.ask(question, variables, hydrate=True)
        for error in (*(answered.errors or ()), *(hydrated.errors or ())):
            assert (error.extensions or {}).get("code") == "NOT_FOUND", error
        text = orjson.dumps(answered.data)
        assert text == orjson.dumps(hydrated.data)
        # The second time the plans alone may answer.
        assert text == orjson.dumps(self.ask(question, variables).data)
        self.same(self.oracle.answer(parse(question), variables or {}), orjson.loads(text), ())

    def same(self, expected: Any, found: Any, path: tuple[Any, ...]) -> None:
        """Assert that two answers are equal, and note what each cursor stands for."""
        if isinstance(expected, Cursor):
            assert isinstance(found, str)
            # Clients may not look inside; here it is seen that the last sort key is the row's id.
            assert json.loads(urlsafe_b64decode(found))[-1] == expected.id, path
            self.meanings[found].add(expected)
        elif isinstance(expected, dict):
            assert isinstance(found, dict), path
            assert list(found) == list(expected), path
            for key, value in expected.items():
                self.same(value, found[key], (*path, key))
        elif isinstance(expected, list):
            assert isinstance(found, list), path
            assert len(found) == len(expected), path
            for position, (one, other) in enumerate(zip(expected, found, strict=True)):
                self.same(one, other, (*path, position))
        else:
            assert type(found) is type(expected), path
            assert found == expected, path

    def ambiguous(self) -> list[set[Cursor]]:
        """Return the meanings of every cursor that was given out for more than one row or ordering."""
        return [meanings for meanings in self.meanings.values() if len(meanings) > 1]

    def values(self, type_: str, name: str) -> list[Any]:
        """Return some of the values that a field has, as JSON."""
        if (type_, name) not in self._values:
            self._values[type_, name] = self._read_values(type_, name)
        return self._values[type_, name]

    @cached_property
    def identifiers(self) -> list[str]:
        """Some identifiers of every type."""
        return [str(row["id"]) for rows in self.fields.rows.tables.values() for row in rows[:3]]

    @cached_property
    def _values(self) -> dict[tuple[str, str], list[Any]]:
        return {}

    def _read_values(self, type_: str, name: str) -> list[Any]:
        declared: Any = self.schema.get_type(type_)
        scalar = str(get_named_type(declared.fields[name].type))
        if type_ == "FuzzyDate":
            tables = self.fields.rows.tables
            found = [row.get(f"{prefix}_{snake(name)}") for prefix, table in DATED for row in tables[table]]
        else:
            found = [self.fields.value(declared, row, name, {}) for row in self.fields.rows.of_type(type_)]
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
        distinct = list(dict.fromkeys(written(scalar, value) for value in found if value is not None))
        return distinct[:: max(1, len(distinct) // VALUES)]

    def cursors(self, type_: str, order: Any) -> list[str]:
        """Return some of the planner's cursors for an ordering of a type, having told the oracle their rows."""
        if (type_, json.dumps(order)) not in self._cursors:
            self._cursors[type_, json.dumps(order)] = self._read_cursors(type_, order)
        return self._cursors[type_, json.dumps(order)]

    @cached_property
    def _cursors(self) -> dict[tuple[str, str], list[str]]:
        return {}

    def _read_cursors(self, type_: str, order: Any) -> list[str]:
        query: Any = self.schema.query_type
        inner = "edges { cursor node { id } }"
        ordered, declared = "(first: 30, orderBy: $order)", f"query ($order: [{type_}Order!])"
        for name, root in plain_lists(query).items():
            if str(root.type) == f"{type_}Connection!":
                text, way = f"{declared} {{ {name}{ordered} {{ {inner} }} }}", [name]
                break
        else:
            found = [
                (outer, name)
                for outer, root in plain_lists(query).items()
                for name, below in self.fields.row_type(root.type.of_type).fields.items()
                if str(below.type) == f"{type_}Connection!"
            ]
            if not found:
                # A list that arguments decide: a cursor of one means nothing in another.
                return []
            outer, name = found[0]
            text = f"{declared} {{ {outer} {{ nodes {{ {name}{ordered} {{ {inner} }} }} }} }}"
            way = [outer, "nodes", name]
        answer = self.answer(text, {"order": order})
        lists = [answer]
        for step in way:
            lists = [item for found in lists for item in (found[step] if step == "nodes" else [found[step]])]
        edges = [edge for found in lists for edge in found["edges"]]
        self.fields.cursors.update({edge["cursor"]: edge["node"]["id"] for edge in edges})
        return [edge["cursor"] for edge in edges]


def plain_lists(query: Any) -> dict[str, Any]:
    """Return the root fields that give a list without being told more."""
    return {
        name: root
        for name, root in query.fields.items()
        if str(root.type).endswith("Connection!")
        and not any(is_required_argument(argument) for argument in root.args.values())
    }


@contextmanager
def open_world(url: sa.URL) -> Iterator[World]:
    """Open a database for reading and load its rows for the oracle."""
    with asyncio.Runner() as runner:
        opening = open_database(url, size=2)
        database = runner.run(opening.__aenter__())
        try:
            orders = {name: linked.declaration.order for name, linked in contract().types.items()}
            yield World(runner, database, Fields(runner.run(load(database.pool)), orders))
        finally:
            runner.run(opening.__aexit__(None, None, None))
