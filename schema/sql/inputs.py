"""The inputs of lists, made from the linked types: ``XWhere``, ``XOrder``, and a filter for each kind of leaf."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, EnumMeta
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.unset import UNSET
from strawberry.utils.str_converters import to_snake_case

from schema.sql.declare import NAMESPACE, DeclaredField, method_arguments
from schema.sql.linking import Embedded, Leaf, LinkedType, ToMany, ToOne
from schema.sql.ordering import Direction
from schema.sql.pages import DEFAULT_PAGE, LARGEST_PAGE

_OPERATORS: Mapping[str, tuple[str, str]] = {
    "eq": ("{}", "같음 | Equal"),
    "ne": ("{}", "다름 | Not equal; rows without the value count as different"),
    "in_": ("list[{}]", "목록 중 하나 | One of these"),
    "lt": ("{}", "미만 | Less than"),
    "lte": ("{}", "이하 | At most"),
    "gt": ("{}", "초과 | More than"),
    "gte": ("{}", "이상 | At least"),
    "contains": ("{}", "포함 | Contains this text, exactly as written"),
    "starts_with": ("{}", "시작 | Begins with this text, exactly as written"),
    "is_null": ("bool", "값 없음 | Whether the value is absent"),
}
_EQUALITY = ("eq", "ne", "in_", "is_null")
_COMPARISON = ("eq", "ne", "in_", "lt", "lte", "gt", "gte", "is_null")
_FILTERS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "TextFilter": (str, tuple(_OPERATORS)),
    "IDFilter": (strawberry.ID, _EQUALITY),
    "IntFilter": (int, _COMPARISON),
    "DecimalFilter": (decimal.Decimal, _COMPARISON),
    "DateFilter": (datetime.date, _COMPARISON),
    "DateTimeFilter": (datetime.datetime, _COMPARISON),
    "BooleanFilter": (bool, ("eq", "ne", "is_null")),
}


def declare_enums(enums: Iterable[type[Enum]]) -> None:
    """Make enums known to declarations: values by member name, descriptions from the member's text."""
    for enum in enums:
        definition = StrawberryEnumDefinition(
            wrapped_cls=enum,
            name=enum.__name__,
            values=[EnumValue(member.name, member.value, description=member.value) for member in enum],
            description=(enum.__doc__ or "").partition("\n")[0],
        )
        enum.__strawberry_definition__ = definition  # type: ignore[attr-defined]
        NAMESPACE[enum.__name__] = enum


def declare_inputs(types: Mapping[str, LinkedType]) -> None:
    """Make the filters and orderings of every type, and give lists their arguments."""
    declare_enums([Direction])
    for name, (scalar, operators) in _FILTERS.items():
        _filter(name, scalar, operators)
    for value in list(NAMESPACE.values()):
        if isinstance(value, EnumMeta) and value is not Direction:
            _filter(f"{value.__name__}Filter", value, _EQUALITY)
    for type_ in types.values():
        _where(type_)
        _order(type_)


def list_arguments(target: str) -> tuple[StrawberryArgument, ...]:
    """Return the arguments of a connection of ``target``."""
    page = f"{DEFAULT_PAGE}, 최대 {LARGEST_PAGE}"
    return (
        _argument("where", f"{target}Where", "조건 | Which rows"),
        _argument("order_by", f"list[{target}Order]", "정렬 | In which order; absent values last, ties by id"),
        _argument("first", "int", f"앞에서 몇 건 (기본 {page}) | Rows from the start"),
        _argument("after", "str", "이 커서 다음부터 | Only rows after this cursor"),
        _argument("last", "int", f"뒤에서 몇 건 (최대 {LARGEST_PAGE}) | Rows from the end"),
        _argument("before", "str", "이 커서 앞까지 | Only rows before this cursor"),
    )


def _argument(name: str, annotation: str, description: str) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(f"{annotation} | None", namespace=NAMESPACE),
        description=description,
        default=UNSET,
    )


