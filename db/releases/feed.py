"""What changed, as SQL: a row for each change of a row, in the order of releases, and what it did field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from db.models import CHANGES, ChangeKind, FactType, Release
from db.models.identity import models_by_prefix
from db.releases.versions import Version

if TYPE_CHECKING:
    from collections.abc import Collection

SAID = ("title", "published_at", "publisher_id", "reason", "source_id", "file_name")
"""What is shown of a release beside a change."""


def feed(
    *, since: Any = None, until: Any = None, types: Collection[FactType] | None = None, ids: Any = None
) -> sa.Select[Any]:
    """Select the columns of :class:`Change`: every change after a release and up to another, each by itself."""
    log = CHANGES.c
    every = _changes(log, log.released_in - sa.literal_column("1"), log.kind)
    chosen = every.where(*_between(since, until), *_of(types))
    return chosen if ids is None else chosen.where(log.id == sa.any_(ids))


def net(since: Any, until: Any, *, types: Collection[FactType] | None = None) -> sa.Select[Any]:
    """Select the columns of :class:`Change`: what two releases differ in, a change for each row.

    A row that came back to what it was, or that came and went in between, is left out.
    """

    def of_row(value: sa.FunctionElement[Any]) -> sa.Over[Any]:
        return sa.over(value, partition_by=CHANGES.c.id, order_by=CHANGES.c.released_in)

    touched = (
        sa.select(
            *CHANGES.c,
            of_row(sa.func.first_value(CHANGES.c.released_in)).label("first"),
            of_row(sa.func.first_value(CHANGES.c.kind, type_=CHANGES.c.kind.type)).label("first_kind"),
            of_row(sa.func.lead(CHANGES.c.released_in)).label("next"),
        )
        .where(*_between(since, until), *_of(types))
        .subquery("touched")
    )
    last = touched.c
    was, is_ = last.first_kind != ChangeKind.ADDED, last.kind != ChangeKind.REMOVED
    added, changed, removed = (sa.literal(kind, CHANGES.c.kind.type) for kind in ChangeKind)
    kind = sa.case((~was, added), (~is_, removed), else_=changed)
    before, after = (Version(last.id, release) for release in (since, last.released_in))
    return _changes(last, sa.cast(since, sa.Integer), kind).where(
        last.next.is_(None),
        sa.or_(was, is_),
        sa.or_(last.first == last.released_in, before.is_distinct_from(after)),
    )


def fields(identifier: Any, since: Any, until: Any) -> sa.Select[Any]:
    """Select the columns of :class:`FieldChange`: where a row as one release left it differs from another."""
    nothing = sa.literal_column("'{}'::jsonb", JSONB)
    sides = (("before", since), ("after", until))
    found = (sa.func.coalesce(Version(identifier, release), nothing).label(name) for name, release in sides)
    # Without a bound of its own, the subquery would be dissolved, and every version be read for each mention of it.
    versions = sa.select(*found).offset(sa.literal_column("0")).subquery("versions")
    keys = (
        sa.func.jsonb_object_keys(versions.c.before.op("||")(versions.c.after))
        .table_valued("key")
        .render_derived(name="keys")
    )
    name = sa.type_coerce(keys.c.key, sa.Text)
    before, after = (_printed(side, name) for side in (versions.c.before, versions.c.after))
    spelled = _camel_case(name)
    return (
        sa.select(spelled.label("id"), spelled.label("name"), before.label("before"), after.label("after"))
        .select_from(versions.join(keys, sa.true()))
        .where(before.is_distinct_from(after))
    )


def with_fields(changes: sa.Select[Any]) -> sa.Select[Any]:
    """Select changes in their order, each with what its release says of itself, and its ``fields`` as JSON.

    A field is a list of its name, the value before and the value afterwards.
    """
    found = changes.subquery("found")
    # Named by text: what stands below must not bring the changes along a second time.
    each = fields(*(sa.literal_column(f"found.{name}") for name in ("node_id", "since", "released_in"))).subquery(
        "each"
    )
    triples = sa.func.jsonb_agg(sa.func.jsonb_build_array(each.c.name, each.c.before, each.c.after))
    listed = sa.select(sa.func.coalesce(triples, sa.literal_column("'[]'::jsonb"), type_=JSONB)).scalar_subquery()
    return (
        sa.select(found, *(getattr(Release, name) for name in SAID), listed.label("fields"))
        .join(Release, Release.number == found.c.released_in)
        .order_by(found.c.released_in, found.c.node_id)
    )


def type_of(identifier: Any) -> sa.ColumnElement[Any]:
    """Return the :class:`FactType` of what an identifier names."""
    names = [(_constant(prefix), _constant(model.__name__)) for prefix, model in models_by_prefix().items()]
    return sa.case(*names, value=_prefix(identifier))


def _changes(log: sa.ColumnCollection[str, Any], since: Any, kind: Any) -> sa.Select[Any]:
    return sa.select(
        sa.func.concat("change:", log.released_in, "/", log.id).label("id"),
        log.id.label("node_id"),
        kind.label("kind"),
        since.label("since"),
        log.released_in,
    )


def _between(since: Any, until: Any) -> list[sa.ColumnElement[bool]]:
    number = CHANGES.c.released_in
    bounds = [] if since is None else [number > since]
    return bounds if until is None else [*bounds, number <= until]


def _of(types: Collection[FactType] | None) -> list[sa.ColumnElement[bool]]:
    if types is None:
        return []
    names = {type_.name for type_ in types}
    prefixes = [_constant(prefix) for prefix, model in models_by_prefix().items() if model.__name__ in names]
    return [_prefix(CHANGES.c.id).in_(prefixes)]


def _printed(row: sa.ColumnElement[Any], name: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """Return a column's value as its field prints it: numbers without trailing zeros, and null for null."""
    text = row.op("->>", return_type=sa.Text())(name)
    is_number = sa.func.jsonb_typeof(row.op("->")(name)) == _constant("number")
    return sa.case((is_number, sa.cast(sa.func.trim_scale(sa.cast(text, sa.Numeric)), sa.Text)), else_=text)


def _camel_case(name: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    words = sa.func.replace(sa.func.initcap(sa.func.replace(name, "_", " ")), " ", "")
    return sa.func.overlay(words, sa.func.left(name, 1), 1)


def _prefix(identifier: Any) -> sa.ColumnElement[str]:
    return sa.func.split_part(identifier, _constant(":"), sa.literal_column("1"))


def _constant(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", sa.Text)
