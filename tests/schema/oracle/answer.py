"""Answering a document: each root field at its own release and day, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import is_non_null_type

from tests.schema.oracle.refusals import Refusals
from tests.schema.oracle.walk import Nothing, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import FieldNode, GraphQLSchema

    from tests.schema.oracle.fields import Fields
    from tests.schema.oracle.made import Cursor
    from tests.schema.oracle.rows import History
    from tests.schema.oracle.selection import Asked
    from tests.schema.oracle.walk import Error

MIXED_KINDS = "MIXED_KINDS"


@dataclass
class Answer:
    """What a document is answered with: ``data`` as parsed JSON with a Cursor wherever one stands, and its errors.

    ``instead`` names, by response key, the codes with which a whole root field may fail instead of what stands here.
    """

    data: dict[str, Any] | None
    errors: list[Error]
    instead: dict[str, set[str]] = field(default_factory=dict)


class Oracle:
    """Answers documents over all releases that it was given; ``cursors`` says what the planner's cursors stand for."""

    def __init__(
        self, schema: GraphQLSchema, history: History, fields: Fields, cursors: Mapping[str, Cursor] | None = None
    ) -> None:
        self.schema, self.history, self.fields = schema, history, fields
        self.cursors = {} if cursors is None else cursors

    def answer(self, asked: Asked) -> Answer:
        """Answer one operation."""
        query: Any = self.schema.query_type
        answer = Answer({}, [])
        for key, nodes in asked.fields(query, [asked.operation.selection_set]).items():
            try:
                value = self._root(asked, query, key, nodes, answer)
            except Nothing:
                answer.data = None
            else:
                if answer.data is not None:
                    answer.data[key] = value
        return answer

    def _root(self, asked: Asked, query: Any, key: str, nodes: list[FieldNode], answer: Answer) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return "Query"
        definition = query.fields[name]
        arguments = asked.arguments(definition, nodes[0])
        refusals = Refusals(asked, self.cursors, self.history.latest)
        refusals.look(definition, nodes, arguments)
        if refusals.codes:
            return self._fail(answer, definition, key, refusals.codes)
        fields = self.fields.at(self.history.rows(refusals.release, arguments.get("asOf")))
        walk = Walk(asked, fields, self.cursors)
        found, nothing = None, False
        try:
            found = walk.field(query, {"@type": "Query"}, nodes, (key,))
        except Nothing:
            nothing = True
        if fields.doubts.must:
            return self._fail(answer, definition, key, [MIXED_KINDS])
        if fields.doubts.may:
            answer.instead.setdefault(key, set()).add(MIXED_KINDS)
        answer.errors += walk.errors
        if nothing:
            raise Nothing
        return found

    def _fail(self, answer: Answer, definition: Any, key: str, codes: list[str]) -> None:
        answer.errors.append((codes[0], (key,)))
        answer.instead.setdefault(key, set()).update(codes)
        if is_non_null_type(definition.type):
            raise Nothing
