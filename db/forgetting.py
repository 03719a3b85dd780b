"""Forgetting a person: personal values go, from current rows and from every former one; that something was there stays.

Which values are personal the models say. A former value gives way to a mark with a number, the same one for equal
values of a field: what changed when can still be followed, and changes still lead from state to state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from db.models import Claim, Passage, Person, fact_tables, history_of, import_requests
from db.models.base import Text, personal_columns
from db.models.identity import model_of, models_by_prefix
from db.models.search import SEARCH_TABLES
from db.releases.publishing import About, lock, publish_staged, refusals, staging
from db.releases.rows import ReleaseError
from db.releases.searching import no_longer_search_former
from db.times import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Release

MARK = "(삭제됨)"
"""What stands where a value has to stand; former values have a number in it."""
SHORTEST_NAME = 2
"""A shorter text is found in too many others to be looked for."""
NO_TEXTS = sa.literal_column("'{}'::text[]", ARRAY(Text))
PEOPLE, CLAIMS, PASSAGES = (fact_tables()[model.__tablename__] for model in (Person, Claim, Passage))


@dataclass(frozen=True)
class Personal:
    """A row with the columns of which values are to go, and how many versions of it there are or were."""

    id: str
    columns: tuple[str, ...]
    versions: int


@dataclass(frozen=True)
class _Sought:
    """By what a version of a row is known to be about the person."""

    person: str
    names: list[str]
    about: list[tuple[str, int, int]]
    """The versions of rows that are or refer to the person: identifier, and the releases between which each held."""
    passages: list[str]
    """Passages on which only claims about the person rest."""

    def says_of(self, row: Any, table: sa.Table, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
        """Return whether a column of a version is about the person: all of a row that refers, else what names them."""
        if table is PASSAGES:
            return sa.and_(row.id == _among(self.passages))
        refers = self._is_said_of(row) if table is CLAIMS else _refers(table, row, self.person)
        named = sa.or_(sa.false(), *(sa.func.strpos(_text(row[column.name]), name) > 0 for name in self.names))
        return sa.or_(refers, sa.and_(_refers_to_nobody(table, row), named))

    def _is_said_of(self, row: Any) -> sa.ColumnElement[bool]:
        ids, since, until = (list(part) for part in zip(*self.about, strict=True)) if self.about else ([], [], [])
        held = (
            sa.func.unnest(
                sa.literal(ids, ARRAY(Text)), sa.literal(since, ARRAY(sa.Integer)), sa.literal(until, ARRAY(sa.Integer))
            )
            .table_valued("id", "since", "until")
            .render_derived(name="held")
        )
        overlaps = row.released_in < held.c.until, held.c.since < row.superseded_in
        return sa.exists().where(held.c.id == row.subject_id, *overlaps)


async def personal(connection: AsyncConnection, person: str) -> list[Personal]:
    """Return every row that has, or once had, a value that forgetting a person takes away."""
    sought = await _sought(connection, person)
    return [row for table in _tables() for row in await _rows(connection, table, sought)]


async def forget(connection: AsyncConnection, person: str, reason: str | None) -> Release:
    """Take a person's values out of every row, current or former, and publish that as a release."""
    with refusals():
        async with connection.begin_nested():
            await lock(connection)
            sought = await _sought(connection, person)
            found = {table: rows for table in _tables() if (rows := await _rows(connection, table, sought))}
            if not found:
                raise ReleaseError(f"Nothing is left of {person} that could be forgotten.")
            staged = {table: await _emptied(connection, table, sought) for table in found}
            title = f"{person} 개인정보 삭제 | Personal data of {person} forgotten"
            release = await publish_staged(connection, title, staged, {}, About(reason=reason), even_if_nothing=True)
            assert release is not None
            # The versions that were current until now are among the former ones by now.
            for table, rows in found.items():
                for column in personal_columns(table):
                    await _mark_former(connection, table, column, sought)
                await no_longer_search_former(
                    connection, [row.id for row in rows], [column.name for column in personal_columns(table)]
                )
            await _forget_answers(connection, {row.id for rows in found.values() for row in rows}, sought.names)
            for each in staged.values():
                await connection.execute(sa.text(f"DROP TABLE {each.name}"))
            # The planner's statistics hold the most common values.
            analyzed = (*found, *SEARCH_TABLES.values())
            touched = [table.name for found_in in analyzed for table in (found_in, history_of(found_in))]
            await connection.execute(sa.text(f"ANALYZE {', '.join([*touched, import_requests.name])}"))
            return release


