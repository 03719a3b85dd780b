"""The command ``nextgraph``."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import typer
import uvicorn
from pydantic import ValidationError

from api import logs
from api.app import create_app
from api.auditing import newest_entries, verified
from api.deciding import decided
from api.exporting import exported, target
from api.forgetting import forgotten
from api.history import told, undone
from api.importing import imported, mapping_path, watching
from api.keys import created, listed, revoked, scopes_named
from api.persisted import ManifestError
from api.settings import Settings
from api.tracing import TracingError
from db import migrations
from db.audit.journal import JournalError
from db.bootstrap import prepare
from db.claims.deciding import Decision
from db.connection import DatabaseUnavailable, data_directory, normalised
from db.exporting.files import ExportStopped
from db.importing.files import FileError
from db.importing.importer import Choices, ImportStopped
from db.importing.mapping import MappingError, read_any_mapping
from db.keys import KeyRefused
from db.releases import ReleaseError
from db.server import private_server
from schema import printed_schema

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from contextlib import AbstractContextManager


def _option(setting: str) -> Any:
    return typer.Option(help=Settings.model_fields[setting].description, show_default=False)


DataDir = Annotated[Path | None, _option("data_dir")]
DatabaseUrl = Annotated[str | None, _option("database_url")]
Host = Annotated[str | None, _option("host")]
Port = Annotated[int | None, _option("port")]
Reason = Annotated[str | None, typer.Option(help="Why it is done; the release says so.", show_default=False)]
Output = Annotated[Path | None, typer.Option(help="File to write to instead of the terminal.")]

commands = typer.Typer(
    help="국가전략기술 연결 데이터 | What Korea's ministries know about national strategic technologies, in one graph.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="Who asked what, and who published what.", no_args_is_help=True)
commands.add_typer(audit, name="audit")


keys = typer.Typer(help="Make, list and revoke the keys by which systems say who they are.", no_args_is_help=True)
commands.add_typer(keys, name="keys")


class Stopped(Exception):
    """Something that the person at the terminal can put right; the message says how."""


def main() -> None:
    """Run a command; what its user can put right is told in a sentence, without a traceback."""
    logs.configure("text")
    # A supervisor's stop is like Ctrl-C, for which asyncio ends tidily: the private server has to be closed on the way.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        commands()
    except (DatabaseUnavailable, JournalError, ManifestError, Stopped, TracingError) as error:
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
    settings = _settings(host=host, port=port, data_dir=data_dir, database_url=database_url)
    logs.configure(settings.log)
    began = time.monotonic()

    def tell(what: str) -> None:
        typer.echo(f"{time.monotonic() - began:5.1f} s  {what}")

    with _listening(settings.host, settings.port) as listener, _database(settings) as url:
        tell(f"PostgreSQL answers ({'given' if settings.database_url else 'private server'})")
        _run(prepare(url))
        tell("Tables and facts are there")
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(url, settings),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="on",
                timeout_graceful_shutdown=settings.stop_seconds,
            )
        )
        address, number = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        tell(f"NEXT Graph listens on http://{shown}:{number} (Ctrl-C stops it)")
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    tell("Stopped")


@commands.command()
def migrate(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Bring the tables of the database up to date."""
    with _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        before = asyncio.run(migrations.current(url))
        _run(migrations.upgrade(url))
    typer.echo(f"Tables: {before or 'none'} -> {migrations.head()}")


@commands.command()
def schema(output: Output = None) -> None:
    """Print the contract in the schema definition language."""
    if output is None:
        typer.echo(printed_schema(), nl=False)
        return
    try:
        output.write_text(printed_schema(), "utf-8")
    except OSError as error:
        raise Stopped(f"{output} cannot be written: {error.strerror}.") from error


