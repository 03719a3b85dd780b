"""A second wall: PostgreSQL itself hides what a viewer may not see, whatever statement is run.

Readers connect as a role that owns nothing. Policies show it the rows that the settings ``nextgraph.level`` and
``nextgraph.organization`` of the transaction allow, and no row at all that is not open where nothing is set. The role
that owns the tables, which publishes, passes the policies, as PostgreSQL lets owners do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.connection import engine
from db.models import CHANGES, Release, api_keys, fact_tables, history_of
from db.models.search import SEARCH_TABLES
from db.rights import Level, level_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.viewers import Viewer

READER = "nextgraph_reader"
POLICY = "nextgraph_viewer"
SET = "SELECT set_config('nextgraph.level', $1, true), set_config('nextgraph.organization', $2, true)"
_LEVEL, _ORGANIZATION = (f"(SELECT current_setting('nextgraph.{name}', true))" for name in ("level", "organization"))
# Roles are of the whole server, where programs of other databases may be making this one too.
_MAKE_ROLE = f"""
DO $$ BEGIN
  CREATE ROLE {READER} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_POLICIES = sa.table("pg_policies", sa.column("schemaname"), sa.column("tablename"), sa.column("policyname"))


async def build_wall(url: sa.URL) -> None:
    """Make the role and the policies that are missing; whoever asks must own the tables and may create roles."""
    async with engine(url) as pool, pool.begin() as connection:
        await connection.execute(sa.text(_MAKE_ROLE))
        await connection.execute(sa.text(f"GRANT {READER} TO CURRENT_USER"))
        own = _POLICIES.c.schemaname == sa.func.current_schema(), _POLICIES.c.policyname == POLICY
        walled = set(await connection.scalars(sa.select(_POLICIES.c.tablename).where(*own)))
        # By its hashes no one opens anything, and whoever asks by a key is looked up before it is known who that is.
        await connection.execute(sa.text(f"GRANT SELECT ON {api_keys.name} TO {READER}"))
        for name, condition in conditions().items():
            if name not in walled:
                await _hide(connection, name, condition)


async def _hide(connection: AsyncConnection, table: str, condition: str) -> None:
    # The strongest lock first: whoever vacuums or analyses the table meanwhile, and waits for what a grant writes of
    # it, would hold the lock for which the rest waits.
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"GRANT SELECT ON {table} TO {READER}",
        f"CREATE POLICY {POLICY} ON {table} FOR SELECT TO {READER} USING ({condition})",
    ):
        await connection.execute(sa.text(statement))


def conditions() -> dict[str, str]:
    """Return for every table that readers read which of its rows are shown."""
    facts = (*fact_tables().values(), *SEARCH_TABLES.values())
    shown = {table.name: _shown("grade", "owner_id") for each in facts for table in (each, history_of(each))}
    sides = ((f"grade_{time}", f"owner_id_{time}", kind) for time, kind in (("before", "ADDED"), ("after", "REMOVED")))
    either = (f"kind <> '{kind}' AND ({grade} IS NULL OR {_shown(grade, owner)})" for grade, owner, kind in sides)
    return {**shown, CHANGES.name: " OR ".join(f"({each})" for each in either), Release.__tablename__: "true"}


def _shown(grade: str, owner: str) -> str:
    """Return the rule of ``rights.Rights`` in the words of a policy, written a second time on purpose."""
    everything, sensitive, confidential = (
        f"{_LEVEL} = '{level.name}'" for level in (Level.EVERYTHING, Level.SENSITIVE, Level.CONFIDENTIAL)
    )
    own = f"{owner} = {_ORGANIZATION} AND ({confidential} OR {sensitive} AND {grade} = 'SENSITIVE')"
    return f"{grade} = 'OPEN' OR {everything} OR ({own})"


async def name_viewer(connection: Any, viewer: Viewer) -> None:
    """Tell a connection of the reader's role, in a transaction, whose rows to show."""
    await connection.fetchrow(SET, level_of(viewer).name, viewer.organization or "")
