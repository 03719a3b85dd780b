"""What may be asked of each noun: one module a noun, named as in db/models. To import them is to declare their types."""

from schema.types import alliance, budgets, missions, organizations, releases, sources, statutes, technologies

__all__ = ["alliance", "budgets", "missions", "organizations", "releases", "sources", "statutes", "technologies"]
