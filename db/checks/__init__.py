"""What publishers care about: checks that find where facts do not agree, one function each.

A check is a ``select`` of findings over the tables of facts, so it holds at any day and release that is asked of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from db.checks import budgets, organizations, sources, technologies
from db.models.discrepancies import Check

CHECKS: Mapping[Check, Callable[[], sa.Select[Any]]] = {
    Check.PARTS_DIFFER: budgets.parts_differ,
    Check.NO_PARTS: budgets.no_parts,
    Check.OVER_ALLOCATED: budgets.over_allocated,
    Check.TOTAL_DIFFERS: budgets.total_differs,
    Check.NUMBER_USED_TWICE: budgets.number_used_twice,
    Check.NAME_OF_TWO: organizations.name_of_two,
    Check.UNDESIGNATED: technologies.undesignated,
    Check.OUTSIDE_VERSION: technologies.outside_version,
    Check.CLAIMS_DIFFER: sources.claims_differ,
}


@cache
def _findings(check: Check) -> sa.Select[Any]:
    # Nothing in it depends on what is asked, and to make it takes longer than to look for what it finds.
    return CHECKS[check]()


def findings_of(checks: Iterable[Check]) -> sa.Select[Any]:
    """Select what these checks find, and nothing where there are none."""
    chosen = dict.fromkeys(checks)
    found = sa.union_all(*map(_findings, chosen or Check)).subquery("found")
    return sa.select(found) if chosen else sa.select(found).where(sa.false())
