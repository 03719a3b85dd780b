"""A query from the terminal: its answer becomes a file, by the same rule and to the same last row as over HTTP."""

from __future__ import annotations

from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
import typer
from graphql import GraphQLError

from api.files.formats import FORMATS
from api.files.making import Making, Wanted
from api.files.walking import Unanswerable
from api.terminal import Stopped
from db.bootstrap import prepare
from db.reading import Unanswered, open_database
from db.viewers import ANYONE, Scope, Viewer
from schema import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa
    from graphql import ExecutionResult

    from api.files.formats import Format
    from schema.limits import Limits

ALL_SEEING = Viewer(scopes=frozenset({Scope.EVERYTHING}))


def format_of(output: Path, named: str | None) -> Format:
    """Return the format that is named, or else that of the file's suffix."""
    name = named or output.suffix.removeprefix(".").lower()
    if name not in FORMATS:
        raise Stopped(f"There is no format {name!r}: say --format with one of {', '.join(FORMATS)}.")
    return FORMATS[name]


def variables_of(given: str | None) -> Mapping[str, Any]:
    """Read variables: JSON as it is typed, or the name of a file with it."""
    if given is None:
        return {}
    text = given if given.lstrip().startswith("{") else text_of(Path(given))
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Stopped(f"The variables are not JSON: {error.msg}.") from None
    if not isinstance(found, dict):
        raise Stopped("The variables have to be a JSON object.")
    return found


def text_of(file: Path) -> str:
    """Read a text file that was named at the terminal."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise Stopped(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Stopped(f"{file} is not text in UTF-8.") from None


async def queried(
    url: sa.URL,
    limits: Limits,
    query: str,
    variables: Mapping[str, Any],
    operation: str | None,
    wanted: Mapping[str, str],
    format_: Format,
    output: Path,
    *,
    force: bool,
    everything: bool,
) -> None:
    """Write the answer to a query to a file, from a database that is brought up to date first."""
    await prepare(url)
    executor = contract().executor.within(limits)
    viewer = ALL_SEEING if everything else ANYONE
    document = executor.document(query)
    if document.errors:
        raise Stopped(_told(document.errors))
    async with open_database(url, size=1, statement_seconds=limits.statement_seconds) as data:

        async def ask(text: str, given: Mapping[str, Any]) -> ExecutionResult:
            return await executor.execute(executor.document(text), data, given, viewer=viewer)

        async def afford(_points: int) -> None:
            """Nobody counts points at the terminal."""

        try:
            making = Making(executor, query, operation, variables, Wanted.read(format_, wanted), ask, afford)
            with _replaced(output, force=force) as part, part.open("wb") as file:
                async with aclosing(making.chunks()) as chunks:
                    async for chunk in chunks:
                        file.write(chunk)
        except GraphQLError as error:
            raise Stopped(error.message) from None
        except Unanswerable as error:
            raise Stopped(_told(error.errors)) from None
        except Unanswered:
            raise Stopped("The database takes longer than statements may: ask for less at a time.") from None
    typer.echo(f"{making.question.tables.count:,} rows at release {making.walk.seen.release} are in {output}.")


def _told(errors: Any) -> str:
    return "\n".join(error.message for error in errors)


@contextmanager
def _replaced(file: Path, *, force: bool) -> Iterator[Path]:
    """Give a new file beside a file, which takes its place in the end, or is gone if all fails."""
    part = file.with_name(f".part-{uuid4().hex[:8]}-{file.name}")
    try:
        if file.is_dir() or (file.exists() and not force):
            raise Stopped(f"{file} is there already: name another file, or say --force to replace it.")
        yield part
        part.replace(file)
    except OSError as error:
        raise Stopped(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
