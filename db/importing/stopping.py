"""An import that publishes nothing, and how it says so where it is the database that failed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import asyncpg
import sqlalchemy as sa

from db.connection import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

# A file that cannot be read is an OSError as well, and is told otherwise.
LOST = (ConnectionError, asyncpg.InterfaceError, *(each for each in UNREACHABLE if each is not OSError))


class ImportStopped(ValueError):
    """An import that publishes nothing; the message says why and what to do."""


class DatabaseFailed(ImportStopped):
    """An import that the database has stopped, and nothing in the file."""


@contextmanager
def faults_of_the_database() -> Iterator[None]:
    """Stop the import in a sentence where the database is full, or is lost on the way."""
    try:
        yield
    except (sa.exc.DBAPIError, asyncpg.PostgresError, *LOST) as error:
        cause = error.driver_exception if isinstance(error, sa.exc.DBAPIError) else error
        if isinstance(cause, asyncpg.DiskFullError):
            raise DatabaseFailed(
                f"The database has no room left ({cause}), so nothing is published: make room, and import again."
            ) from error
        if isinstance(cause, LOST):
            # Whether it was lost before or after it had published, only the database knows.
            raise DatabaseFailed(
                f"The connection to the database was lost ({cause or type(cause).__name__}): import the file again; "
                "where it was published all the same, nothing changes."
            ) from error
        raise
