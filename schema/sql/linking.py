"""The linked picture of the declared types: which column, relation or expression answers each field.

Linking runs once, when the schema is built, and refuses declarations that could lose rows or values: a field that
promises a value where its column may be null, a name that the model does not have, a type that has no SQL.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

import sqlalchemy as sa
from sqlalchemy import orm
from strawberry.utils.str_converters import to_camel_case, to_snake_case

from db.models import Derived
from schema.sql.connection import Connection, Node
from schema.sql.declare import (
    DECLARATIONS,
    NAMESPACE,
    Declaration,
    DeclaredField,
    PythonField,
    Range,
    SqlField,
    Summary,
    first_line,
)
from schema.sql.scalars import Scalar, scalar_of

if TYPE_CHECKING:
    from schema.sql.entities import Entity

Arguments = Mapping[str, Any]

D = TypeVar("D")

RANGED = ("IntFilter", "DecimalFilter", "DateFilter", "DateTimeFilter")


class DeclarationError(TypeError):
    """A declaration that the planner could not answer faithfully."""


@dataclass(frozen=True)
class Leaf:
    """A scalar with the SQL that gives it: the schema says ``nullable``, the column says ``certain``."""

    scalar: Scalar
    expression: Callable[[Entity, Arguments], sa.ColumnElement[Any]]
    nullable: bool
    certain: bool
    sortable: bool = True


@dataclass(frozen=True)
class Embedded:
    """A value type whose parts are columns of the same row, named after the field."""

    target: str
    prefix: str
    nullable: bool


@dataclass(frozen=True)
class Span:
    """A range: the leaves that are its ends, and what was declared of it."""

    first: Leaf
    last: Leaf
    declared: Range


@dataclass(frozen=True)
class Key:
    """How two rows are tied: a column of this one equals a column of the other."""

    local: str
    remote: str


@dataclass(frozen=True)
class ToOne:
    """At most one row: the one that this row's foreign key names, or that a ``select`` finds."""

    target: str
    key: Key | None
    select: Callable[[Entity, Arguments], sa.Select[Any]] | None
    nullable: bool


@dataclass(frozen=True)
class ToMany:
    """A connection: the rows whose foreign key names this row, or that a ``select`` finds; neither means all rows."""

    target: str
    key: Key | None
    select: Callable[[Entity, Arguments], sa.Select[Any]] | None


@dataclass(frozen=True)
class Resolved:
    """A field that Python resolves from these columns."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class AnyNode:
    """Whatever fact the identifier in column ``key`` names."""

    key: str


Field = Leaf | Embedded | ToOne | ToMany | Resolved | AnyNode


@dataclass(frozen=True)
class LinkedType:
    """A declared type with what was declared of each of its fields and what answers it, by GraphQL name.

    ``spans`` are filtered by like fields, but not selected; ``summaries`` are members of its aggregates.
    """

    name: str
    declaration: Declaration
    fields: dict[str, Field] = field(default_factory=dict)
    members: dict[str, DeclaredField] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return self.declaration.model

    def kinds_apart(self, name: str) -> list[tuple[str, ...]]:
        """Return the paths, by GraphQL name, of what must be one and the same wherever a number is added up."""
        declared = self.declaration.apart.get(to_snake_case(name), ())
        return [tuple(to_camel_case(step) for step in path.split(".")) for path in declared]

    def column(self, name: str) -> Leaf:
        """Return a column of the model as a leaf of its natural type."""
        column = sa.inspect(self.model).local_table.columns[name]
        scalar = scalar_of(column.type.python_type)
        assert scalar is not None
        return Leaf(scalar, lambda entity, _: entity.column(name), column.nullable, certain=not column.nullable)

    @property
    def is_node(self) -> bool:
        """Return whether a global identifier may name rows of the type."""
        return issubclass(self.declaration.cls, Node)

    def is_extended(self, name: str) -> bool:
        """Return whether Strawberry extensions or permissions stand on a field, which only Python can run."""
        return bool(self.members[name].extensions)

    def possible_types(self) -> dict[Any, str]:
        """Return the implementing types of an interface by the value of the model's discriminator."""
        if not self.declaration.is_interface:
            return {}
        return {
            sa.inspect(other.model).polymorphic_identity: name
            for name, other in DECLARATIONS.items()
            if other.model is not None and not other.is_interface and issubclass(other.cls, self.declaration.cls)
        }


