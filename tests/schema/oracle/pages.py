"""What a list gives: the rows that ``where`` leaves, in order, ties by id, a page at a time, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.schema.oracle import filters
from tests.schema.oracle.groups import DEFAULT_PAGE, groups
from tests.schema.oracle.made import Cursor, Made, Plain, Refused
from tests.schema.oracle.ordering import sort_keys
from tests.schema.oracle.sorting import Comparable, Cut, SortKey, cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import GraphQLObjectType

    from tests.schema.oracle.aggregates import Aggregate
    from tests.schema.oracle.fields import Fields
    from tests.schema.oracle.rows import Row

__all__ = ["DEFAULT_PAGE", "Page", "page"]


@dataclass(frozen=True)
class Page(Made):
    """A page of a list and what is known of the rest; ``unordered`` holds ids whose place in the order is unknown.

    It is doubtful if a row of which it is unknown whether it is in the list would stand on the page.
    """

    fields: Fields
    whole: Aggregate
    keys: Sequence[SortKey]
    cut: Cut
    unordered: set[str]
    is_doubtful: bool

    def member(self, name: str, arguments: Mapping[str, Any]) -> Any:
        if name == "totalCount":
            return self.whole.member("count", {})
        if name == "aggregate":
            return self.whole
        if name == "groups":
            return groups(self.whole, arguments)
        rows: Sequence[Row] = self.cut.entries
        self.fields.doubts.must |= self.is_doubtful or any(row["id"] in self.unordered for row in rows)
        if name == "nodes":
            return rows
        if name == "edges":
            return [Plain({"node": row, "cursor": self._cursor(row)}) for row in rows]
        return Plain(
            {
                "hasNextPage": self.cut.has_next,
                "hasPreviousPage": self.cut.has_previous,
                "startCursor": self._cursor(rows[0]) if rows else None,
                "endCursor": self._cursor(rows[-1]) if rows else None,
            }
        )

    def _cursor(self, row: Row) -> Cursor:
        order = tuple((key.name, key.descending) for key in self.keys)
        release = self.fields.rows.release
        return Cursor(self.whole.type.name, order, row["id"], release, comparable(self.keys, row, self.unordered))


def page(fields: Fields, type_: GraphQLObjectType, rows: Sequence[Row], arguments: Mapping[str, Any]) -> Page:
    """Filter, order and cut a list; the cursors among the arguments come as what they compare as."""
    whole = filters.chosen(fields, type_, rows, arguments.get("where"), tolerant=True)
    keys, unordered = sort_keys(fields, type_, arguments.get("orderBy")), set[str]()

    def key(row: Row) -> Comparable:
        return comparable(keys, row, unordered)

    found = cut(whole.rows, key, arguments, DEFAULT_PAGE)
    at_most = cut([*whole.rows, *whole.undecided], key, arguments, DEFAULT_PAGE)
    doubtful = {row["id"] for row in whole.undecided} - unordered
    fields.doubts.may |= bool(unordered) or bool(whole.undecided)
    return Page(fields, whole, keys, found, unordered, any(row["id"] in doubtful for row in at_most.entries))


def comparable(keys: Sequence[SortKey], row: Row, unordered: set[str]) -> Comparable:
    """Return what a row compares as in an order; its id breaks ties."""
    found: list[Comparable] = []
    for key in keys:
        try:
            found.append(key.of(row))
        except Refused:
            unordered.add(row["id"])
            found.append((1,))
    return (*found, row["id"])
