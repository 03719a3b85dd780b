"""How a type is declared over a model: an annotation names a column or a relation, a method returns SQL.

``@sql.type(models.X)`` only records the declaration. Everything that needs other types (relations, filters, orderings)
is linked when the schema is built, so modules may refer to each other freely; their annotations are looked up among the
declared names, not in the module.
"""

from __future__ import annotations

import datetime
import decimal
import inspect
from copy import copy
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from schema.sql.connection import Connection, Node
from schema.sql.estimate import Estimate
from schema.sql.limits_type import LimitsType
from schema.sql.scalars import JSON

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterable, Mapping

    from graphql import GraphQLField
    from strawberry.extensions import FieldExtension

    from db.models import Base

C = TypeVar("C", bound="builtins.type[Any]")

NAMESPACE: dict[str, Any] = {
    "Connection": Connection,
    "Decimal": decimal.Decimal,
    "Estimate": Estimate,
    "LimitsType": LimitsType,
    "JSON": JSON,
    "Node": Node,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "strawberry": strawberry,
}


@dataclass(frozen=True)
class Declaration:
    """A type as written: its class, the model it stands over (None for a value type) and its default order.

    ``apart`` names numbers that do not add up across kinds, each with the paths that say of which kind a row is.
    """

    cls: builtins.type[Any]
    model: builtins.type[Base] | None
    order: tuple[str, ...]
    is_interface: bool
    apart: Mapping[str, tuple[str, ...]] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """A number that a method computes over all rows of a list or group; ``self`` gives it their columns."""

    method: Callable[..., Any]


@dataclass(frozen=True)
class Range:
    """Two columns that are a first and a last value, filtered by as one.

    An absent end is open. Where both are absent, the range has no ends if it is ``endless``, else there is none.
    """

    first: str
    last: str
    description: str
    endless: bool


DECLARATIONS: dict[str, Declaration] = {}
ROOTS: list[builtins.type[Any]] = []


class DeclaredField(StrawberryField):
    """A field whose annotation is looked up among the declared names, whatever module it was written in."""

    method: Callable[..., Any] | None = None
    columns: tuple[str, ...] = ()
    check: Callable[..., None] | None = None
    steady: bool = True

    def __copy__(self) -> Self:
        made = super().__copy__()
        made.method, made.columns, made.check = self.method, self.columns, self.check
        made.steady = self.steady
        return made

    @property
    def type(self) -> Any:
        return self.resolve_type()

    @type.setter
    def type(self, annotation: Any) -> None:
        # dataclasses assigns the annotation again, without its namespace.
        self.type_annotation = StrawberryAnnotation(annotation, namespace=NAMESPACE)

    @property
    def is_basic_field(self) -> bool:
        # A basic field is called without info, but the response key is in it.
        return False


class SqlField(DeclaredField):
    """A field that the planner answers in SQL; a list gets its arguments when the schema is built."""

    @property
    def arguments(self) -> list[StrawberryArgument]:
        return method_arguments(self.method) if self.method else []

    @arguments.setter
    def arguments(self, value: list[StrawberryArgument]) -> None:
        raise AttributeError("The arguments of a SQL field follow from its method.")

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:
        # Only reached in a hydrated answer: the statement has already put the value under its response key.
        return source[info.path.key]


class PythonField(DeclaredField):
    """A field that Python resolves from ``columns`` of its row; selecting it hydrates the answer."""


@overload
def field(method: Callable[..., Any]) -> SqlField: ...


@overload
def field(
    *,
    check: Callable[..., None] | None = None,
    steady: bool = True,
    extensions: Iterable[FieldExtension] = (),
    **options: Any,
) -> Callable[[Callable[..., Any]], SqlField]: ...


def field(
    method: Callable[..., Any] | None = None,
    *,
    check: Callable[..., None] | None = None,
    steady: bool = True,
    extensions: Iterable[FieldExtension] = (),
    **options: Any,
) -> SqlField | Callable[[Callable[..., Any]], SqlField]:
    """Declare a field whose method returns SQL: a column expression, or a ``select`` for a relation.

    A method's own arguments become GraphQL arguments; ``from_`` is named ``from`` there. Strings and numbers reach it
    as bind parameters, enums and booleans as Python values, an absent or null one as None. ``check`` is called with the
    values themselves, by name, at every request, and raises BadInput where they do not go together. A root field that
    is not ``steady`` answers otherwise at one and the same release, to others of the same rights or at another time.
    """

    def declare(method: Callable[..., Any]) -> SqlField:
        declared = SqlField(
            python_name=method.__name__.lstrip("_"),
            description=first_line(method.__doc__),
            extensions=list(extensions),
            **options,
        )
        declared.method, declared.check, declared.steady = method, check, steady
        return declared

    return declare(method) if method else declare


def range(first: str, last: str, description: str, *, endless: bool = False) -> Range:  # noqa: A001
    """Declare a filter over two columns that are a first and a last value; nothing is selected by it."""
    return Range(first, last, description, endless)


