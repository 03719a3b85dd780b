"""The application as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import build_schema

from schema import printed_schema

if TYPE_CHECKING:
    import httpx


def test_the_contract_is_served_as_printed(client: httpx.Client) -> None:
    response = client.get("/graphql/schema.graphql")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == printed_schema()
    assert build_schema(response.text).query_type
