"""Who asks, told by keys: what is believed, for how long, and that nothing else ever is."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.app import create_app
from api.credentials import BELIEVED_SECONDS, Credentials
from api.errors import Refused
from api.rate import Meter
from api.settings import Settings
from db.connection import DatabaseUnavailable
from db.reading import Database, open_database
from db.viewers import ANYONE, Scope, Viewer
from schema.sql.cost import ROOT_POINTS
from tests.api.holding import OWNER, made_key, revoke_key
from tests.api.running import running
from tests.api.test_errors import Failing
from tests.conftest import execute, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

ASK = "{ viewer { name organization { id name } scopes persistedOnly } }"
NOBODY: dict[str, Any] = {"name": None, "organization": None, "scopes": [], "persistedOnly": False}
RANDOM_HEADERS = 10_000


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    with new_database(server_url, str(dataset_template.database)) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def client(url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(url, Settings())) as connected:
        yield connected


def ask(client: httpx.Client, credentials: str | bytes | None) -> httpx.Response:
    headers = {} if credentials is None else {b"Authorization": credentials}
    return client.post("/graphql", json={"query": ASK}, headers=headers)  # type: ignore[arg-type]


def viewer(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return dict(response.json()["data"]["viewer"])


def refused(response: httpx.Response, words: str) -> None:
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "CREDENTIALS_REFUSED")
    assert words in error["message"]
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="nextgraph", error="invalid_token", error_description="')
    assert "data" not in response.json()


def test_a_key_says_who_asks_and_no_header_says_anyone(client: httpx.Client, url: sa.URL) -> None:
    assert viewer(ask(client, None)) == NOBODY
    key = made_key(url, scopes=[Scope.SENSITIVE, Scope.PUBLISH], persisted_only=False)
    for spelled in (f"Bearer {key}", f"bearer   {key}", f"BEARER {key}"):
        assert viewer(ask(client, spelled)) == {
            "name": f"key:{key.split('_')[1]}",
            "organization": {"id": OWNER, "name": "과학기술정보통신부"},
            "scopes": ["PUBLISH", "SENSITIVE"],
            "persistedOnly": False,
        }
    assert viewer(ask(client, None)) == NOBODY, "the plan is shared, the viewer is not"


def test_each_of_two_viewers_is_told_of_itself(client: httpx.Client, url: sa.URL) -> None:
    """Asked again and again, by plans that are kept: beside another root field, and through a fragment."""
    keys = [made_key(url, organization) for organization in (OWNER, "ministry:motie")]
    query = "{ viewer { ...who } releases { totalCount } } fragment who on Viewer { organization { id } }"
    for _ in range(3):
        for key, organization in zip(keys, (OWNER, "ministry:motie"), strict=True):
            asked = client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {key}"})
            assert viewer(asked) == {"organization": {"id": organization}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "the word Bearer"),
        ("Bearer", "the word Bearer"),
        ("Basic bmV4dDpncmFwaA==", "the word Bearer"),
        ("Bearer a b", "no key"),
        ("Bearer é".encode(), "the word Bearer"),
        ("Bearer ngk_", "no key"),
        ("Bearer ngk_a_", "no key"),
        ("Bearer ngk_aaaaaaaaaaaaaaaa_b", "not known"),
        ("Bearer a.b.c", "takes no tokens"),
    ],
)
def test_what_proves_nothing_is_refused(client: httpx.Client, given: str | bytes, words: str) -> None:
    refused(ask(client, given), words)


def test_half_a_key_is_none(client: httpx.Client, url: sa.URL) -> None:
    key, other = made_key(url), made_key(url)
    begin, identifier, secret = key.split("_", 2)
    for wrong in (
        key[:-1],
        f"{key}x",
        f"{begin}_{identifier.upper()}_{secret}",
        f"{begin}_{identifier}_{other.split('_', 2)[2]}",
        f"{begin}_{identifier}_{secret.swapcase()}",
    ):
        refused(ask(client, f"Bearer {wrong}"), "not known")


def test_a_header_sent_twice_is_refused(client: httpx.Client, url: sa.URL) -> None:
    key = made_key(url)
    headers = [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")]
    refused(client.post("/graphql", json={"query": ASK}, headers=headers), "there twice")


def test_a_key_that_is_over(client: httpx.Client, url: sa.URL) -> None:
    refused(ask(client, f"Bearer {made_key(url, lasts=timedelta(seconds=-10))}"), "expired at 20")
    key = made_key(url)
    assert viewer(ask(client, f"Bearer {key}"))["name"]
    revoke_key(url, key)
    until = time.monotonic() + BELIEVED_SECONDS + 1
    while ask(client, f"Bearer {key}").status_code == 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    refused(ask(client, f"Bearer {key}"), "was revoked at 20")


def test_a_key_that_expires_meanwhile(client: httpx.Client, url: sa.URL) -> None:
    """It is not believed a moment longer than it lasts: its moment is a whole second."""
    key = made_key(url, lasts=timedelta(seconds=1.5))
    until = time.monotonic() + 3
    assert viewer(ask(client, f"Bearer {key}"))["name"]
    while ask(client, f"Bearer {key}").status_code == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    refused(ask(client, f"Bearer {key}"), "expired")


def test_no_key_is_believed_without_the_database(url: sa.URL) -> None:
    key = made_key(url)
    with running(create_app(url, Settings(), Failing(DatabaseUnavailable("secret"), opens=True))) as client:
        response = ask(client, f"Bearer {key}")
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"


class Counting:
    """A request, and data that count how often they are asked."""

    def __init__(self, data: Database, headers: dict[bytes, bytes]) -> None:
        self._read, self.count = data, 0
        self.scope = {"headers": list(headers.items())}
        self.state = self.data = self
        self.client = None

    def reading(self, *, several: bool, viewer: Viewer) -> Any:
        self.count += 1
        return self._read.reading(several=several, viewer=viewer)


def test_a_known_key_costs_no_statement_until_its_moment_is_over(url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    key = made_key(url)
    now = [0.0]
    monkeypatch.setattr("api.credentials.time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))

    async def run() -> list[int]:
        async with open_database(url, size=1) as data:
            credentials, counts = Credentials(Settings(), Meter(100, None, 0)), []
            request: Any = Counting(data, {b"authorization": f"Bearer {key}".encode()})
            for moment in (0, 0, BELIEVED_SECONDS - 0.01, BELIEVED_SECONDS + 0.01, BELIEVED_SECONDS + 0.01):
                now[0] = moment
                assert (await credentials.viewer(request)).organization == OWNER
                counts.append(request.count)
            anyone: Any = Counting(data, {b"accept": b"*/*"})
            assert await credentials.viewer(anyone) is ANYONE
            assert anyone.count == 0
            return counts

    assert asyncio.run(run()) == [1, 1, 1, 2, 2]


def test_guesses_are_paid_for_by_the_address(url: sa.URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its bucket is empty nothing more is looked up for it; who proved right before goes on, until it is wrong."""
    key, another = made_key(url), made_key(url)
    now = [0.0]
    monkeypatch.setattr("api.credentials.time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))

    async def run() -> list[str]:
        async with open_database(url, size=1) as data:
            credentials = Credentials(Settings(), Meter(3 * ROOT_POINTS, None, 0))

            async def tried(text: str) -> str:
                now[0] += BELIEVED_SECONDS + 0.01
                request: Any = Counting(data, {b"authorization": f"Bearer {text}".encode()})
                try:
                    await credentials.viewer(request)
                except Refused as refused:
                    return f"{refused.status} after {request.count}"
                return f"believed after {request.count}"

            told = [await tried(key), *[await tried(f"ngk_guess{number}_x") for number in range(4)]]
            told += [await tried(another), await tried(key)]
            await asyncio.to_thread(revoke_key, url, key)
            return [*told, await tried(key), await tried(key)]

    right, *wrong, new, again, revoked, once_more = asyncio.run(run())
    assert (right, again) == ("believed after 1", "believed after 1")
    assert wrong == ["401 after 1"] * 3 + ["429 after 0"]
    assert (new, revoked, once_more) == ("429 after 0", "401 after 1", "429 after 0")


def test_what_is_stored_opens_nothing(url: sa.URL) -> None:
    key = made_key(url)
    _, identifier, secret = key.split("_", 2)
    ((row,),) = execute(url, f"SELECT api_keys::text FROM api_keys WHERE id = '{identifier}'")
    assert secret not in str(row)
    assert key not in str(row)


@pytest.mark.slow
def test_random_headers_are_never_the_server_s_fault(client: httpx.Client, url: sa.URL) -> None:
    """Whatever bytes come: each is refused with 401, or cut off as no HTTP with 400, and none is anyone."""
    statuses = statuses_of(client, list(random_headers(made_key(url))))
    assert set(statuses) <= {400, 401}
    assert statuses.count(401) > RANDOM_HEADERS / 2


def random_headers(key: str) -> Iterator[bytes]:
    chance = random.Random(20261129)
    letters = [bytes([each]) for each in range(1, 256) if each not in b"\r\n"]
    plain = [bytes([each]) for each in b"ABCDEFabcdef0123456789._-=~+/ \t"]
    for number in range(RANDOM_HEADERS):
        kind = number % 4
        length = chance.randrange(0, 200)
        if kind == 0:
            yield b"".join(chance.choices(letters, k=length))
        elif kind == 1:
            yield b"Bearer " + b"".join(chance.choices(plain, k=length))
        elif kind == 2:
            changed = bytearray(f"Bearer {key}".encode())
            changed[chance.randrange(8, len(changed))] = chance.choice(b"!xyz._-")
            yield bytes(changed) if changed != f"Bearer {key}".encode() else b"Bearer"
        else:
            pieces = (b"".join(chance.choices(plain[:-2], k=chance.randrange(0, 60))) for _ in range(3))
            yield b"Bearer eyJ" + b".".join(pieces)


def statuses_of(client: httpx.Client, headers: Sequence[bytes]) -> list[int]:
    """Send each over a raw connection, which no library tidies up beforehand."""
    body, found = b'{"query":"{__typename}"}', []
    raw: socket.socket | None = None
    for header in headers:
        raw = raw or socket.create_connection((client.base_url.host, client.base_url.port or 0))
        raw.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\nAuthorization: %s\r\n\r\n%s" % (len(body), header, body)
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.recv(65536)
        head, _, rest = answer.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        missing = int(fields.get(b"content-length", b"0")) - len(rest)
        while missing > 0:
            missing -= len(raw.recv(missing))
        found.append(int(head.split(b" ")[1]))
        if fields.get(b"connection") == b"close" or found[-1] == 400:
            raw.close()
            raw = None
    if raw:
        raw.close()
    return found
