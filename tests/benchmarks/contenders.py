"""The contenders: how each is started, what its requests look like, and what it has no answer to."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.benchmarks import postgraphile
from tests.benchmarks.queries import graphql_request, route_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import sqlalchemy as sa

    from tests.benchmarks.queries import Query


@dataclass(frozen=True)
class Command:
    """What starts a server, and the environment that it needs beside the usual one."""

    arguments: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def as_it_is(_: str, data: Any) -> Any:
    """Return the data of an answer that needs no change to be compared."""
    return data


@dataclass(frozen=True)
class Contender:
    """A way to answer the queries."""

    name: str
    request: Callable[[Query, dict[str, Any]], bytes]
    command: Callable[[sa.URL], Command]
    lacks: frozenset[str] = frozenset()
    """The queries to which it has no answer."""
    normal: Callable[[str, Any], Any] = as_it_is
    """What brings the data of its answer to a query into our shape."""


def _in_python(name: str, url: sa.URL) -> Command:
    address = url.render_as_string(hide_password=False)
    return Command([sys.executable, "-m", "tests.benchmarks.servers", name, address])


def _in_node(url: sa.URL) -> Command:
    return Command(*postgraphile.command(url))


def _ours(query: Query, variables: dict[str, Any]) -> bytes:
    return graphql_request(query.text, variables)


CONTENDERS = (
    Contender("ours", _ours, partial(_in_python, "ours")),
    Contender("bare", _ours, partial(_in_python, "bare")),
    Contender("limit", lambda query, variables: route_request(query.name, variables), partial(_in_python, "limit")),
    Contender("loaders", _ours, partial(_in_python, "loaders"), lacks=frozenset({"linked_at_release"})),
    Contender(
        "postgraphile",
        lambda query, variables: graphql_request(postgraphile.TEXTS[query.name], variables),
        _in_node,
        lacks=frozenset({"linked_at_release"}),
        normal=postgraphile.normal,
    ),
)
