"""The public keys with which an issuer signs: from a file, or from the issuer, and then also while that is away."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.errors import logger

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from pathlib import Path

FETCH_SECONDS = 5
FETCHES_LAST_SECONDS = 30
"""How long it is at least from one look for keys to the next, however many tokens name a key that is not known."""
OLD_SECONDS = 3600
"""After how long keys are looked for although all are known: one that the issuer withdrew has to go."""
LONGEST = 1_000_000
DISCOVERY = "/.well-known/openid-configuration"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NoSigningKeys(Exception):
    """There are no keys to verify any token with, because the issuer was away since the program started."""


class SigningKeys:
    """The keys of one issuer. Those that were had last serve until there are others.

    ``place`` is a file or a URL of a JWKS; None means that the issuer's own configuration says where it is. What a URL
    said is also kept in the file ``copy``, which a program reads that starts while the issuer is away.
    """

    def __init__(self, issuer: str, place: str | None, copy: Path | None = None, *, wait: float | None = None) -> None:
        self._issuer, self._place, self._copy = issuer, place, copy
        self._wait = FETCHES_LAST_SECONDS if wait is None else wait
        self._keys: KeySet | None = None
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None

    async def having(self, kid: str | None) -> KeySet:
        """Return the keys, looked for anew where none of them has this identifier; raise NoSigningKeys without any."""
        if self._keys is None or not _knows(self._keys, kid):
            await self._look()
        elif time.monotonic() - self._looked_at > OLD_SECONDS and (not self._refreshing or self._refreshing.done()):
            # Whoever asks now need not wait: what is known is right as far as anyone knows.
            self._refreshing = asyncio.create_task(self._look())
        if self._keys is None:
            raise NoSigningKeys
        return self._keys

    async def _look(self) -> None:
        async with self._turn:
            if time.monotonic() - self._looked_at < self._wait:
                return
            try:
                self._keys = await asyncio.to_thread(self._read)
            except (OSError, ValueError, JoseError) as error:
                logger.warning("The signing keys of %s cannot be had: %s", self._issuer, error)
                self._keys = self._keys or await asyncio.to_thread(self._copied)
            # At the end, so that a wait for the issuer does not count as time that has passed.
            self._looked_at = time.monotonic()

    def _read(self) -> KeySet:
        if self._place and not _is_url(self._place):
            with open(self._place, "rb") as file:  # noqa: PTH123 (a text from the settings)
                return _key_set(file.read(LONGEST))
        place = self._place or self._discovered()
        found = _fetched(place)
        keys = _key_set(found)
        if self._copy:
            self._copy.write_bytes(found)
        return keys

    def _discovered(self) -> str:
        said = orjson.loads(_fetched(self._issuer.rstrip("/") + DISCOVERY))
        if (
            not isinstance(said, dict)
            or said.get("issuer") != self._issuer
            or not isinstance(said.get("jwks_uri"), str)
        ):
            raise ValueError("its configuration has another issuer, or names no jwks_uri")
        return str(said["jwks_uri"])

    def _copied(self) -> KeySet | None:
        try:
            return _key_set(self._copy.read_bytes()) if self._copy else None
        except (OSError, ValueError, JoseError):
            return None


class _NoRedirect(HTTPRedirectHandler):
    """Goes where the operator said, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _fetched(url: str) -> bytes:
    parsed = urlsplit(url)
    if parsed.scheme != "https" and not (parsed.scheme == "http" and parsed.hostname in LOOPBACK):
        raise ValueError(f"{url} is not https")
    try:
        answer: HTTPResponse
        with build_opener(_NoRedirect).open(url, timeout=FETCH_SECONDS) as answer:
            return answer.read(LONGEST)
    except URLError as error:
        # Its text is the whole of a response otherwise, or an object's name.
        raise OSError(f"{url}: {error.reason}") from None


def _key_set(text: bytes) -> KeySet:
    try:
        read = orjson.loads(text)
        # A secret key would verify what anyone who may read the file has signed.
        public = [key for key in read["keys"] if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]
        return KeySet.import_key_set(cast("Any", {"keys": public}))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("it is no JSON Web Key Set") from error


def _knows(keys: KeySet, kid: str | None) -> bool:
    return kid is None or any(key.kid == kid for key in keys)


def _is_url(place: str) -> bool:
    return "://" in place
