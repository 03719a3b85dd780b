"""A database with both who answer for it: the planner and the oracle."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from db.reading import open_database
from schema import contract
from tests.schema.oracle.answer import Cursor, Oracle
from tests.schema.oracle.fields import Fields
from tests.schema.oracle.rows import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa
    from graphql import ExecutionResult, GraphQLSchema

    from db.reading import Database

Known = dict[str, Cursor]


@dataclass
class World:
    """Asks the planner and the oracle the same question; the event loop lives as long as the world."""

    runner: asyncio.Runner
    database: Database
    fields: Fields
    known: Known = field(default_factory=dict)

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

    def check(self, text: str, variables: Mapping[str, Any] | None = None) -> None:
        """Assert that the planner, graphql-core over the planner's rows, and the oracle answer alike."""
        document = contract().executor.document(text)
        assert document.ast is not None
        assert not document.errors, document.errors
        answered, hydrated = self.ask(text, variables), self.ask(text, variables, hydrate=True)
        for error in (*(answered.errors or ()), *(hydrated.errors or ())):
            assert (error.extensions or {}).get("code") == "NOT_FOUND", error
        written = orjson.dumps(answered.data)
        assert written == orjson.dumps(hydrated.data)
        self.same(self.oracle.answer(document.ast, variables or {}), orjson.loads(written), ())

    def same(self, expected: Any, found: Any, path: tuple[Any, ...]) -> None:
        """Assert that two answers are equal, and that a cursor always stands for the same row."""
        if isinstance(expected, Cursor):
            assert isinstance(found, str)
            assert self.known.setdefault(found, expected) == expected, path
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
        for name, root in query.fields.items():
            if str(root.type) == f"{type_}Connection!":
                text, way = f"{declared} {{ {name}{ordered} {{ {inner} }} }}", [name]
                break
        else:
            outer, name = next(
                (outer, name)
                for outer, root in query.fields.items()
                if str(root.type).endswith("Connection!")
                for name, below in self.fields.row_type(root.type.of_type).fields.items()
                if str(below.type) == f"{type_}Connection!"
            )
            text = f"{declared} {{ {outer} {{ nodes {{ {name}{ordered} {{ {inner} }} }} }} }}"
            way = [outer, "nodes", name]
        answer = orjson.loads(orjson.dumps(self.ask(text, {"order": order}).data))
        lists = [answer]
        for step in way:
            lists = [item for found in lists for item in (found[step] if step == "nodes" else [found[step]])]
        edges = [edge for found in lists for edge in found["edges"]]
        self.fields.cursors.update({edge["cursor"]: edge["node"]["id"] for edge in edges})
        return [edge["cursor"] for edge in edges]


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
