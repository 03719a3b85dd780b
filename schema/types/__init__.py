"""What may be asked of each noun, one module a noun, named as in db/models; importing them declares their types."""

from schema.types import (
    alliance,
    budgets,
    changes,
    differences,
    discrepancies,
    missions,
    organizations,
    releases,
    search,
    sources,
    statutes,
    technologies,
    viewers,
)

__all__ = [
    "alliance",
    "budgets",
    "changes",
    "differences",
    "discrepancies",
    "missions",
    "organizations",
    "releases",
    "search",
    "sources",
    "statutes",
    "technologies",
    "viewers",
]
