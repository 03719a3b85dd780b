"""The command ``nextgraph``."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
import typer
from pydantic import ValidationError

from api import logs
from api.operator import audit, keys
from api.terminal import (
    DatabaseUrl,
    DataDir,
    Host,
    Output,
    Port,
    Reason,
    Stopped,
    database_of,
    refusing,
    run,
    settings_of,
)
from db.connection import DatabaseUnavailable

# What only some commands need, they import themselves: the contract alone takes longer to build than most of them run.

if TYPE_CHECKING:
    from collections.abc import Iterator


commands = typer.Typer(
    help="국가전략기술 연결 데이터 | What Korea's ministries know about national strategic technologies, in one graph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.add_typer(audit, name="audit")
commands.add_typer(keys, name="keys")


def main() -> None:
    """Run a command; what its user can put right is told in a sentence, without a traceback."""
    logs.configure("text")
    # A supervisor's stop is like Ctrl-C, for which asyncio ends tidily: the private server has to be closed on the way.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        commands()
    except (DatabaseUnavailable, Stopped) as error:
        sys.exit(str(error))
    except ValidationError as error:
        sys.exit(
            "\n".join(f"The setting {wrong['loc'][0]} cannot be used: {wrong['msg']}." for wrong in error.errors())
        )
    except sa.exc.DBAPIError as error:
        sys.exit(f"The database refused: {error.orig}".splitlines()[0])


@commands.command()
def serve(host: Host = None, port: Port = None, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Answer requests; the first start makes the tables and publishes the built-in facts."""
    import uvicorn

    from api.app import create_app
    from api.connections import server_config
    from api.explorer import HOW_TO_BUILD, is_built
    from api.persisted import ManifestError
    from api.tracing import TracingError
    from db.audit.journal import JournalError
    from db.bootstrap import prepare

    settings = settings_of(host=host, port=port, data_dir=data_dir, database_url=database_url)
    logs.configure(settings.log)
    began = time.monotonic()

    def tell(what: str) -> None:
        typer.echo(f"{time.monotonic() - began:5.1f} s  {what}")

    with _listening(settings.host, settings.port) as listener, database_of(settings) as url:
        tell(f"PostgreSQL answers ({'given' if settings.database_url else 'private server'})")
        run(prepare(url))
        tell("Tables and facts are there")
        try:
            app = create_app(url, settings)
        except (JournalError, ManifestError, TracingError) as error:
            raise Stopped(str(error)) from error
        server = uvicorn.Server(
            server_config(
                app,
                settings.limit,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=settings.stop_seconds,
            )
        )
        if not is_built():
            tell(HOW_TO_BUILD)
        address, number = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        tell(f"NEXT Graph listens on http://{shown}:{number} (Ctrl-C stops it)")
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    tell("Stopped")


