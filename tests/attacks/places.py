"""Where clients put texts: every filter of every list, and whatever else takes one, each with what it must answer."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from graphql import get_named_type, parse

from schema import contract
from tests.schema.oracle.fields import snake
from tests.schema.oracle.ranks import natural
from tests.schema.oracle.selection import Asked
from tests.schema.oracle.world import plain_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.schema.oracle.world import World

FILTERS = ("TextFilter", "IDFilter", "TextListFilter", "DecimalFilter", "DateFilter", "DateTimeFilter")
PAGE = "orderBy: [{id: ASC}], first: 1000"


@dataclass(frozen=True)
class Place:
    """A document with ``$value``, of the type ``kind``, in one place, and what it answers.

    The oracle answers the ``twin``, where it cannot answer the document itself; or else ``expected`` says what to
    expect. A place whose value is no plain text has it ``made`` of one. ``column`` holds values that find something.
    Values of one ``shape`` have one statement; ``never`` says that no text fits; ``remarks`` are errors of an answer.
    """

    text: str
    kind: str = "String"
    twin: str | None = None
    expected: Callable[[World, Any], list[Any]] | None = None
    made: Callable[[World, str], str] | None = None
    shape: Callable[[Any], Any] = lambda _value: None
    column: tuple[str, str] = ("Term", "form")
    never: bool = False
    remarks: frozenset[str] = frozenset()

    @property
    def is_list(self) -> bool:
        return self.kind.startswith("[")

    def document(self, written: str | None = None) -> str:
        """Return the document with a variable, or with a value written into it."""
        if written is None:
            return f"query ($value: {self.kind}) {{ {self.text} }}"
        return f"{{ {self.text.replace('$value', written)} }}"

    def answer(self, world: World, value: Any) -> list[Any]:
        """Return the leaves of the right answer."""
        if self.expected:
            return self.expected(world, value)
        text = f"query ($value: {self.kind}) {{ {self.twin or self.text} }}"
        return leaves(world.oracle.answer(Asked(world.schema, parse(text), {"value": value})).data)


def leaves(answer: Any) -> list[Any]:
    """Return the leaves of an answer in their order."""
    if isinstance(answer, dict | list):
        items = answer.values() if isinstance(answer, dict) else answer
        return [leaf for item in items for leaf in leaves(item)]
    return [answer]


def filters(world: World) -> Iterator[Place]:
    """Return a place for each operator of each filter that takes texts, in every list."""
    for root, field in plain_lists(world.schema.query_type).items():
        type_ = world.fields.row_type(get_named_type(field.type))
        where: Any = field.args["where"].type
        for name, member in where.fields.items():
            inner: Any = get_named_type(member.type)
            target: Any = get_named_type(type_.fields[name].type) if name in type_.fields else None
            if inner.name in FILTERS:
                yield from _operators(root, type_.name, name, inner, f"{name}: {{%s: $value}}")
            elif target and world.fields.is_embedded(target):
                for part, below in inner.fields.items():
                    leaf: Any = get_named_type(below.type)
                    if leaf.name in FILTERS:
                        path = f"{name}: {{{part}: {{%s: $value}}}}"
                        yield from _operators(root, type_.name, f"{name}_{part}", leaf, path)


def _operators(root: str, type_: str, name: str, filter_: Any, path: str) -> Iterator[Place]:
    for operator, field in filter_.fields.items():
        if get_named_type(field.type).name != "Boolean":
            text = f"found: {root}(where: {{{path % operator}}}, {PAGE}) {{ nodes {{ id }} }}"
            yield Place(text, str(field.type), column=(type_, snake(name)))


UNKNOWN = "unknown"
"""The kind of an identifier that is looked for in no table."""


def _known_kind(value: str) -> str:
    kind, known = value.partition(":")[0], contract().types.values()
    return kind if any(linked.is_node and linked.model.id_prefix == kind for linked in known) else UNKNOWN


def _known_kinds(values: list[str]) -> frozenset[str]:
    return frozenset(map(_known_kind, values)) - {UNKNOWN}


def _in_force(world: World, value: str) -> list[Any]:
    day = date.fromisoformat(value)
    rows = world.fields.rows.of_type("OrganizationName")
    return sorted(
        row["id"]
        for row in rows
        if (row["valid_from"] is None or row["valid_from"] <= day)
        and (row["valid_to"] is None or day <= row["valid_to"])
    )


def _by_names_alike(world: World, value: str) -> list[Any]:
    rows = world.fields.rows

    def alike(row: Any) -> int:
        names = rows.where("organization_names", "organization_id", row["id"])
        return sum(name["name"] == value for name in names)

    return [row["id"] for row in sorted(rows.of_type("Organization"), key=lambda row: (-alike(row), row["id"]))]


def _place(cursor: str) -> list[Any]:
    found: list[Any] = json.loads(urlsafe_b64decode(cursor))
    return found


def _forged(cursor: str, *keys: str) -> str:
    mark, release, *_ = _place(cursor)
    return urlsafe_b64encode(json.dumps([mark, release, *keys]).encode()).decode()


def _term_cursor(world: World, value: str) -> str:
    return _forged(world.cursors("Term", [{"form": "ASC"}])[0], value, value)


def _group_cursor(world: World, value: str) -> str:
    text = "{ terms { groups(by: [{form: VALUE}], first: 1) { pageInfo { endCursor } } } }"
    return _forged(world.answer(text)["terms"]["groups"]["pageInfo"]["endCursor"], value)


def _key(text: str) -> str:
    """Return what the database sorts a text by."""
    return "\x01".join(natural(text))


def _terms_after(world: World, value: str) -> list[Any]:
    keys = sorted((_key(row["form"]), row["id"]) for row in world.fields.rows.of_type("Term"))
    return [identifier for key, identifier in keys if (key, identifier) > (value, value)]


def _forms_before(world: World, value: str) -> list[Any]:
    forms = {row["form"] for row in world.fields.rows.of_type("Term")}
    return [form for form in sorted(forms, key=_key) if _key(form) < value]


NAME = ("OrganizationName", "name")
TERMS = f"found: terms(where: {{form: {{%s: $value}}}}, {PAGE}) {{ nodes {{ id }} }}"
GROUPS = "found: terms { groups(by: [{id: VALUE}], having: {%s}, first: 1000) { nodes { key { id } } } }"
OTHERS = (
    Place("found: ministry(name: $value) { id }", "String!", column=NAME),
    Place("found: technology(id: $value) { id }", "ID!", column=("Technology", "id")),
    Place("found: node(id: $value) { id }", "ID!", shape=_known_kind, column=("Term", "id")),
    Place(
        "found: nodes(ids: $value) { id }",
        "[ID!]!",
        shape=_known_kinds,
        column=("Term", "id"),
        remarks=frozenset({"NOT_FOUND"}),
    ),
    Place("found: overlaps(regimes: $value, first: 1000) { nodes { id } }", "[ID!]!", column=("Regime", "id")),
    Place(
        "found: designationChanges(regime: $value, fromRelease: 0, toRelease: 2, first: 1000) { nodes { id } }",
        "ID!",
        column=("Regime", "id"),
    ),
    Place("found: changes(ids: $value, first: 1000) { nodes { id } }", "[ID!]", column=("Term", "id")),
    *(
        Place(GROUPS % f"{measure}: {{form: {{{operator}: $value}}}}", twin=TERMS % operator)
        for measure in ("min", "max")
        for operator in ("eq", "ne", "lt", "gte", "contains", "startsWith", "containsExactly")
    ),
    Place(GROUPS % "max: {form: {in: $value}}", "[String!]", twin=TERMS % "in"),
    Place(
        """found: terms(where: {form: {startsWithExactly: $value}}) {
        groups(by: [{id: VALUE}], first: 1000) { nodes { key { id } } } }""",
        twin=TERMS % "startsWithExactly",
    ),
    Place(
        f"found: organizations(where: {{names: {{where: {{name: {{eq: $value}}}}, count: {{gt: 0}}}}}}, {PAGE}) "
        "{ nodes { id } }",
        twin=f"found: organizations(where: {{names: {{some: {{name: {{eq: $value}}}}}}}}, {PAGE}) {{ nodes {{ id }} }}",
        column=NAME,
    ),
    Place(
        """found: organizations(first: 1000,
        orderBy: [{names: {where: {name: {eq: $value}}, count: DESC}}, {id: ASC}]) { nodes { id } }""",
        expected=_by_names_alike,
        column=NAME,
    ),
    Place(
        f"found: organizations(where: {{not: {{names: {{every: {{name: {{gte: $value}}}}}}}}}}, {PAGE}) "
        "{ nodes { id } }",
        column=NAME,
    ),
    Place(
        f"found: technologies(where: {{or: [{{field: {{name: {{lt: $value}}}}}}, {{regime: {{term: "
        f"{{contains: $value}}}}}}]}}, {PAGE}) {{ nodes {{ id }} }}",
        column=("Regime", "term"),
    ),
    Place(
        f"found: regimes({PAGE}) {{ nodes {{ id technologies(where: {{name: {{startsWith: $value}}}}, {PAGE}) "
        "{ nodes { id } } } }",
        column=("Technology", "name"),
    ),
    Place(f"found: organizationNames(where: {{validity: {{contains: $value}}}}, {PAGE}) {{ nodes {{ id }} }}", "Date"),
    Place(f"found: statistics(where: {{bounds: {{contains: $value}}}}, {PAGE}) {{ nodes {{ id }} }}", "Decimal"),
    Place(f"found: organizationNames(asOf: $value, {PAGE}) {{ nodes {{ id }} }}", "Date", expected=_in_force),
    Place(
        "found: terms(orderBy: [{form: ASC}], after: $value, first: 1000) { nodes { id } }",
        made=_term_cursor,
        expected=_terms_after,
    ),
    Place(
        "found: terms { groups(by: [{form: VALUE}], before: $value, first: 1000) { nodes { key { form } } } }",
        made=_group_cursor,
        expected=_forms_before,
    ),
    Place("found: terms(after: $value) { nodes { id } }", never=True),
    Place("found: terms { groups(by: [{form: VALUE}], before: $value) { totalCount } }", never=True),
    Place("found: terms(where: {grade: {eq: $value}}) { totalCount }", "Grade", never=True),
)
"""Where a text goes that no filter of a list takes."""