def _tables() -> list[sa.Table]:
    return [table for table in fact_tables().values() if personal_columns(table)]


async def _sought(connection: AsyncConnection, person: str) -> _Sought:
    if model_of(person) is not Person:
        raise ReleaseError(f"{person} is not an identifier of a person: it begins with {Person.id_prefix}:")
    about: list[tuple[str, int, int]] = []
    for table in fact_tables().values():
        if table is PEOPLE or _keys(table):
            ever = _ever(table)
            held = sa.select(ever.c.id, ever.c.released_in, ever.c.superseded_in).where(_refers(table, ever.c, person))
            about += [(row[0], row[1], row[2]) for row in await connection.execute(held)]
    ever = _ever(PEOPLE)
    borne = await connection.scalars(sa.select(ever.c.name).where(ever.c.id == person).distinct())
    found = [str(name) for name in borne]
    if not found:
        raise ReleaseError(f"No release has ever brought {person}.")
    names = [name for name in found if len(name) >= SHORTEST_NAME and not name.startswith(MARK[:-1])]
    sought = _Sought(person, names, about, [])
    claims = [row.id for row in await _rows(connection, CLAIMS, sought)]
    return _Sought(person, names, about, await _only_of(connection, claims))


async def _only_of(connection: AsyncConnection, claims: list[str]) -> list[str]:
    """Return the passages on which these claims rest, and no other claim does or did."""
    ever = _ever(CLAIMS).c
    mine = sa.func.bool_and(ever.id == _among(claims))
    return list(await connection.scalars(sa.select(ever.passage_id).group_by(ever.passage_id).having(mine)))


async def _rows(connection: AsyncConnection, table: sa.Table, sought: _Sought) -> list[Personal]:
    ever, columns = _ever(table), personal_columns(table)
    says = [sa.and_(sought.says_of(ever.c, table, each), _is_told(ever.c[each.name], each)) for each in columns]
    flags = [sa.func.bool_or(condition).label(each.name) for condition, each in zip(says, columns, strict=True)]
    grouped = sa.select(ever.c.id, sa.func.count(), *flags).where(sa.or_(*says)).group_by(ever.c.id).order_by(ever.c.id)
    return [
        Personal(identifier, tuple(each.name for each, flag in zip(columns, flags_, strict=True) if flag), count)
        for identifier, count, *flags_ in await connection.execute(grouped)
    ]


async def _emptied(connection: AsyncConnection, table: sa.Table, sought: _Sought) -> sa.TableClause:
    """Stage the current rows without the values that are to go."""
    staged, ever = await staging(connection, table), _ever(table)
    says = {each.name: sought.says_of(ever.c, table, each) for each in personal_columns(table)}
    names = [column.name for column in staged.columns]
    values = [
        sa.case(
            (sa.and_(says[name], _is_there(ever.c[name], table.c[name])), _empty(table.c[name])), else_=ever.c[name]
        )
        if name in says
        else ever.c[name]
        for name in names
    ]
    rows = sa.select(*values).where(ever.c.superseded_in == NEVER, sa.or_(*says.values()))
    await connection.execute(sa.insert(staged).from_select(names, rows))
    return staged


