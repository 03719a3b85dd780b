"""Signed tokens over real HTTP: what they say is believed only where the issuer's key, audience and time are right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import time
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import ValidationError

from api.app import create_app
from api.settings import Settings
from tests.api.issuing import AUDIENCE, Issuer
from tests.api.running import running
from tests.api.test_credentials import NOBODY, RANDOM_HEADERS, ask, refused, statuses_of, viewer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx
    import sqlalchemy as sa


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def settings(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    keys: Path = tmp_path_factory.mktemp("issuer") / "jwks.json"
    keys.write_bytes(issuer.shown)
    return Settings(
        token_issuer=issuer.url,
        token_audience=AUDIENCE,
        token_keys=str(keys),
        token_organization_claim="office.code",
        token_organizations={"1721000": "ministry:msit"},
        token_scope_claim="realm_access.roles",
        token_scopes={"reader": "SENSITIVE", "publisher": "PUBLISH"},
    )


@pytest.fixture(scope="module")
def client(dataset_url: sa.URL, settings: Settings) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, settings)) as connected:
        yield connected


def bearing(client: httpx.Client, token: str) -> httpx.Response:
    return ask(client, f"Bearer {token}")


def test_what_claims_mean_is_what_the_settings_say(client: httpx.Client, issuer: Issuer) -> None:
    roles = ["reader", "publisher", "offline_access", "EVERYTHING", 7]
    token = issuer.token(office={"code": "1721000"}, realm_access={"roles": roles}, nonce="x")
    assert viewer(bearing(client, token)) == {
        "name": "token:someone",
        "organization": {"id": "ministry:msit", "name": "과학기술정보통신부"},
        "scopes": ["PUBLISH", "SENSITIVE"],
        "persistedOnly": False,
    }
    said: dict[str, Any]
    for said in (
        {},
        {"office": {"code": "ministry:msit"}, "realm_access": {"roles": "EVERYTHING SENSITIVE"}},
        {"office": "1721000", "realm_access": ["reader"]},
        {"office": {"code": None}, "realm_access": {"roles": {"reader": True}}},
    ):
        assert viewer(bearing(client, issuer.token(**said))) == {**NOBODY, "name": "token:someone"}
    refused(bearing(client, issuer.token(office={"code": ["1721000"]})), "office.code is no text")
    words = issuer.token(realm_access={"roles": "reader openid"})
    assert viewer(bearing(client, words))["scopes"] == ["SENSITIVE"]


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": int(time.time()) - 60}, "has expired"),
        ({"exp": None}, "not for this server"),
        ({"exp": "tomorrow"}, "not for this server"),
        ({"nbf": int(time.time()) + 10**6}, "not for this server, or not yet"),
        ({"iat": int(time.time()) + 10**6}, "not for this server, or not yet"),
        ({"aud": "another"}, "not for this server"),
        ({"aud": ["another"]}, "not for this server"),
        ({"aud": None}, "not for this server"),
        ({"aud": {"nextgraph": 1}}, "not for this server"),
        ({"iss": "https://issuer.example.evil"}, "not for this server"),
        ({"iss": None}, "not for this server"),
        ({"sub": None}, "not for this server"),
        ({"sub": 7}, "not for this server"),
    ],
)
def test_claims_that_are_not_right(client: httpx.Client, issuer: Issuer, claims: dict[str, Any], words: str) -> None:
    refused(bearing(client, issuer.token(**claims)), words)


def test_clocks_may_differ_a_little(client: httpx.Client, issuer: Issuer) -> None:
    now = int(time.time())
    for claims in ({"exp": now - 10}, {"nbf": now + 10}, {"aud": ["another", AUDIENCE]}):
        assert viewer(bearing(client, issuer.token(**claims)))["name"] == "token:someone"


def test_signatures_that_are_none(client: httpx.Client, issuer: Issuer) -> None:
    sound = issuer.token()
    head, body, signature = sound.split(".")
    kid = issuer.keys[-1].kid or ""
    unsigned = {"alg": "none", "kid": kid}
    for header in (unsigned, {"alg": "None"}, {"alg": "NONE", "typ": "JWT"}):
        refused(bearing(client, f"{encoded(header)}.{body}."), "algorithm is none of")
        refused(bearing(client, f"{encoded(header)}.{body}.{signature}"), "algorithm is none of")
    other = issuer.token(sub="another").split(".")
    refused(bearing(client, f"{head}.{other[1]}.{signature}"), "not signed as it has to be")
    stranger = ECKey.generate_key("P-256", {"kid": kid})
    forged = jwt.encode({"alg": "ES256", "kid": kid}, issuer.claims(), stranger, ["ES256"])
    refused(bearing(client, forged), "not signed as it has to be")
    inside = {"alg": "ES256", "kid": "mine", "jwk": stranger.as_dict(private=False)}
    refused(bearing(client, jwt.encode(inside, issuer.claims(), stranger, ["ES256"])), "not signed as it has to be")
    rsa = RSAKey.generate_key(2048, {"kid": kid})
    refused(bearing(client, jwt.encode({"alg": "RS256", "kid": kid}, issuer.claims(), rsa, ["RS256"])), "signed")
    assert viewer(bearing(client, sound))["name"] == "token:someone"


def test_the_public_key_is_no_secret_to_sign_with(client: httpx.Client, issuer: Issuer) -> None:
    """HS256 with what everyone may read, in each form in which a careless verifier would take it."""
    public = issuer.keys[-1]
    for secret in (public.as_pem(private=False), orjson.dumps(public.as_dict(private=False)), issuer.shown):
        header = encoded({"alg": "HS256", "kid": public.kid})
        signed = f"{header}.{encoded(issuer.claims())}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        refused(bearing(client, f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"), "algorithm is none")


def test_a_secret_among_the_keys_verifies_nothing(dataset_url: sa.URL, issuer: Issuer, tmp_path: Path) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"})
    keys = tmp_path / "jwks.json"
    keys.write_bytes(orjson.dumps({"keys": [shared.as_dict(private=True), *orjson.loads(issuer.shown)["keys"]]}))
    trusting = Settings(token_issuer=issuer.url, token_audience=AUDIENCE, token_keys=str(keys))
    with running(create_app(dataset_url, trusting)) as client:
        token = jwt.encode({"alg": "HS256", "kid": "shared"}, issuer.claims(), shared, ["HS256"])
        refused(bearing(client, token), "algorithm is none of")
        assert viewer(bearing(client, issuer.token(organization="ministry:msit")))["organization"]["id"]


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "token",
    [
        "a.b.c",
        "..",
        "eyJhbGciOiJFUzI1NiJ9",
        "eyJhbGciOiJFUzI1NiJ9..",
        f"{encoded([])}.e30.e30",
        f"{encoded('alg')}.e30.e30",
        f"{encoded({'alg': ['ES256']})}.e30.e30",
        f"{encoded({'alg': 'ES256', 'kid': {}})}.e30.e30",
        f"{encoded({'alg': 'ES256', 'crit': ['x'], 'x': 1})}.e30.e30",
        f"{base64.urlsafe_b64encode(b'[' * 300).decode().rstrip('=')}.e30.e30",
        f"{encoded({'alg': 'ES256'})}.{'A' * 9000}.e30",
    ],
)
def test_what_is_no_token(client: httpx.Client, token: str) -> None:
    refused(bearing(client, token), "")


def test_sound_signatures_of_nonsense(client: httpx.Client, issuer: Issuer) -> None:
    for claims in ({"exp": 10**400}, {"exp": 1e308}, {"exp": [1]}, {"exp": -1}, {"sub": ""}):
        answer = bearing(client, issuer.token(**claims))
        assert answer.status_code in (200, 401), answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"token_issuer": "https://issuer.example"}, "go together"),
        ({"token_audience": "x"}, "go together"),
        ({"token_scopes": {"a": "ALL"}}, "no scope ALL"),
    ],
)
def test_settings_that_would_believe_too_much(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Settings(**given)


@pytest.mark.slow
def test_tokens_that_are_almost_sound_are_never_the_server_s_fault(client: httpx.Client, issuer: Issuer) -> None:
    """With one character another, cut off, or with parts of another token: each is refused, and none is believed."""
    statuses = statuses_of(client, list(damaged(issuer)))
    assert set(statuses) == {401}
    assert len(statuses) == RANDOM_HEADERS


def damaged(issuer: Issuer) -> Iterator[bytes]:
    chance, letters = random.Random(20261129), "ABCxyz019-_=.{}~"
    sound, other = issuer.token(), issuer.token(sub="another", scope="x" * 50)
    mixed = ["{0}.{4}.{2}", "{3}.{1}.{5}", "{0}.{1}", "{0}.{1}.{2}.{2}", "{1}.{0}.{2}", "{0}..{2}", ".{1}.{2}"]
    parts = [*sound.split("."), *other.split(".")]
    for number in range(RANDOM_HEADERS):
        place = chance.randrange(len(sound) - 2)
        changed = chance.choice([letter for letter in letters if letter != sound[place]])
        made = [
            sound[:place] + changed + sound[place + 1 :],
            sound[:place],
            sound[:place] + changed * chance.randrange(1, 50) + sound[place:],
            mixed[number % len(mixed)].format(*parts),
        ]
        yield b"Bearer " + made[number % 4].encode()
