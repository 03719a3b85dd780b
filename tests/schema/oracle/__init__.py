"""A second, independent answer to any query: plain Python over the same rows, to check the planner against.

It shares nothing with the planner but the schema itself. Slow and simple on purpose: what a filter, an ordering or a
page means can be read here in a few lines.
"""

from tests.schema.oracle.answer import Answer, Oracle
from tests.schema.oracle.made import Cursor
from tests.schema.oracle.rows import History, Rows, load

__all__ = ["Answer", "Cursor", "History", "Oracle", "Rows", "load"]
