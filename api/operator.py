"""The commands of the operator: the keys by which systems say who they are, and the audit."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from api.terminal import DatabaseUrl, DataDir, Stopped, database_of, refusing, run, settings_of

audit = typer.Typer(help="Who asked what, and who published what.", no_args_is_help=True)
keys = typer.Typer(help="Make, list and revoke the keys by which systems say who they are.", no_args_is_help=True)


@audit.command("verify")
def verify_audit(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Look at every entry of the audit, and name the first that is not as it was kept."""
    from api.auditing import verified

    with database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
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
    from api.auditing import newest_entries

    with database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        for line in asyncio.run(newest_entries(url, last)):
            typer.echo(line)


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
    from api.keys import created, scopes_named

    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(created(url, name, organization, scopes_named(scope or ()), days, persisted_only=persisted_only))


@keys.command("list")
def keys_list(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List all keys: whose they are, what they grant, until when."""
    from api.keys import listed

    with database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(listed(url))


@keys.command("revoke")
def keys_revoke(
    key: Annotated[str, typer.Argument(help="Its identifier, which the list shows.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a key open nothing any more."""
    from api.keys import revoked

    with refusing(), database_of(settings_of(data_dir=data_dir, database_url=database_url)) as url:
        run(revoked(url, key))
