"""Who a request says it is from: its header Authorization, believed only where a key or a token proves it.

What was proved is believed for a moment without asking again, so a known key costs a look into a dictionary, and one
that is revoked stops after that moment. What cannot be proved is refused: nobody is taken for anyone by mistake.
"""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING

from api.errors import RETRY_SECONDS, Code, Refused
from api.signing_keys import NoSigningKeys
from api.tokens import TokenRefused, Tokens
from db.keys import KeyRefused, opened, parts
from db.viewers import ANYONE
from schema.sql.recent import Recent

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.rate import Meter
    from api.settings import Settings
    from db.viewers import Scope, Viewer

HEADER = b"authorization"
BELIEVED_SECONDS = 2.0
"""How long what was proved is believed, and a key that was revoked still works at most."""
KEPT = 10_000
CHALLENGE = 'Bearer realm="nextgraph"'
TWICE = "The header Authorization is there twice: send it once."
NO_FORM = "The header Authorization has to be the word Bearer, a space, and a key or a token."


class Credentials:
    """Tells who asks, for all addresses of one application."""

    def __init__(self, settings: Settings, meter: Meter, tokens: Tokens | None = None) -> None:
        self._meter = meter
        self._tokens = tokens or (Tokens(settings) if settings.token_issuer else None)
        self._proved: Recent[bytes, tuple[Viewer, float]] = Recent(KEPT)

    async def viewer(self, request: Request) -> Viewer:
        """Return who asks; raise Refused with 401 for credentials that prove nothing.

        A request without the header is from ANYONE. Whoever guesses pays from the bucket of their address, and is
        refused with 429 once that is empty, before anything is looked up; what proved right before is no guess.
        """
        given = [value for name, value in request.scope["headers"] if name == HEADER]
        if not given:
            return ANYONE
        if len(given) > 1:
            raise not_believed(TWICE)
        # By its hash, so that what opens something does not stay in memory, and finding it takes the same time for all.
        digest = sha256(given[0]).digest()
        proved = self._proved.get(digest)
        if proved and proved[1] > time.monotonic():
            return proved[0]
        guess = self._meter.of_address(request)
        if not proved:
            guess.begin()
        try:
            viewer, lasts = await self._prove(request, given[0].decode("latin-1"))
        except Refused:
            self._proved.forget(digest)
            await guess.settle()
            raise
        self._proved.keep(digest, (viewer, time.monotonic() + lasts))
        return viewer

    async def _prove(self, request: Request, given: str) -> tuple[Viewer, float]:
        kind, _, text = given.partition(" ")
        text = text.strip()
        if kind.lower() != "bearer" or not text or not text.isascii() or not text.isprintable():
            raise not_believed(NO_FORM)
        if found := parts(text):
            try:
                async with request.state.data.reading(several=False, viewer=ANYONE) as reader:
                    key = await opened(reader, *found)
            except KeyRefused as error:
                raise not_believed(str(error)) from None
            left = BELIEVED_SECONDS if key.expires_at is None else key.expires_at.timestamp() - time.time()
            return key.viewer, min(left, BELIEVED_SECONDS)
        if self._tokens is None:
            raise not_believed("This is no key, and the server takes no tokens.")
        try:
            viewer, until = await self._tokens.viewer(text)
        except TokenRefused as error:
            raise not_believed(str(error)) from None
        except NoSigningKeys:
            raise Refused(503, Code.ISSUER_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS}) from None
        return viewer, min(until - time.time(), BELIEVED_SECONDS)


def not_believed(why: str) -> Refused:
    """Refuse credentials, and say in the form of RFC 6750 what is wrong with them."""
    quoted = why.replace("\\", "").replace('"', "'").encode("ascii", "replace").decode()
    challenge = f'{CHALLENGE}, error="invalid_token", error_description="{quoted}"'
    return Refused(401, Code.CREDENTIALS_REFUSED, why, headers={"WWW-Authenticate": challenge})


def unknown(why: str | None = None) -> Refused:
    """Refuse who has to say who they are, and does not."""
    return Refused(401, Code.UNAUTHENTICATED, why, headers={"WWW-Authenticate": CHALLENGE})


def not_granted(scope: Scope, why: str) -> Refused:
    """Refuse who is known, and was not granted a scope."""
    challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope.name}"'
    return Refused(403, Code.FORBIDDEN, why, headers={"WWW-Authenticate": challenge})