async def _mark_former(connection: AsyncConnection, table: sa.Table, column: sa.Column[Any], sought: _Sought) -> None:
    """Put marks in place of a column's former values, the same one for equal values of a row."""
    history = history_of(table)
    said, value = history.c, history.c[column.name]
    first = sa.func.min(said.superseded_in).over(partition_by=(said.id, value)).label("first")
    versions = (
        sa.select(said.id, said.superseded_in, first)
        .where(sought.says_of(said, table, column), _is_there(value, column))
        .subquery()
    )
    number = sa.func.dense_rank().over(partition_by=versions.c.id, order_by=versions.c.first).label("number")
    numbered = sa.select(versions.c.id, versions.c.superseded_in, number).subquery()
    mark = sa.func.concat(MARK[:-1], " ", numbered.c.number, MARK[-1])
    await connection.execute(
        sa.update(history)
        .values({column.name: sa.func.array_append(NO_TEXTS, mark) if _is_list(column) else mark})
        .where(said.id == numbered.c.id, said.superseded_in == numbered.c.superseded_in)
    )


async def _forget_answers(connection: AsyncConnection, ids: set[str], names: Iterable[str]) -> None:
    """Leave out of the answers that were given to imports how these rows changed."""
    table = import_requests.c
    mentions = sa.or_(*(sa.func.strpos(table.answer, text) > 0 for text in (*ids, *names)))
    for key, answer in (await connection.execute(sa.select(table.key, table.answer).where(mentions))).all():
        told = json.loads(answer)
        for each in told["difference"].values():
            each["firstChanged"] = [one for one in each["firstChanged"] if not _tells(one, ids, names)]
        kept = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        await connection.execute(sa.update(import_requests).values(answer=kept).where(table.key == key))


def _tells(change: Mapping[str, Any], ids: set[str], names: Iterable[str]) -> bool:
    return change["id"] in ids or any(name in str((change["before"], change["after"])) for name in names)


def _keys(table: sa.Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is PEOPLE]


def _refers(table: sa.Table, row: Any, person: str) -> sa.ColumnElement[bool]:
    """Return whether a version is the person, or refers to them."""
    keys = ["id"] if table is PEOPLE else _keys(table)
    return sa.or_(sa.false(), *(row[key] == person for key in keys))


def _refers_to_nobody(table: sa.Table, row: Any) -> sa.ColumnElement[bool]:
    """Return whether a version is about no person in particular; another person of the same name is not forgotten."""
    if table is PEOPLE:
        return sa.false()
    if table is CLAIMS:
        tables = {name: each for name, each in fact_tables().items() if each is PEOPLE or _keys(each)}
        prefixes = [prefix for prefix, model in models_by_prefix().items() if model.__tablename__ in tables]
        return sa.func.split_part(row.subject_id, ":", 1) != sa.all_(sa.literal(prefixes, ARRAY(Text)))
    return sa.and_(sa.true(), *(row[key].is_(None) for key in _keys(table)))


def _ever(table: sa.Table) -> sa.Subquery:
    former = history_of(table)
    now = sa.select(*table.c, sa.literal(NEVER, sa.Integer).label("superseded_in"))
    return sa.union_all(now, sa.select(*(former.c[name] for name in (*table.c.keys(), "superseded_in")))).subquery()


def _is_list(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.ARRAY)


def _text(value: Any) -> sa.ColumnElement[str]:
    return sa.func.array_to_string(value, "\n") if isinstance(value.type, sa.ARRAY) else value


def _is_there(value: Any, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return sa.func.cardinality(value) > 0 if _is_list(column) else value.is_not(None)


def _is_told(value: Any, column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return whether there is a value, and no mark."""
    return sa.and_(_is_there(value, column), ~_text(value).startswith(MARK[:-1]))


def _empty(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if _is_list(column):
        return NO_TEXTS
    return sa.null() if column.nullable else sa.literal(MARK, Text)


def _among(ids: list[str]) -> Any:
    return sa.any_(sa.literal(ids, ARRAY(Text)))