@audit.command("verify")
def verify_audit(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Look at every entry of the audit, and name the first that is not as it was kept."""
    with _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        verdict = asyncio.run(verified(url))
    if verdict.bad is not None:
        raise Stopped(f"Entry {verdict.bad} of the audit is not as it was kept: {verdict.reason}.")
    typer.echo(
        f"{verdict.entries:,} entries are as they were kept; the newest is {verdict.newest}, sealed {verdict.seal}"
    )


@audit.command("list")
def list_audit(
    last: Annotated[int, typer.Option(help="How many entries, the newest last.")] = 20,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Print the newest entries of the audit, a line of JSON each."""
    with _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        for line in asyncio.run(newest_entries(url, last)):
            typer.echo(line)


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
    settings = _settings(data_dir=data_dir, database_url=database_url)
    try:
        read = read_any_mapping(mapping_path(dataset, mapping, settings.mappings_dir))
        with _database(settings) as url, watching(file, agreed=yes or dry_run) as watcher:
            choices = Choices(partial=partial, dry_run=dry_run, publisher=behalf, reason=reason)
            _run(imported(url, file, read, choices, watcher))
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
    settings = _settings(data_dir=data_dir, database_url=database_url)
    try:
        file = target(dataset, output, format_)
        with _database(settings) as url:
            _run(exported(url, dataset, file, release=at_release, force=force))
    except (ExportStopped, FileError) as error:
        raise Stopped(str(error)) from error


@commands.command()
def history(
    identifier: Annotated[str, typer.Argument(help="A fact's identifier, such as ministry:msit.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show what each release did to a fact, field by field."""
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(told(url, identifier))


@commands.command()
def undo(
    release: Annotated[int, typer.Argument(help="The number of the release.")],
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Publish the inverse of a release as a new one, after showing what it would do."""
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(undone(url, release, reason, agreed=yes))


@commands.command()
def forget(
    person: Annotated[str, typer.Argument(help="A person's identifier, such as person:hong-gildong.")],
    reason: Annotated[str, typer.Option(help="Why; the release says so.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Forget without asking.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Take a person's values out of all facts, also of former ones, after showing which; this cannot be undone."""
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(forgotten(url, person, reason, agreed=yes))


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
    decision = Decision(subject, attribute, by, reason, claim, value)
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(decided(url, decision, agreed=yes))


@keys.command("create")
def keys_create(
    name: Annotated[str, typer.Option(help="What its holder is called, such as a system.")],
    organization: Annotated[str, typer.Option(help="Whose facts it is for: any name, or its identifier.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it grants; may be given several times.")] = None,
    days: Annotated[int, typer.Option(min=0, help="How many days it is valid; 0 for always.")] = 365,
    persisted_only: Annotated[bool, typer.Option("--persisted-only", help="Only kept documents run.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key, and show it once."""
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(created(url, name, organization, scopes_named(scope or ()), days, persisted_only=persisted_only))


@keys.command("list")
def keys_list(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List all keys: whose they are, what they grant, until when."""
    with _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(listed(url))


@keys.command("revoke")
def keys_revoke(
    key: Annotated[str, typer.Argument(help="Its identifier, which the list shows.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key open nothing any more."""
    with _refusing(), _database(_settings(data_dir=data_dir, database_url=database_url)) as url:
        _run(revoked(url, key))


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (KeyRefused, ReleaseError) as error:
        raise Stopped(str(error)) from error


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that a supervisor's stop ends as Ctrl-C does.

    asyncio cancels the work for Ctrl-C only. An exception that a signal raised amid the loop could be lost in it, and
    the stop with it.
    """

    stops: list[int] = []

    async def cancellable() -> None:
        task = asyncio.current_task()
        assert task

        def stop() -> None:
            stops.append(signal.SIGTERM)
            task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        if stops:
            task.cancel()
        await work

    # Until the loop listens, a stop is only noted.
    signal.signal(signal.SIGTERM, lambda number, _: stops.append(number))
    try:
        asyncio.run(cancellable())
        if stops:
            # What was awaited at that moment may have finished instead of being cancelled.
            raise KeyboardInterrupt
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        # The loop has left the system's own way of stopping, which would not close the private server.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _settings(**options: Any) -> Settings:
    given = {name: value for name, value in options.items() if value is not None}
    if "data_dir" in given and "database_url" in given:
        raise Stopped("Give --data-dir for the private server or --database-url for another, not both.")
    if "data_dir" in given:
        # What is typed goes before what the environment says.
        given["database_url"] = None
    return Settings(**given)


def _database(settings: Settings) -> AbstractContextManager[sa.URL]:
    if settings.database_url is None:
        return private_server(settings.data_dir or data_directory())
    return nullcontext(normalised(settings.database_url.get_secret_value()))


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
