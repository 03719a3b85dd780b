"""When a question is asked of: ``asOf`` a day, ``atRelease`` a release, or the release in which a cursor's walk began.

A moment reaches every table below its root field because the compiler brings it in (see ``compiling``), wherever a
table stands in a FROM: there is no place in the planner where one could be forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLArgument, GraphQLInt
from sqlalchemy.sql.visitors import InternalTraversal

from db import times
from db.models.base import Text
from db.rights import SEES_EVERYTHING, Level, Rights
from schema.sql.arguments import Bound, Variables
from schema.sql.errors import BadCursor, BadInput

AS_OF, AT_RELEASE = "asOf", "atRelease"
MOMENT = frozenset({AS_OF, AT_RELEASE})
LAST_NUMBER = 2**31 - 1
RELEASE, DAY, ORGANIZATION = "@release", "@day", "@organization"
MARKED: Mapping[str, sa.types.TypeEngine[Any]] = {RELEASE: sa.Integer(), DAY: sa.Date(), ORGANIZATION: Text}
"""What stands for the parameters of a moment in SQL that is written before it is known which they are."""


def moment_arguments(date: Any) -> dict[str, GraphQLArgument]:
    """Return the arguments of every root field that say when."""
    return {
        AS_OF: GraphQLArgument(
            date, description="기준일 | Only what was in force that day; names are those borne that day"
        ),
        AT_RELEASE: GraphQLArgument(
            GraphQLInt, description="기준 판 | As known at that release; a cursor already says it of its walk"
        ),
    }


class Moment:
    """The moment of one statement: parameters for the day and the release, each None where none is asked for.

    A relation to one row is ``followed``: it leads to its row whether or not that was in force on the day. With the
    moment goes who asks: what is seen of a table is decided by both, in one place.
    """

    def __init__(self) -> None:
        self.rights: Rights = SEES_EVERYTHING
        self.day: sa.BindParameter[Any] | None = None
        self.release: sa.BindParameter[Any] | None = None
        self.followed: set[str] = set()

    def decides(self, table: sa.Table, *, followed: bool) -> bool:
        """Return whether the moment decides which rows of a table are seen: else those are the table's current rows."""
        day = None if followed else self.day
        return times.is_seen_in_part(table.name, self.rights) or times.changes_with_time(
            table.name, release=self.release, day=day
        )

    def parameters(self, *, followed: bool) -> dict[str, sa.ColumnElement[Any]]:
        """Return the parameters that there are, each by its mark (see ``marked_rows``)."""
        day = None if followed else self.day
        given = {RELEASE: self.release, DAY: day, ORGANIZATION: self.rights.organization}
        return {mark: parameter for mark, parameter in given.items() if parameter is not None}


def marked_rows(table: sa.Table, level: Level, marks: Collection[str]) -> Seen:
    """Select the rows of a table as seen at a level, with marks in place of the parameters of a moment."""
    release, day, organization = (
        sa.literal_column(mark, type_) if mark in marks else None for mark, type_ in MARKED.items()
    )
    moment = Moment()
    moment.rights = Rights(level, organization)
    return Seen(times.rows(table, release=release, day=day), moment)


class Seen(sa.ColumnElement[str]):
    """An expression all of whose tables are seen at a moment."""

    __visit_name__ = "seen"
    _traverse_internals = [("inner", InternalTraversal.dp_clauseelement)]
    inherit_cache = False
    type = sa.Text()

    def __init__(self, inner: sa.ColumnElement[str] | sa.Select[Any], moment: Moment) -> None:
        self.inner, self.moment = inner, moment


class ReleaseSeen(sa.ColumnElement[int]):
    """The release at which the statement sees the data: that of its moment, or else the newest."""

    __visit_name__ = "release_seen"
    inherit_cache = False
    type = sa.Integer()


class Dated(sa.ColumnElement[Any]):
    """A value that has another reading on a day: ``then`` where one is asked for, else ``now``.

    ``then`` sees only rows in force that day, and falls back on ``now`` where these say nothing.
    """

    __visit_name__ = "dated"
    _traverse_internals = [
        ("now", InternalTraversal.dp_clauseelement),
        ("then", InternalTraversal.dp_clauseelement),
    ]
    inherit_cache = False

    def __init__(self, now: Any, then: Any) -> None:
        self.now, self.then, self.type = now, sa.func.coalesce(then, now), now.type


@dataclass(frozen=True)
class Pin:
    """The release that a root field is asked of: what ``atRelease`` and the cursors below the field agree on."""

    given: Bound | None
    cursors: Sequence[Bound]

    def read(self, variables: Variables) -> int:
        """Return the number; raise BadCursor where there are several."""
        number: int
        number, *others = {bound.read(variables) for bound in (*([self.given] if self.given else ()), *self.cursors)}
        if others:
            raise BadCursor(
                "Cursors given out at different releases, or at another than atRelease, stand below one root field. "
                "Walk on with the cursors of one answer, or start again from the first page."
            )
        if not 0 <= number <= LAST_NUMBER:
            raise BadInput(f"{AT_RELEASE} is {number}; releases are numbered from 1, and 0 is before the first.")
        return number

    def check(self, variables: Variables, newest: int) -> None:
        """Raise a client error where the release was not published yet."""
        number = self.read(variables)
        if number > newest and self.given:
            raise BadInput(f"{AT_RELEASE} is {number}, but the newest release is {newest}.")
        if number > newest:
            raise BadCursor(f"after: this cursor is of release {number}, but the newest is {newest}. Start again.")


def without_moment(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a root field that do not say when."""
    return {name: value for name, value in arguments.items() if name not in MOMENT}
