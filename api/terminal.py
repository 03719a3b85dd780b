"""What the commands share: their options, their settings, and how they end."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.settings import Settings
from db.connection import data_directory, normalised
from db.server import private_server

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from contextlib import AbstractContextManager

    import sqlalchemy as sa


def _option(setting: str) -> Any:
    return typer.Option(help=Settings.model_fields[setting].description, show_default=False)


DataDir = Annotated[Path | None, _option("data_dir")]
DatabaseUrl = Annotated[str | None, _option("database_url")]
Host = Annotated[str | None, _option("host")]
Port = Annotated[int | None, _option("port")]
Reason = Annotated[str | None, typer.Option(help="Why it is done; the release says so.", show_default=False)]
Output = Annotated[Path | None, typer.Option(help="File to write to instead of the terminal.")]


class Stopped(Exception):
    """Something that the person at the terminal can put right; the message says how."""


def run(work: Coroutine[Any, Any, None]) -> None:
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


def settings_of(**options: Any) -> Settings:
    """Return the settings, with the options that were typed."""
    given = {name: value for name, value in options.items() if value is not None}
    if "data_dir" in given and "database_url" in given:
        raise Stopped("Give --data-dir for the private server or --database-url for another, not both.")
    if "data_dir" in given:
        # What is typed goes before what the environment says.
        given["database_url"] = None
    return Settings(**given)


def database_of(settings: Settings) -> AbstractContextManager[sa.URL]:
    """Give the address of the database: that of the settings, else of the private server, which then runs."""
    if settings.database_url is None:
        return private_server(settings.data_dir or data_directory())
    return nullcontext(normalised(settings.database_url.get_secret_value()))


@contextmanager
def refusing() -> Iterator[None]:
    """Tell what is refused as what the person at the terminal can put right."""
    from db.keys import KeyRefused
    from db.releases import ReleaseError

    try:
        yield
    except (KeyRefused, ReleaseError) as error:
        raise Stopped(str(error)) from error
