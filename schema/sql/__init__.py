"""The planner: types declared over models, root fields answered by one SQL statement each.

Generic machinery that knows no noun of the domain. Read ``declare`` for how types are written, ``planner`` for how a
request becomes a statement, ``objects`` and ``lists`` for the SQL.
"""

from schema.sql.build import Built, build_schema
from schema.sql.connection import Connection, Node
from schema.sql.declare import field, interface, python, range, roots, summary, type, value  # noqa: A004
from schema.sql.documents import Document
from schema.sql.execution import Data, Executor, Reader
from schema.sql.linking import DeclarationError
from schema.sql.moments import Dated, ReleaseSeen
from schema.sql.viewing import of_quota, of_viewer

__all__ = [
    "Built",
    "Connection",
    "Data",
    "Dated",
    "DeclarationError",
    "Document",
    "Executor",
    "Node",
    "Reader",
    "ReleaseSeen",
    "build_schema",
    "field",
    "interface",
    "of_quota",
    "of_viewer",
    "python",
    "range",
    "roots",
    "summary",
    "type",
    "value",
]
