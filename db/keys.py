"""Keys of systems: made, found, listed, revoked. What is stored of a key does not open anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from db.audit.chain import note
from db.models import Organization, api_keys
from db.viewers import Scope, Viewer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

BEGINS = "ngk"
"""The first part of every key, by which a scanner of source code knows one that was left there."""
IDENTIFIER_BYTES, SECRET_BYTES = 10, 32
NOTHING = bytes(32)

COLUMNS = "id, secret_sha256, name, organization_id, scopes, persisted_only, created_at, expires_at, revoked_at"
FIND = f"SELECT {COLUMNS} FROM api_keys WHERE id = $1"  # noqa: S608 (constants)


class KeyRefused(ValueError):
    """A key that opens nothing, or cannot be made or revoked; the message says why."""


class Reader(Protocol):
    """Runs a statement that returns one row, or none."""

    async def fetch(self, sql: str, values: Sequence[Any]) -> Any: ...


@dataclass(frozen=True)
class Key:
    """What is known of a key; the secret part is not."""

    id: str
    secret_sha256: bytes
    name: str
    organization_id: str
    scopes: Sequence[str]
    persisted_only: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @property
    def viewer(self) -> Viewer:
        """Who asks by this key."""
        scopes = frozenset(Scope[name] for name in self.scopes)
        return Viewer(f"key:{self.id}", self.organization_id, scopes, self.persisted_only)

    @property
    def state(self) -> str:
        """What has become of it: valid, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= datetime.now(UTC) else "valid"


def parts(text: str) -> tuple[str, str] | None:
    """Return the public and the secret part of a key as it is sent, or None where a text has not its form."""
    begin, _, rest = text.partition("_")
    identifier, _, secret = rest.partition("_")
    return (identifier, secret) if begin == BEGINS and identifier and secret else None


async def opened(reader: Reader, identifier: str, secret: str) -> Key:
    """Return the key that a text is; raise KeyRefused where it is none, or none any more.

    That a key is over is only told to who has its secret.
    """
    row = await reader.fetch(FIND, [identifier])
    found = Key(*row) if row else None
    # Compared also where nothing was found, so that the time that it takes does not tell which keys there are.
    is_right = hmac.compare_digest(_hash(secret), found.secret_sha256 if found else NOTHING)
    if found is None or not is_right:
        raise KeyRefused("This key is not known.")
    if found.revoked_at:
        raise KeyRefused(f"This key was revoked at {found.revoked_at.isoformat()}.")
    if found.state == "expired":
        assert found.expires_at
        raise KeyRefused(f"This key expired at {found.expires_at.isoformat()}.")
    return found


async def create(
    connection: AsyncConnection,
    name: str,
    organization: str,
    scopes: Collection[Scope] = (),
    lasts: timedelta | None = None,
    *,
    persisted_only: bool = False,
) -> tuple[Key, str]:
    """Make a key for an organization, and return it with the text to send, which nobody can read again."""
    if not name.strip() or not name.isprintable():
        raise KeyRefused(f"{name!r} is no name: write what can be read in one line.")
    if not await connection.scalar(sa.select(sa.exists().where(Organization.id == organization))):
        raise KeyRefused(f"{organization} is not an organization.")
    identifier, secret = _identifier(), secrets.token_urlsafe(SECRET_BYTES)
    values = {
        "id": identifier,
        "secret_sha256": _hash(secret),
        "name": name,
        "organization_id": organization,
        "scopes": sorted(scope.name for scope in scopes),
        "persisted_only": persisted_only,
        "expires_at": datetime.now(UTC) + lasts if lasts else None,
    }
    made = await connection.execute(sa.insert(api_keys).values(values).returning(*api_keys.c))
    told = {name: values[name] for name in ("name", "organization_id", "scopes")}
    await note(connection, "key created", key=identifier, **told)
    return Key(*made.one()), f"{BEGINS}_{identifier}_{secret}"


async def every(connection: AsyncConnection) -> list[Key]:
    """Return all keys, the newest last."""
    found = await connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))
    return [Key(*row) for row in found]


async def revoke(connection: AsyncConnection, identifier: str) -> Key:
    """Make a key open nothing from now on; one that was revoked already stays as it was."""
    now = sa.func.coalesce(api_keys.c.revoked_at, sa.func.clock_timestamp())
    update = sa.update(api_keys).where(api_keys.c.id == identifier).values(revoked_at=now)
    row = (await connection.execute(update.returning(*api_keys.c))).first()
    if row is None:
        raise KeyRefused(f"There is no key {identifier}: `nextgraph keys list` names them.")
    await note(connection, "key revoked", key=identifier)
    return Key(*row)


def _identifier() -> str:
    return base64.b32encode(secrets.token_bytes(IDENTIFIER_BYTES)).decode().lower()


def _hash(secret: str) -> bytes:
    # A plain hash is enough for 256 random bits: there is no list of likely secrets to try.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
