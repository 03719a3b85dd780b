"""Where the keys of an issuer come from: a file, its server, or what that said last."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from api import signing_keys
from api.app import create_app
from api.settings import Settings
from api.signing_keys import NoSigningKeys, SigningKeys
from tests.api.issuing import AUDIENCE, Issuer, shown_by_http
from tests.api.running import running
from tests.api.test_credentials import refused, viewer
from tests.api.test_tokens import bearing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa

UNKNOWN = [f"unknown-{number}" for number in range(20)]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with shown_by_http() as served:
        yield served


def settings(issuer: Issuer, copy: Path | None = None) -> Settings:
    return Settings(token_issuer=issuer.url, token_audience=AUDIENCE, token_keys_copy=copy)


def test_a_key_that_the_issuer_begins_to_use_is_found(dataset_url: sa.URL, issuer: Issuer, tmp_path: Path) -> None:
    """By the issuer's own configuration, at once; and what it said is there for a start while it is away."""
    copy = tmp_path / "keys.json"
    with running(create_app(dataset_url, settings(issuer, copy))) as client:
        assert viewer(bearing(client, issuer.token()))["name"] == "token:someone"
        assert issuer.asked == 2
        issuer.is_away = True
        assert viewer(bearing(client, issuer.token(sub="b")))["name"] == "token:b"
        assert issuer.asked == 2
    with running(create_app(dataset_url, settings(issuer, copy))) as client:
        assert viewer(bearing(client, issuer.token(sub="c")))["name"] == "token:c"
        issuer.rotate()
        refused(bearing(client, issuer.token()), "not signed as it has to be")
    copy.unlink()
    with running(create_app(dataset_url, settings(issuer, copy))) as client:
        response = bearing(client, issuer.token())
        assert response.status_code == 503
        assert response.json()["errors"][0]["extensions"]["code"] == "ISSUER_UNAVAILABLE"
        assert int(response.headers["Retry-After"]) > 0
        assert client.get("/graphql?query={__typename}").status_code == 200, "who says nothing is not concerned"


def test_unknown_keys_are_looked_for_once_in_a_while(issuer: Issuer) -> None:
    async def run() -> None:
        keys = SigningKeys(issuer.url, f"{issuer.url}/jwks", wait=0.5)
        await keys.having(issuer.keys[-1].kid)
        assert issuer.asked == 1
        await asyncio.gather(*map(keys.having, UNKNOWN))
        assert issuer.asked == 1, "looked for a moment ago"
        await asyncio.sleep(0.6)
        issuer.rotate()
        found = await asyncio.gather(*map(keys.having, [*UNKNOWN, issuer.keys[-1].kid]))
        assert issuer.asked == 2
        assert all(any(key.kid == issuer.keys[-1].kid for key in each) for each in found)

    asyncio.run(run())


def test_a_key_that_the_issuer_withdrew_goes(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old keys are looked for again in the background; while the issuer is away they stay."""
    monkeypatch.setattr(signing_keys, "OLD_SECONDS", 0)

    async def run() -> list[list[str | None]]:
        keys = SigningKeys(issuer.url, f"{issuer.url}/jwks", wait=0)
        first = issuer.keys[-1].kid
        found = [await keys.having(first)]
        issuer.is_away = True
        for _ in range(2):
            found.append(await keys.having(first))
            assert keys._refreshing
            await keys._refreshing
        issuer.is_away = False
        issuer.rotate(keep=False)
        await keys.having(first)
        assert keys._refreshing
        await keys._refreshing
        found.append(await keys.having(None))
        assert keys._refreshing
        await keys._refreshing
        return [[key.kid for key in each] for each in found]

    before, away, away_still, after = asyncio.run(run())
    assert before == away == away_still
    assert after == [issuer.keys[-1].kid]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys": 1}', '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AA"}]}']
)
def test_a_file_without_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(text)
    with caplog.at_level(logging.WARNING), pytest.raises(NoSigningKeys):
        asyncio.run(SigningKeys("https://issuer.example", str(file)).having("a"))
    assert "https://issuer.example cannot be had" in caplog.text


@pytest.mark.parametrize("url", ["http://issuer.example/jwks", "ftp://127.0.0.1/jwks", "file:///etc/passwd"])
def test_keys_come_over_https_only(caplog: pytest.LogCaptureFixture, url: str) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(NoSigningKeys):
        asyncio.run(SigningKeys("https://issuer.example", url).having("a"))
    assert "is not https" in caplog.text