def link_types() -> dict[str, LinkedType]:
    """Link every declared type to its model; raise DeclarationError at the first that does not fit."""
    return {name: _link(name, declaration) for name, declaration in DECLARATIONS.items()}


def link_root(name: str, annotation: Any, member: SqlField) -> ToOne | ToMany:
    """Link a root field: every row of a type, or what a method selects."""
    kind, nullable = python_type(annotation)
    if member.extensions:
        # The planner is a root field's resolver, so nothing else would run, and a permission must not be passed over.
        raise DeclarationError(f"{name}: a root field has no extensions or permissions; put them on what it returns.")
    if member.method is None:
        (listed,) = get_args(kind)
        if issubclass(DECLARATIONS[listed.__name__].model or object, Derived):
            raise DeclarationError(f"{name}: nothing stores {listed.__name__}, so a method selects its rows.")
        return ToMany(listed.__name__, None, None)
    linked = _link_method(kind, nullable, member.method)
    if not isinstance(linked, ToOne | ToMany) or (isinstance(linked, ToOne) and not nullable):
        raise DeclarationError(f"{name}: a root field is a connection, or a type that may be null.")
    return linked


def python_type(annotation: Any) -> tuple[Any, bool]:
    """Return the type that an annotation names, looked up among the declared names, and whether it may be null."""
    evaluated = eval(annotation, dict(NAMESPACE)) if isinstance(annotation, str) else annotation  # noqa: S307
    if get_origin(evaluated) in (Union, UnionType):
        present = [part for part in get_args(evaluated) if part is not type(None)]
        return present[0], len(present) < len(get_args(evaluated))
    return evaluated, False


def _link(name: str, declaration: Declaration) -> LinkedType:
    linked = LinkedType(name, declaration)
    mapper = sa.inspect(declaration.model) if declaration.model else None
    for python_name, annotation in declaration.cls.__annotations__.items():
        member = vars(declaration.cls)[python_name]
        where, graphql_name = f"{name}.{python_name}", to_camel_case(python_name)
        linked.members[graphql_name] = member
        if isinstance(member, PythonField):
            linked.fields[graphql_name] = Resolved(member.columns)
        elif isinstance(member, SqlField):
            try:
                kind, nullable = python_type(annotation)
            except NameError as error:
                raise DeclarationError(f"{where}: {error}, neither as a declared type nor as a scalar.") from None
            if member.method:
                found = _link_method(kind, nullable, member.method)
            elif mapper is None:
                found = _link_part(where, kind, nullable, python_name)
            else:
                found = _link_attribute(where, kind, nullable, mapper, python_name)
                member.description = member.description or described(mapper, python_name)
            linked.fields[graphql_name] = found
    linked.spans.update({name: _link_range(linked, name, found) for name, found in _written(declaration.cls, Range)})
    linked.summaries.update(_written(declaration.cls, Summary))
    return linked


def _written(cls: type[Any], kind: type[D]) -> Iterator[tuple[str, D]]:
    """Return what a class and its bases declare of one kind, by GraphQL name."""
    for base in reversed(cls.__mro__):
        yield from ((to_camel_case(name), found) for name, found in vars(base).items() if isinstance(found, kind))


def _link_range(linked: LinkedType, name: str, declared: Range) -> Span:
    where = f"{linked.name}.{name}"
    if name in linked.fields:
        raise DeclarationError(f"{where}: a field has this name already.")
    first, last = (linked.fields.get(to_camel_case(end)) for end in (declared.first, declared.last))
    if not (isinstance(first, Leaf) and isinstance(last, Leaf)) or first.scalar is not last.scalar:
        raise DeclarationError(f"{where}: the ends of a range are two fields of one scalar type.")
    if first.scalar.filter not in RANGED:
        raise DeclarationError(f"{where}: the ends of a range are numbers, days or instants.")
    return Span(first, last, declared)