def _input(name: str, description: str, fields: Mapping[str, tuple[Any, str]], *, one_of: bool = False) -> None:
    """Make an input type whose fields are optional; ``fields`` maps names to annotation and description."""
    members: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for field, (annotation, text) in fields.items():
        members["__annotations__"][field] = annotation
        members[field] = DeclaredField(
            python_name=field,
            graphql_name=field.removesuffix("_") if field.endswith("_") else None,
            type_annotation=StrawberryAnnotation(annotation, namespace=NAMESPACE),
            description=text,
            default=UNSET,
        )
    made: Any = strawberry.input(type(name, (), members), name=name, description=description, one_of=one_of)
    NAMESPACE[name] = made
    for declared in made.__strawberry_definition__.fields:
        # Strawberry resolved what it could; inputs that refer to each other are only now all there.
        declared.type = fields[declared.python_name][0]


def _filter(name: str, scalar: Any, operators: Iterable[str]) -> None:
    kind = scalar.__name__
    NAMESPACE.setdefault(kind, scalar)
    fields = {key: (f"{_OPERATORS[key][0].format(kind)} | None", _OPERATORS[key][1]) for key in operators}
    _input(name, f"{kind} 조건 | Conditions on a value; all given ones hold together", fields)


def _where(type_: LinkedType) -> None:
    name = f"{type_.name}Where"
    fields: dict[str, tuple[Any, str]] = {
        "and_": (f"list[{name}] | None", "모두 성립 | All of these hold"),
        "or_": (f"list[{name}] | None", "하나 이상 성립 | At least one of these holds"),
        "not_": (f"{name} | None", "불성립 | This does not hold"),
    }
    for key, field in _comparable(type_):
        if isinstance(field, Leaf):
            kind = field.scalar.filter
        elif isinstance(field, ToMany):
            kind = _some_every_none(field.target)
        else:
            kind = f"{field.target}Where"
        fields[to_snake_case(key)] = (f"{kind} | None", _description(type_, key))
    _input(name, f"{type_.name} 조건 | Which rows; all given conditions hold together", fields)


def _some_every_none(target: str) -> str:
    name = f"{target}ListWhere"
    if name not in NAMESPACE:
        fields = {
            "some": (f"{target}Where | None", "하나 이상 | At least one row of the list fits"),
            "every": (f"{target}Where | None", "모두 | Every row of the list fits, also where there is none"),
            "none": (f"{target}Where | None", "없음 | No row of the list fits"),
        }
        _input(name, f"{target} 목록 조건 | Conditions on a list", fields)
    return name


def _order(type_: LinkedType) -> None:
    fields: dict[str, tuple[Any, str]] = {}
    for key, field in _comparable(type_):
        if not isinstance(field, ToMany):
            kind = "Direction" if isinstance(field, Leaf) else f"{field.target}Order"
            fields[to_snake_case(key)] = (f"{kind} | None", _description(type_, key))
    _input(f"{type_.name}Order", f"{type_.name} 정렬 | What to sort by; one key an entry", fields, one_of=True)


def _comparable(type_: LinkedType) -> Iterator[tuple[str, Leaf | Embedded | ToOne | ToMany]]:
    """Return what clients may filter and sort by.

    A field with permissions or extensions is none of it: comparing would give its value away without asking them.
    """
    for key, field in type_.fields.items():
        if type_.is_extended(key):
            continue
        if isinstance(field, Leaf):
            if field.scalar.filter and field.sortable:
                yield key, field
        elif isinstance(field, Embedded | ToOne | ToMany) and not _arguments(type_, key):
            yield key, field


def _description(type_: LinkedType, key: str) -> str:
    return type_.members[key].description or key


def _arguments(type_: LinkedType, key: str) -> bool:
    """Return whether a relation takes arguments of its own; such a one is asked for, not filtered by."""
    method = type_.members[key].method
    return method is not None and bool(method_arguments(method))
