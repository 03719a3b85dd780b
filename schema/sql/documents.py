"""Documents: parsed and validated once, and kept with what was planned for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    validate,
)

from schema.sql.arguments import shape
from schema.sql.pages import size_variables
from schema.sql.plans import Plan
from schema.sql.recent import Recent

DOCUMENTS_KEPT = 500
PLANS_KEPT = 100


@dataclass
class Document:
    """A document with the plans of its root fields, and of whole operations that one statement can answer."""

    ast: DocumentNode | None
    errors: Sequence[GraphQLError]
    sizes: tuple[str, ...] = ()
    plans: Recent[Any, Plan] = field(default_factory=lambda: Recent(PLANS_KEPT))
    answered: Recent[Any, Plan] = field(default_factory=lambda: Recent(PLANS_KEPT))

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """Return the document's fragments by name."""
        definitions = self.ast.definitions if self.ast else ()
        return {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of that name, or the only one where no name is given."""
        return get_operation_ast(self.ast, name) if self.ast else None

    def shape(self, variables: Mapping[str, Any]) -> Any:
        """Return what of an operation's variables decides its statements."""
        return shape(variables), tuple(variables.get(name) for name in self.sizes)


def read(schema: GraphQLSchema, text: str) -> Document:
    """Parse and validate a document; what is wrong with it stands in its ``errors``."""
    try:
        ast = parse(text)
    except GraphQLError as error:
        return Document(None, [error])
    return Document(ast, validate(schema, ast), size_variables(ast))


def has_several_roots(operation: OperationDefinitionNode | None) -> bool:
    """Return whether an operation may run several statements, which must then see one state of the data."""
    if operation is None:
        return False
    selections = operation.selection_set.selections
    # A fragment may hold any number of fields, and a snapshot costs no more than its BEGIN and COMMIT.
    return len(selections) > 1 or not isinstance(selections[0], FieldNode)