def described(mapper: orm.Mapper[Any], name: str) -> str | None:
    """Return the description of a mapped attribute: its column's comment or its relation's text."""
    attribute = mapper.attrs[name if name in mapper.attrs else f"{name}_id"]
    text: str | None = attribute.columns[0].comment if isinstance(attribute, orm.ColumnProperty) else attribute.doc
    return text


def _link_method(kind: Any, nullable: bool, method: Callable[..., Any]) -> Field:
    def call(entity: Entity, arguments: Arguments) -> Any:
        return method(entity, **arguments)

    scalar = scalar_of(kind)
    if scalar:
        required = [p for p in list(inspect.signature(method).parameters.values())[1:] if p.default is p.empty]
        # An expression's nullability cannot be read off, so a promise of a value is watched when the query runs.
        return Leaf(scalar, call, nullable, certain=False, sortable=not required)
    if get_origin(kind) is Connection:
        return ToMany(get_args(kind)[0].__name__, None, call)
    return ToOne(kind.__name__, None, call, nullable)


def _link_part(where: str, kind: Any, nullable: bool, name: str) -> Field:
    scalar = scalar_of(kind)
    if scalar is None or not nullable:
        raise DeclarationError(f"{where}: a part of a value type is a nullable scalar.")
    return Leaf(scalar, lambda entity, _: entity.column(name), nullable=True, certain=False)


def _link_attribute(where: str, kind: Any, nullable: bool, mapper: orm.Mapper[Any], name: str) -> Field:
    if name in mapper.column_attrs:
        column = mapper.column_attrs[name].columns[0]
        scalar = scalar_of(kind)
        if scalar is None:
            raise DeclarationError(f"{where}: {kind} is no scalar type.")
        _check_null(where, nullable, column)
        return Leaf(scalar, lambda entity, _: entity.column(name), nullable, certain=not column.nullable)
    by_identifier = kind is Node and f"{name}_id" in mapper.column_attrs
    if by_identifier or name in mapper.composites:
        if not nullable:
            raise DeclarationError(f"{where}: there may be nothing there, so the field must be nullable.")
        return AnyNode(f"{name}_id") if by_identifier else Embedded(kind.__name__, name, nullable)
    if name not in mapper.relationships:
        raise DeclarationError(f"{where}: {mapper.class_.__name__} has no attribute of that name.")
    return _link_relation(where, kind, nullable, mapper.relationships[name])


def _link_relation(where: str, kind: Any, nullable: bool, relation: orm.RelationshipProperty[Any]) -> Field:
    (local, remote), *more = relation.local_remote_pairs
    if more:
        raise DeclarationError(f"{where}: a relation over several columns needs a method.")
    if relation.uselist:
        if get_origin(kind) is not Connection:
            raise DeclarationError(f"{where}: a list is a Connection.")
        return ToMany(_target(where, get_args(kind)[0], relation), Key(local.name, remote.name), None)
    _check_null(where, nullable, local)
    return ToOne(_target(where, kind, relation), Key(local.name, remote.name), None, nullable)


def _target(where: str, kind: Any, relation: orm.RelationshipProperty[Any]) -> str:
    declared = DECLARATIONS.get(kind.__name__)
    if declared is None or declared.model is not relation.mapper.class_:
        model = relation.mapper.class_.__name__
        raise DeclarationError(f"{where}: the relation leads to {model}, so its type is the one over that model.")
    return str(kind.__name__)


def _check_null(where: str, nullable: bool, column: Any) -> None:
    if column.nullable and not nullable:
        raise DeclarationError(f"{where}: the column {column.name} may be null, so the field must be nullable.")


def describe(declaration: Declaration) -> str | None:
    """Return a declared type's description: its own docstring, or else its model's."""
    own = first_line(declaration.cls.__doc__) if "__doc__" in vars(declaration.cls) else None
    return own or first_line(declaration.model.__doc__ if declaration.model else None)
