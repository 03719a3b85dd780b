"""Documents: parsed, validated and planned once for all texts that differ in literals alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    validate,
)

from schema.limits import Limits
from schema.sql.arguments import shape
from schema.sql.counting import check
from schema.sql.errors import LimitExceeded
from schema.sql.literals import Written, is_shareable, lift, read_literals, written
from schema.sql.pages import size_variables
from schema.sql.plans import Answered, Plan
from schema.sql.recent import Recent
from schema.sql.steady import root_fields

ERRORS_TOLD = 5
"""How many mistakes of a document are looked for."""
DOCUMENTS_KEPT = 500
PLANS_KEPT = 100
LONGEST_KEPT = 100_000
"""How many characters a text has at most that is kept."""
CHARACTERS_KEPT = 1_000_000
"""How many characters the texts that are kept have together; parsed, each takes some hundred bytes."""


@dataclass(frozen=True)
class Parsed:
    """A text as graphql-core reads it; what is wrong with it stands in its ``errors``."""

    ast: DocumentNode | None
    errors: Sequence[GraphQLError] = ()


@dataclass
class Form:
    """What texts share that differ in literals alone: the first of them, the types of its literals, and the plans.

    There are plans of root fields, and of whole operations that one statement can answer.
    """

    first: Parsed
    types: Sequence[GraphQLInputType] = ()
    plans: Recent[Any, Plan] = field(default_factory=lambda: Recent(PLANS_KEPT))
    answered: Recent[Any, Answered] = field(default_factory=lambda: Recent(PLANS_KEPT))

    operations: dict[str | None, OperationDefinitionNode] = field(default_factory=dict)
    roots: dict[str | None, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The variables that give page sizes."""
        return size_variables(self.first.ast) if self.first.ast else ()


class Document:
    """One text: its form, and its own literals, by the names of the variables that stand for them there."""

    def __init__(self, form: Form, literals: Mapping[str, Any], read: Callable[[], Parsed]) -> None:
        self.form, self.literals, self._read = form, literals, read

    @cached_property
    def _parsed(self) -> Parsed:
        return self._read()

    @property
    def ast(self) -> DocumentNode | None:
        """The text itself, parsed when it is needed: where an error stands, it must be this text's place."""
        return self._parsed.ast

    @property
    def errors(self) -> Sequence[GraphQLError]:
        """What is wrong with the text."""
        return self._parsed.errors

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments of the form, by name."""
        return fragments_of(self.form.first.ast) if self.form.first.ast else {}

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of that name, or the only one where no name is given."""
        known = self.form.operations
        if name not in known:
            found = get_operation_ast(self.form.first.ast, name) if self.form.first.ast else None
            if found is None:
                return None
            known[name] = found
        return known[name]

    def root_fields(self, name: str | None) -> frozenset[str]:
        """Return the names of the root fields of an operation, none where there is no such operation."""
        known = self.form.roots
        if name not in known:
            operation = self.operation(name)
            if operation is None:
                return frozenset()
            known[name] = root_fields(operation, self.fragments)
        return known[name]

    def variables(self, coerced: Mapping[str, Any]) -> dict[str, Any]:
        """Return an operation's variables together with the literals."""
        return {**coerced, **self.literals}

    def shape(self, variables: Mapping[str, Any]) -> Any:
        """Return what of those decides the statements of an operation."""
        return shape(variables), tuple(variables.get(name) for name in self.form.sizes)


class Documents:
    """Reads texts; keeps the documents, and the forms, of those that were used last."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema, self._limits = schema, limits
        self._documents: Recent[str, Document] = Recent(DOCUMENTS_KEPT, CHARACTERS_KEPT)
        self._forms: Recent[str, Form] = Recent(DOCUMENTS_KEPT, CHARACTERS_KEPT)

    def read(self, text: str) -> Document:
        """Return the document of a text."""
        if len(text) > min(LONGEST_KEPT, self._limits.source):
            return _alone(self._parsed(text))
        return self._documents.get(text) or self._documents.keep(text, self._document(text), len(text))

    def _document(self, text: str) -> Document:
        found = written(text)
        form = self._forms.get(found.skeleton) if found else None
        if found is None or form is None:
            return self._first(text, found)
        values = read_literals(found.literals, form.types)
        if values is None:
            return _alone(self._parsed(text))
        return Document(form, values, lambda: self._lifted(text, found))

    def _first(self, text: str, found: Written | None) -> Document:
        """Return the document of a text of no known form, which other texts may have from now on."""
        parsed = self._parsed(text)
        if found is None or parsed.ast is None or parsed.errors:
            return _alone(parsed)
        lifted = lift(self._schema, parsed.ast, len(found.literals))
        values = read_literals(found.literals, lifted.types) if lifted else None
        if lifted is None or values is None or not is_shareable(self._schema, lifted):
            return _alone(parsed)
        first = Parsed(lifted.ast)
        form = self._forms.keep(found.skeleton, Form(first, lifted.types), len(text))
        return Document(form, values, lambda: first)

    def _parsed(self, text: str) -> Parsed:
        limits = self._limits
        if len(text) > limits.source:
            return Parsed(None, [LimitExceeded.of("source", limits.source, len(text))])
        try:
            ast = parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.comments)
            # Before it is validated, which takes time by the square of what is asked for.
            check(ast, limits)
        except GraphQLError as error:
            return Parsed(None, [_limit_passed(error, limits) or error])
        return Parsed(ast, validate(self._schema, ast, max_errors=ERRORS_TOLD))

    def _lifted(self, text: str, found: Written) -> Parsed:
        parsed = self._parsed(text)
        lifted = lift(self._schema, parsed.ast, len(found.literals)) if parsed.ast and not parsed.errors else None
        return Parsed(lifted.ast) if lifted else parsed


def _limit_passed(error: GraphQLError, limits: Limits) -> LimitExceeded | None:
    """Return what the parser says of its limits in our own words; it stops counting at the first too many."""
    for limit in ("tokens", "comments"):
        maximum = getattr(limits, limit)
        if f"Document contains more than {maximum} {limit}." in error.message:
            return LimitExceeded.of(limit, maximum, maximum + 1)
    return None


def _alone(parsed: Parsed) -> Document:
    """Return a document whose form no other text has."""
    return Document(Form(parsed), {}, lambda: parsed)


def has_several_roots(operation: OperationDefinitionNode | None) -> bool:
    """Return whether an operation may run several statements, which must then see one state of the data."""
    if operation is None:
        return False
    selections = operation.selection_set.selections
    # A fragment may hold any number of fields, and a snapshot costs no more than its BEGIN and COMMIT.
    return len(selections) > 1 or not isinstance(selections[0], FieldNode)


def fragments_of(ast: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the fragments of a document by name."""
    return {node.name.value: node for node in ast.definitions if isinstance(node, FragmentDefinitionNode)}