def python(*columns: str) -> Callable[[Callable[[Any], Any]], Any]:
    """Declare a field that a Python method computes from the given columns of its row."""

    def declare(method: Callable[[Any], Any]) -> PythonField:
        declared = PythonField(
            python_name=method.__name__,
            description=first_line(method.__doc__),
        )
        declared.method = method
        declared.columns = columns
        return declared

    return declare


def summary(method: Callable[..., Any]) -> Any:
    """Declare a member of a type's aggregates, whose method returns a SQL aggregate over the rows' columns."""
    return Summary(method)


def type(  # noqa: A001
    model: builtins.type[Base], *, order: tuple[str, ...] = (), apart: Mapping[str, tuple[str, ...]] | None = None
) -> Callable[[C], C]:
    """Declare a GraphQL type over a model; ``order`` names what orders its lists by default.

    ``apart`` says which numbers do not add up across kinds: ``{"amount": ("stage", "fiscal_year")}``. A path through a
    relation or into a value type is written with dots: ``"due.latest"``.
    """
    return lambda cls: _declare(cls, Declaration(cls, model, order, is_interface=False, apart=apart or {}))


def interface(model: builtins.type[Base], *, order: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Declare a GraphQL interface over a model whose sub-models are the types that implement it."""
    return lambda cls: _declare(cls, Declaration(cls, model, order, is_interface=True))


def value(descriptions: Mapping[str, str]) -> Callable[[C], C]:
    """Declare a type whose fields are columns of the row that holds it, named ``<field>_<part>``, and describe them."""

    def declare(cls: C) -> C:
        _declare(cls, Declaration(cls, None, (), is_interface=False))
        for name, text in descriptions.items():
            vars(cls)[name].description = text
        return cls

    return declare


def roots(cls: C) -> C:
    """Declare the class whose annotations are root fields: a connection each, or methods that return a ``select``."""
    cls.node, cls.nodes, cls.estimate, cls.limits = field(_node), field(_nodes), field(_estimate), field(_limits)
    _annotate(cls)
    ROOTS.append(cls)
    return cls


def _node(self: Any, id: strawberry.ID) -> Node | None:  # noqa: A002
    """식별자로 하나 조회 | Whatever this identifier names, or null

    id: 식별자 | Its identifier
    """


def _nodes(self: Any, ids: list[strawberry.ID]) -> list[Node | None]:  # type: ignore[empty-body]
    """식별자로 여럿 조회 | What these identifiers name, in their order; a missing one is null and named in errors

    ids: 식별자들 | Their identifiers
    """


def declared_field(definition: GraphQLField) -> DeclaredField | None:
    """Return the declaration of a field of the schema, None for one that follows from others."""
    declared: DeclaredField | None = definition.extensions.get("strawberry-definition")
    return declared


def _estimate(self: Any, query: str, variables: JSON | None = None, operation_name: str | None = None) -> Estimate:  # type: ignore[empty-body]
    """예상 비용 | What this document would cost and bring, without running it

    query: 문서 | The document, as it would be asked
    variables: 변수 | Its variables, as an object
    operation_name: 연산 이름 | Which of its operations, where it has several
    """


def _limits(self: Any) -> LimitsType:
    """한도 | What a request may ask for at most, and what a viewer may in a minute"""


def first_line(text: str | None) -> str | None:
    return inspect.cleandoc(text).partition("\n")[0] if text else None


def _declare(cls: C, declaration: Declaration) -> C:
    _annotate(cls)
    NAMESPACE[cls.__name__] = cls
    DECLARATIONS[cls.__name__] = declaration
    return cls


def method_arguments(method: Callable[..., Any]) -> list[StrawberryArgument]:
    """Return the GraphQL arguments of a method: its parameters after ``self``, described by lines ``name: text``."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    lines = (line.partition(": ") for line in inspect.cleandoc(method.__doc__ or "").splitlines())
    described = {name: text for name, _, text in lines}
    return [
        StrawberryArgument(
            python_name=parameter.name.removesuffix("_"),
            graphql_name=None,
            type_annotation=StrawberryAnnotation(parameter.annotation, namespace=NAMESPACE),
            description=described.get(parameter.name.removesuffix("_")),
            default=UNSET if parameter.default in (parameter.empty, None) else parameter.default,
        )
        for parameter in parameters
    ]


def _annotate(cls: builtins.type[Any]) -> None:
    """Turn every annotation of the class and of its bases into a field of the class itself; methods follow."""
    annotations: dict[str, Any] = {}
    methods: dict[str, DeclaredField] = {}
    for base in reversed(cls.__mro__[:-1]):
        for name, annotation in vars(base).get("__annotations__", {}).items():
            annotations[name] = annotation
            methods.pop(name, None)
        for name, member in vars(base).items():
            if isinstance(member, DeclaredField) and member.method:
                methods[name] = copy(member)
                annotations.pop(name, None)
    for name, annotation in annotations.items():
        setattr(cls, name, SqlField(python_name=name, type_annotation=StrawberryAnnotation(annotation)))
    for name, member in methods.items():
        setattr(cls, name, member)
    returns = {name: member.method.__annotations__["return"] for name, member in methods.items()}
    cls.__annotations__ = annotations | returns
