"""Completion: bytes of the database pass unread, and graphql-core takes over wherever only Python can answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import ExecutionResult
from graphql.execution.executor import Executor as CoreExecutor
from sqlalchemy import func, select
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from db import models
from db.models.base import Label
from schema import contract, sql
from schema.sql import Connection, Node, build, declare, inputs, linking
from schema.sql.execution import PassingExecutor
from tests.schema.sql.asking import data

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

BUILT_IN = ("Connection", "Decimal", "Estimate", "JSON", "LimitsType", "Node", "date", "datetime", "strawberry")
SHOUTED: list[str] = []
ASKED: list[str] = []


class Shout(FieldExtension):
    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **arguments: Any) -> Any:
        found = next_(source, info, **arguments)
        SHOUTED.append(found)
        return f"{found}!"


class Never(BasePermission):
    message = "Not for you."

    def has_permission(self, source: Any, info: Any, **arguments: Any) -> bool:
        ASKED.append(info.field_name)
        return False


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> sql.Built:
    """A schema of its own over one model, declared apart from the real one."""
    contract()
    apart: dict[str, Any] = {
        "DECLARATIONS": {},
        "NAMESPACE": {name: declare.NAMESPACE[name] for name in BUILT_IN},
        "ROOTS": [],
    }
    for module in (declare, linking, inputs, build):
        for name, empty in apart.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, empty)

    @sql.type(models.Statute, order=("law_id",))
    class Act(Node):
        name: str

        @sql.field(extensions=[Shout()])
        def short_name(self: models.Statute) -> str:
            """약칭 | Short title"""
            return self.short_name

        @sql.field(permission_classes=[Never])
        def law_id(self: models.Statute) -> str | None:
            """법령ID | Identifier"""
            return self.law_id

        @sql.field
        def broken(self: models.Statute) -> str:
            """깨진 약속 | Promises a value and has none for one act"""
            return func.nullif(self.law_id, "015044")  # type: ignore[return-value]

        @sql.python("name", "valid_from")
        def spelled(self: models.Statute) -> str:
            """파이썬 | Made by Python"""
            return f"{self.name} / {self.valid_from}"

    @sql.interface(models.Organization)
    class Office(Node):
        name: str

        @sql.field(permission_classes=[Never])
        def secret(self: models.Organization) -> str | None:
            """비밀 | Not for everyone"""
            return self.code

    @sql.type(models.Ministry)
    class Department(Office): ...

    @sql.type(models.Institution)
    class Other(Office): ...

    @sql.roots
    class Query:
        acts: Connection[Act]
        offices: Connection[Office]

        @sql.field
        def act(self: Any, name: str) -> Act | None:
            """법률 | One act"""
            return select(models.Statute).where(models.Statute.short_name == name)  # type: ignore[return-value]

    return sql.build_schema(Label.__subclasses__())


@pytest.fixture
def ask(tiny: sql.Built, dataset: World) -> Callable[[str], ExecutionResult]:
    def ask(text: str) -> ExecutionResult:
        document = tiny.executor.document(text)
        assert not document.errors, document.errors
        return dataset.runner.run(tiny.executor.execute(document, dataset.database))

    return ask


Ask = Callable[[str], ExecutionResult]


def test_bytes_pass_unread(ask: Ask) -> None:
    result = ask("{ acts { nodes { name } } }")
    assert result.data
    assert isinstance(result.data["acts"], orjson.Fragment)


def test_an_extension_runs(ask: Ask) -> None:
    """A field with one is never answered past it."""
    SHOUTED.clear()
    result = ask('{ act(name: "조세특례제한법") { name short: shortName } }')
    assert result.data == {"act": {"name": "조세특례제한법", "short": "조세특례제한법!"}}
    assert SHOUTED == ["조세특례제한법"]


def test_a_permission_is_asked(ask: Ask) -> None:
    ASKED.clear()
    result = ask('{ act(name: "조세특례제한법") { name lawId } }')
    assert result.data == {"act": {"name": "조세특례제한법", "lawId": None}}
    (error,) = result.errors or []
    assert (error.message, error.path) == ("Not for you.", ["act", "lawId"])
    assert ASKED == ["lawId"]


def test_a_permission_is_asked_through_an_interface_too(ask: Ask) -> None:
    result = ask("{ offices(first: 2) { nodes { __typename name secret } } }")
    assert result.data
    assert [office["secret"] for office in result.data["offices"]["nodes"]] == [None, None]
    assert {error.message for error in result.errors or []} == {"Not for you."}


def test_nobody_compares_what_needs_a_permission(tiny: sql.Built) -> None:
    """A filter or an ordering would give the value away."""
    for name in ('where: {lawId: {gt: "0"}}', "orderBy: [{lawId: ASC}]"):
        errors = tiny.executor.document(f"{{ acts({name}) {{ totalCount }} }}").errors
        assert "unknown field 'lawId'" in errors[0].message


def test_a_root_field_has_no_permissions(tiny: sql.Built) -> None:
    """They would be passed over, so they are refused."""
    member = declare.field(permission_classes=[Never])(lambda self: None)
    with pytest.raises(sql.DeclarationError, match="no extensions or permissions"):
        linking.link_root("acts", "Connection[Act]", member)


def test_python_reads_the_columns_it_named(ask: Ask) -> None:
    """Whether or not the client asked for them too."""
    result = ask(
        '{ act(name: "국가전략기술육성법") { spelled } again: act(name: "국가전략기술육성법") { id spelled name } }'
    )
    assert result.data
    assert result.data["act"] == {"spelled": "국가전략기술 육성에 관한 특별법 / 2023-09-22"}
    assert result.data["again"]["spelled"] == result.data["act"]["spelled"]


def test_a_broken_promise_is_an_error_at_its_place(ask: Ask) -> None:
    """graphql-core says where, and the null reaches as far as the types say; other acts are not lost meanwhile."""
    whole = ask("{ acts { nodes { id broken } } }")
    assert whole.data is None
    (error,) = whole.errors or []
    assert error.message == "Cannot return null for non-nullable field Act.broken."
    assert error.path == ["acts", "nodes", 4, "broken"]
    one = ask('{ act(name: "반도체 특별법") { id broken } other: act(name: "조세특례제한법") { broken } }')
    assert orjson.loads(orjson.dumps(one.data)) == {"act": None, "other": {"broken": "001584"}}


def test_python_fields_of_the_contract(dataset: World) -> None:
    found = data(dataset, "{ budgetLines(first: 1, orderBy: [{amount: DESC}]) { nodes { amountText amount } } }")
    assert found["budgetLines"]["nodes"] == [{"amountText": "9조 8,079억 1,400만 원", "amount": "9807914000000"}]


@pytest.mark.parametrize("name", ["complete_object_value", "complete_list_value", "complete_abstract_value"])
def test_the_executor_still_has_what_is_overridden(name: str) -> None:
    """These methods are not public: a new graphql-core may rename them, or call them otherwise."""
    theirs, ours = inspect.signature(getattr(CoreExecutor, name)), inspect.signature(getattr(PassingExecutor, name))
    assert len(theirs.parameters) == len(ours.parameters) == 7
