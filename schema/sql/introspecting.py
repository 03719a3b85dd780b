"""Asking the contract itself: a second of work for graphql-core, done beside the event loop and kept.

The answer follows from document and variables alone. It holds no facts, so it is the same for every viewer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode, execute_sync

from schema.sql.recent import Recent
from schema.sql.selection import Selection

if TYPE_CHECKING:
    from schema.sql.documents import Document, Form
    from schema.sql.meter import Spending

POINTS = 10_000
"""What an answer costs that is not kept yet."""
ANSWERS_KEPT = 100
BYTES_KEPT = 64 * 2**20


class Introspection:
    """Answers operations that ask for ``__schema`` and ``__type`` alone."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        # With each answer its form, so that no other form can have the same identity.
        self._kept: Recent[Any, tuple[Form, dict[str, Any]]] = Recent(ANSWERS_KEPT, BYTES_KEPT)

    async def answer(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        given: dict[str, Any],
        values: Mapping[str, Any],
        spending: Spending | None,
    ) -> ExecutionResult | None:
        """Answer an operation; None leaves one to others that asks for facts too, or is wrong."""
        if not self._asks_nothing_else(document, operation, values):
            return None
        name = operation.name.value if operation.name else None
        key = id(document.form), name, orjson.dumps({**given, **document.literals})
        kept = self._kept.get(key)
        if kept is None:
            if spending:
                await spending.take(POINTS)
            made = await asyncio.to_thread(self._made, document, given, name)
            if made is None:
                return None
            data, size = made
            kept = self._kept.keep(key, (document.form, data), size + len(key[2]))
        return ExecutionResult(data=kept[1], errors=None)

    def _asks_nothing_else(
        self, document: Document, operation: OperationDefinitionNode, values: Mapping[str, Any]
    ) -> bool:
        query: Any = self._schema.query_type
        asked: Any = [operation]
        roots = Selection(self._schema, document.fragments, values).below(asked, query).values()
        names = {nodes[0].name.value for nodes in roots}
        return bool(names & {"__schema", "__type"}) and names <= {"__schema", "__type", "__typename"}

    def _made(self, document: Document, given: dict[str, Any], name: str | None) -> tuple[dict[str, Any], int] | None:
        assert document.ast is not None
        result = execute_sync(self._schema, document.ast, variable_values=given, operation_name=name)
        if result.errors or result.data is None:
            return None
        texts = {key: orjson.dumps(value) for key, value in result.data.items()}
        return {key: orjson.Fragment(text) for key, text in texts.items()}, sum(map(len, texts.values()))