@commands.command()
def migrate(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Bring the tables of the database up to date."""
    from db import migrations

    with database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        before = asyncio.run(migrations.current(url))
        run(migrations.upgrade(url))
    typer.echo(f"Tables: {before or 'none'} -> {migrations.head()}")


@commands.command()
def schema(output: Output = None) -> None:
    """Print the contract in the schema definition language."""
    from schema import printed_schema

    if output is None:
        typer.echo(printed_schema(), nl=False)
        return
    try:
        output.write_text(printed_schema(), "utf-8")
    except OSError as error:
        raise Stopped(f"{output} cannot be written: {error.strerror}.") from error


@commands.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The file: CSV, TSV, XLSX, JSON, NDJSON or Parquet; .gz too.")],
    dataset: Annotated[str | None, typer.Option(help="A dataset that the program knows.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping of your own, instead of --dataset.")] = None,
    behalf: Annotated[
        str | None,
        typer.Option("--as", help="Organization on whose behalf: any name, or its identifier.", show_default=False),
    ] = None,
    reason: Reason = None,
    partial: Annotated[bool, typer.Option("--partial", help="The file adds; what it lacks stays.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Publish what a file says, after showing what would change."""
    from api.importing import imported, mapping_path, watching
    from db.importing.importer import Choices, ImportStopped
    from db.importing.mapping import MappingError, read_any_mapping
    from db.importing.tables import FileError
    from db.releases import ReleaseError

    settings = settings_of(data_dir=data_dir, database_url=database_url)
    try:
        read = read_any_mapping(mapping_path(dataset, mapping, settings.mappings_dir))
        with database_of(settings) as url, watching(file, agreed=yes or dry_run) as watcher:
            choices = Choices(partial=partial, dry_run=dry_run, publisher=behalf, reason=reason)
            run(imported(url, file, read, choices, watcher))
    except (FileError, ImportStopped, MappingError, ReleaseError) as error:
        raise Stopped(str(error)) from error


@commands.command()
def export(
    dataset: Annotated[str, typer.Argument(help="The dataset, by the name that its identifiers begin with.")],
    output: Annotated[
        Path | None, typer.Option(help="The file, or a folder for it; the current one if not given.")
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="Format, where no file is named: csv and others.")
    ] = None,
    at_release: Annotated[int | None, typer.Option(help="The facts as this release left them.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the facts of a dataset to a file, with a mapping by which an import reads them as they are."""
    from api.exporting import exported, target
    from db.exporting.files import ExportStopped
    from db.importing.tables import FileError

    settings = settings_of(data_dir=data_dir, database_url=database_url)
    try:
        file = target(dataset, output, format_)
        with database_of(settings) as url:
            run(exported(url, dataset, file, release=at_release, force=force))
    except (ExportStopped, FileError) as error:
        raise Stopped(str(error)) from error


@commands.command()
def query(
    file: Annotated[Path, typer.Argument(help="The file with the GraphQL document.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write; its suffix says the format.")],
    variables: Annotated[str | None, typer.Option(help="Variables: JSON, or a file with it.")] = None,
    operation: Annotated[str | None, typer.Option(help="Which operation, where there are several.")] = None,
    format_: Annotated[str | None, typer.Option("--format", help="csv, xlsx, ndjson, parquet or jsonld.")] = None,
    table: Annotated[str | None, typer.Option(help="Which table, for formats that hold one.")] = None,
    heads: Annotated[str | None, typer.Option(help="ko for Korean heads, names for those of the contract.")] = None,
    encoding: Annotated[str | None, typer.Option(help="cp949, for CSV that older programs read.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="Facts of every grade, not only open ones.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the answer to a query to a file, with all pages of its lists."""
    from api.querying import format_of, queried, text_of, variables_of

    settings = settings_of(data_dir=data_dir, database_url=database_url)
    chosen, text, given = format_of(output, format_), text_of(file), variables_of(variables)
    said = {"table": table or "", "heads": heads or "", "encoding": encoding or ""}
    with database_of(settings) as url:
        run(
            queried(
                url, settings.limit, text, given, operation, said, chosen, output, force=force, everything=everything
            )
        )


@commands.command()
def history(
    identifier: Annotated[str, typer.Argument(help="A fact's identifier, such as ministry:msit.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show what each release did to a fact, field by field."""
    from api.history import told

    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(told(url, identifier))


@commands.command()
def undo(
    release: Annotated[int, typer.Argument(help="The number of the release.")],
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Publish the inverse of a release as a new one, after showing what it would do."""
    from api.history import undone

    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(undone(url, release, reason, agreed=yes))


@commands.command()
def forget(
    person: Annotated[str, typer.Argument(help="A person's identifier, such as person:hong-gildong.")],
    reason: Annotated[str, typer.Option(help="Why; the release says so.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Forget without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Take a person's values out of all facts, also of former ones, after showing which; this cannot be undone."""
    from api.forgetting import forgotten

    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(forgotten(url, person, reason, agreed=yes))


@commands.command()
def decide(
    subject: Annotated[str, typer.Argument(help="A fact's identifier, such as ministry:msit.")],
    attribute: Annotated[str, typer.Argument(help="The field to decide on, as in the schema: nameEn.")],
    by: Annotated[str, typer.Option(help="Any name of the organization that decides.")],
    reason: Annotated[str, typer.Option(help="Why; it stands with the decision.")],
    claim: Annotated[str | None, typer.Option(help="The claim whose value is right.")] = None,
    value: Annotated[str | None, typer.Option(help="The value that is right, instead of --claim.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Decide which of several claimed values a fact has, after showing what would change."""
    from api.deciding import decided
    from db.claims.deciding import Decision

    decision = Decision(subject, attribute, by, reason, claim, value)
    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(decided(url, decision, agreed=yes))


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the port before the long preparations; who connects meanwhile is answered after them."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise Stopped(
            f"{host} port {port} cannot be listened on ({reason}): stop the program that uses it, "
            "or choose another with --port or --host."
        ) from error
    # Only sockets made for TCP by name get this from asyncio; without it every second small write waits for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener
