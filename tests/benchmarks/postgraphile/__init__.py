"""PostGraphile 5, which makes a GraphQL schema out of the tables, and plans each query as a few statements."""

from tests.benchmarks.postgraphile.installation import command
from tests.benchmarks.postgraphile.queries import TEXTS, normal

__all__ = ["TEXTS", "command", "normal"]
