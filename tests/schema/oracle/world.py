"""A database with both who answer for it: the planner and the oracle."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError, get_named_type, is_required_argument, parse

from db.reading import open_database
from db.viewers import Scope, Viewer
from schema import contract
from tests import wide
from tests.conftest import new_database
from tests.schema.oracle import searching
from tests.schema.oracle.agreement import Agreement
from tests.schema.oracle.answer import Oracle
from tests.schema.oracle.fields import Declared, Fields, snake
from tests.schema.oracle.rows import History, load
from tests.schema.oracle.scalars import written
from tests.schema.oracle.selection import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping

    import sqlalchemy as sa
    from graphql import ExecutionResult, GraphQLSchema

    from db.reading import Database
    from tests.schema.oracle.made import Cursor

ALL_SEEING = Viewer(scopes=frozenset({Scope.EVERYTHING}))
VALUES = 40
"""About how many values of a field generated documents draw from."""
DATED = (("due", "milestones"), ("starts", "missions"), ("established", "bodies"))
"""Some of the columns and tables that hold fuzzy dates."""


@dataclass(repr=False)
class World:
    """Asks the planner and the oracle the same question; the event loop lives as long as the world."""

    runner: asyncio.Runner
    database: Database
    history: History
    viewer: Viewer = ALL_SEEING
    hidden: History | None = None
    """All that there is, where the viewer sees less: what is asked about draws from that as well."""

    def __repr__(self) -> str:
        return f"World({self.database.url.database})"

    @property
    def schema(self) -> GraphQLSchema:
        return contract().schema

    @cached_property
    def fields(self) -> Fields:
        """The fields of the current rows."""
        declarations = {name: linked.declaration for name, linked in contract().types.items()}
        orders = {name: declaration.order for name, declaration in declarations.items()}
        apart = {name: declaration.apart for name, declaration in declarations.items()}
        return Fields(self.history.rows(), Declared(orders, apart))

    @cached_property
    def drawn(self) -> Fields:
        """The fields of the rows whose values are asked about."""
        return self.fields.at((self.hidden or self.history).rows())

    @cached_property
    def agreement(self) -> Agreement:
        return Agreement(self.schema)

    @cached_property
    def oracle(self) -> Oracle:
        return Oracle(self.schema, self.history, self.fields, self.agreement.cursors)

    def ask(self, text: str, variables: Mapping[str, Any] | None = None, *, hydrate: bool = False) -> ExecutionResult:
        """Have the planner answer a document."""
        executor = wide.executor()
        document = executor.document(text)
        asked = executor.execute(document, self.database, variables or {}, viewer=self.viewer, hydrate=hydrate)
        return self.runner.run(asked)

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
        document = wide.executor().document(question)
        assert not document.errors, document.errors
        asked = Asked(self.schema, parse(question), variables or {})
        expected = self.oracle.answer(asked)
        # The third time the plans alone may answer.
        results = [self.ask(question, variables, hydrate=hydrate) for hydrate in (False, True, False)]
        for result in results:
            self.agreement.check(expected, asked, result)
            self._check_release(result)
        assert len({orjson.dumps(result.data) for result in results}) == 1

    def _check_release(self, result: ExecutionResult) -> None:
        """Assert that an answer names the newest release; one for which nothing was read may name none."""
        found = (result.extensions or {}).get("release")
        read = [value for value in (result.data or {}).values() if value not in (None, "Query")]
        assert found == self.history.latest or (found is None and not read)

    def ambiguous(self) -> list[set[Cursor]]:
        """Return the meanings of every cursor that was given out for more than one row or ordering."""
        return self.agreement.ambiguous()

    def values(self, type_: str, name: str) -> list[Any]:
        """Return some of the values that a field has, as JSON."""
        if (type_, name) not in self._values:
            self._values[type_, name] = self._read_values(type_, name)
        return self._values[type_, name]

    @cached_property
    def names(self) -> list[str]:
        """Some of the texts by which something was ever called, whoever sees it."""
        found = dict.fromkeys(text for text, _ in searching.texts_of(self.hidden or self.history))
        return list(found)[:: max(1, len(found) // VALUES)]

    def is_sure(self, text: str) -> bool:
        """Return whether the oracle can say what a search finds."""
        if text not in self._sure:
            self._sure[text] = searching.is_sure(self.hidden or self.history, text)
        return self._sure[text]

    @cached_property
    def _sure(self) -> dict[str, bool]:
        return {}

    @cached_property
    def identifiers(self) -> list[str]:
        """Some identifiers of every type."""
        return [str(row["id"]) for rows in self.drawn.rows.tables.values() for row in rows[:3]]

    @cached_property
    def days(self) -> list[str]:
        """Days on which something began or ended."""
        terms = [
            row[end]
            for versions in self.history.versions.values()
            for row, _ in versions
            for end in ("valid_from", "valid_to")
            if row.get(end) is not None
        ]
        return sorted({day.isoformat() for day in terms}) or ["2026-06-18"]

    @cached_property
    def _values(self) -> dict[tuple[str, str], list[Any]]:
        return {}

    def _read_values(self, type_: str, name: str) -> list[Any]:
        declared: Any = self.schema.get_type(type_)
        scalar = str(get_named_type(declared.fields[name].type))
        if type_ == "FuzzyDate":
            tables = self.drawn.rows.tables
            found = [row.get(f"{prefix}_{snake(name)}") for prefix, table in DATED for row in tables[table]]
        else:
            found = [self.drawn.value(declared, row, name, {}) for row in self.drawn.rows.of_type(type_)]
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
        distinct = list(dict.fromkeys(written(scalar, value) for value in found if value is not None))
        return distinct[:: max(1, len(distinct) // VALUES)]

    def cursors(self, type_: str, order: Any, release: int | None = None) -> list[str]:
        """Return some of the planner's cursors for an ordering of a type, having told the oracle what they mean."""
        inner = "edges { cursor node { id } }"
        declared = {"order": (f"[{type_}Order!]", order)}
        return self._kept_cursors(type_, "(first: 30, orderBy: $order)", inner, declared, release)

    def group_cursors(self, type_: str, by: Any, order: Any, release: int | None = None) -> list[str]:
        """Return some of the planner's cursors for an ordering of groups, having told the oracle what they mean."""
        pages = " ".join(
            f"p{size}: groups(by: $by, orderBy: $order, first: {size}) {{ pageInfo {{ startCursor endCursor }} }}"
            for size in range(1, 6)
        )
        declared = {"by": (f"[{type_}GroupBy!]!", by), "order": (f"[{type_}GroupOrder!]", order)}
        return self._kept_cursors(type_, "", pages, declared, release)

    def _kept_cursors(
        self, type_: str, arguments: str, inner: str, declared: Mapping[str, tuple[str, Any]], release: int | None
    ) -> list[str]:
        key = json.dumps([type_, inner, declared, release])
        if key not in self._cursors:
            self._cursors[key] = self._read_cursors(type_, arguments, inner, declared, release)
        return self._cursors[key]

    @cached_property
    def _cursors(self) -> dict[str, list[str]]:
        return {}

    def _read_cursors(
        self, type_: str, arguments: str, inner: str, declared: Mapping[str, tuple[str, Any]], release: int | None
    ) -> list[str]:
        found = self._list_of(type_)
        if found is None:
            # A cursor of one such list means nothing in another.
            return []
        outer, name = found
        body = f"{name}{arguments} {{ {inner} }}"
        at = "" if release is None else f"atRelease: {release}"
        if outer:
            text = f"{outer}({at}) {{ nodes {{ {body} }} }}".replace("()", "")
        else:
            given = ", ".join(filter(None, (arguments.strip("()"), at)))
            text = f"{name}({given}) {{ {inner} }}".replace("()", "")
        variables = ", ".join(f"${variable}: {kind}" for variable, (kind, _) in declared.items())
        question, values = f"query ({variables}) {{ {text} }}", {name: value for name, (_, value) in declared.items()}
        result, expected = self.ask(question, values), self.oracle.answer(Asked(self.schema, parse(question), values))
        if result.errors:
            # An ordering by what cannot be added up has no pages.
            return []
        self.agreement.met.clear()
        self.agreement.same(expected.data, orjson.loads(orjson.dumps(result.data)), ())
        return list(dict.fromkeys(self.agreement.met))

    def _list_of(self, type_: str) -> tuple[str, str] | None:
        """Return a list of a type: a root field, or one below the rows of another; None where arguments decide it."""
        lists = plain_lists(self.schema.query_type)
        direct = (("", name) for name, root in lists.items() if str(root.type) == f"{type_}Connection!")
        below = (
            (outer, name)
            for outer, root in lists.items()
            for name, field in self.fields.row_type(root.type.of_type).fields.items()
            if str(field.type) == f"{type_}Connection!"
        )
        return next(direct, None) or next(below, None)


def plain_lists(query: Any) -> dict[str, Any]:
    """Return the root fields that give a list without being told more."""
    return {
        name: root
        for name, root in query.fields.items()
        if str(root.type).endswith("Connection!")
        and not any(is_required_argument(argument) for argument in root.args.values())
    }


@contextmanager
def published_world(
    server_url: sa.URL, publish: Callable[[sa.URL], Coroutine[Any, Any, None]], template: sa.URL | None = None
) -> Iterator[World]:
    """Open a database of its own, a copy of ``template``, after what ``publish`` does to it."""
    with new_database(server_url, str(template.database) if template else "template1") as url:
        asyncio.run(publish(url))
        with open_world(url) as world:
            yield world


@contextmanager
def open_world(url: sa.URL) -> Iterator[World]:
    """Open a database for reading and load its rows for the oracle."""
    with asyncio.Runner() as runner:
        opening = open_database(url, size=2, statement_seconds=0, wait_seconds=60)
        database = runner.run(opening.__aenter__())
        try:
            history = runner.run(load(database.pool))
            yield World(runner, database, history)
        finally:
            runner.run(opening.__aexit__(None, None, None))
