"""What rows claim of facts that are not their own: a passage of the document, and the claims that rest on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.values import canonical, is_claimable
from db.importing.expressions import Refused
from db.importing.mapping import MappingError, placed
from db.importing.plans import Always, Plan
from db.models import Claim, Passage
from db.models.sources import Certainty, ClaimReason, Derivation
from db.releases.rows import copied

if TYPE_CHECKING:
    from db.importing.expressions import Expressions
    from db.importing.mapping import ClaimMapping, Value
    from db.models import Fact

Cells = Sequence[Any]
Get = Callable[[Cells], Any]
_KEPT = frozenset({"id", "grade", "owner_id"})


def passage_name(claim: ClaimMapping) -> str:
    """Return the name of the passages on which the claims of a mapping's entry rest."""
    return f"passage of {claim.name}"


def claim_plans(
    claim: ClaimMapping,
    model: type[Fact],
    expressions: Expressions,
    spread: Callable[[Cells], Iterator[Cells]],
    identifier: Callable[[str, str], str],
) -> list[Plan]:
    """Return how passages and claims are made: one claim for each attribute of which a row gives a value."""
    with placed("subject"):
        column: Any = sa.inspect(Claim).local_table.c["subject_id"]
        subject = expressions.value([claim.subject], column)
    holds = expressions.holds(claim.when)
    said = {attribute: _said(values, model, attribute, expressions) for attribute, values in claim.values.items()}

    def passage_key(row: Cells) -> str | None:
        found = subject(row)
        return None if found is None else f"{found} {claim.name}"

    def passage_of(row: Cells) -> str | None:
        key = passage_key(row)
        return None if key is None else identifier(passage_name(claim), key)

    dataset = identifier(passage_name(claim), "x").partition(":")[2].partition("/")[0]
    passage = _plan(
        Passage,
        passage_name(claim),
        lambda row: holds(row) and any(_is_said(value, row) for value, _ in said.values()),
        spread,
        passage_key,
        {"document_id": lambda _: f"document:{dataset}", "locator": expressions.template(claim.locator)},
    )
    plans = [passage]
    for attribute, (value, printed) in said.items():
        plans.append(
            _plan(
                Claim,
                claim.name,
                _holding(holds, value),
                spread,
                _keyed(subject, attribute),
                {
                    "subject_id": subject,
                    "attribute": Always(attribute),
                    "passage_id": passage_of,
                    "as_printed": printed,
                    "value": value,
                    "certainty": Always(Certainty[claim.certainty].name),
                    "derivation": Always(Derivation[claim.derivation].name),
                    "reason": Always(ClaimReason[claim.reason].name if claim.reason else None),
                    "alternatives": Always([]),
                    "note": Always(claim.note),
                },
            )
        )
    return plans


def _said(values: Sequence[Value], model: type[Fact], attribute: str, expressions: Expressions) -> tuple[Get, Get]:
    """Return what gives the value of an attribute as a claim writes it, and what gives it as the file prints it."""
    table: Any = sa.inspect(model).local_table
    known = {column.name: column for column in table.c if is_claimable(column)}
    with placed(f"values.{attribute}"):
        if attribute not in known:
            raise MappingError(
                f"Nothing can be claimed of {attribute!r} of a {model.__name__}. It has: {', '.join(sorted(known))}."
            )
        get = expressions.value(values, known[attribute])
        prints = [_printed(value, expressions) for value in values]
    return (lambda row: canonical(get(row))), (lambda row: next((text for each in prints if (text := each(row))), None))


def _printed(value: Value, expressions: Expressions) -> Get:
    if value.column is not None:
        return expressions.text(value.column)
    return expressions.template(value.template) if value.template is not None else Always(None)


def _is_said(value: Get, row: Cells) -> bool:
    """Return whether a row gives a value; one that cannot be read is refused where it is read for the claim."""
    try:
        return value(row) is not None
    except Refused:
        return True


def _holding(holds: Callable[[Cells], bool], value: Get) -> Callable[[Cells], bool]:
    return lambda row: holds(row) and _is_said(value, row)


def _keyed(subject: Get, attribute: str) -> Callable[[Cells], str | None]:
    def key(row: Cells) -> str | None:
        found = subject(row)
        return None if found is None else f"{found} {attribute}"

    return key


def _plan(
    model: type[Fact],
    name: str,
    holds: Callable[[Cells], bool],
    spread: Callable[[Cells], Iterator[Cells]],
    key: Callable[[Cells], str | None],
    values: dict[str, Get],
) -> Plan:
    table: Any = sa.inspect(model).local_table
    columns = [
        (column.name, values.get(column.name, Always(None)), not column.nullable)
        for column in copied(table)
        if column.name not in _KEPT
    ]
    return Plan(name, model.__name__, table, holds, spread, key, "subject", columns)
