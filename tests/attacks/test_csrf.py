"""A12: a page of another site makes its visitor's browser send a request. Each way is refused before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.counting import Counted
from tests.api.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa

QUERY = "{ releases { totalCount } }"
BODY = f'{{"query": "{QUERY}"}}'
EVIL = {"Origin": "https://evil.example"}
CROSS = {"Sec-Fetch-Site": "cross-site"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
PART = f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{QUERY}\r\n--x--\r\n'
GET = f"/graphql?query={QUERY}"


@pytest.fixture(scope="module")
def served(dataset_url: sa.URL) -> Iterator[tuple[httpx.Client, Counted]]:
    data = Counted()
    with running(create_app(dataset_url, Settings(), data)) as client:
        yield client, data


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        # What any page can send without asking.
        ("POST", "/graphql", f"query={QUERY}", FORM, 415),
        ("POST", "/graphql", PART, MULTIPART, 415),
        ("POST", "/graphql", BODY, {"Content-Type": "text/plain"}, 415),
        ("POST", "/graphql", BODY, {"Content-Type": "text/plain; application/json"}, 415),
        ("POST", "/graphql", BODY, {}, 415),
        ("GET", "/graphql?query=mutation{__typename}", "", {}, 405),
        ("GET", "/graphql?query=subscription{__typename}", "", {}, 405),
        # What a browser says of where it comes from.
        ("POST", "/graphql", BODY, JSON | EVIL, 403),
        ("POST", "/graphql", BODY, JSON | {"Origin": "null"}, 403),
        ("POST", "/graphql", BODY, JSON | {"Origin": ""}, 403),
        ("POST", "/graphql", BODY, JSON | CROSS, 403),
        ("POST", "/graphql", BODY, JSON | {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", "/graphql", BODY, JSON | {"Sec-Fetch-Site": "anything"}, 403),
        ("POST", "/graphql", BODY, JSON | CROSS | {"Sec-Fetch-Mode": "navigate"}, 403),
        ("POST", "/graphql", f"query={QUERY}", FORM | EVIL, 403),
        ("POST", "/import/rnd-budget-2026", "a", {"Content-Type": "text/csv"} | EVIL, 403),
        ("POST", "/import/rnd-budget-2026", "a", {"Content-Type": "text/csv"} | CROSS, 403),
        # Reading by a picture, a script or fetch: no page could see the answer, and it would still cost.
        ("GET", GET, "", EVIL, 403),
        ("GET", GET, "", CROSS | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ("GET", GET, "", CROSS | EVIL | {"Sec-Fetch-Mode": "cors"}, 403),
        ("HEAD", GET, "", CROSS | {"Sec-Fetch-Mode": "no-cors"}, 403),
        ("OPTIONS", "/graphql", "", EVIL | {"Access-Control-Request-Method": "POST"}, 403),
    ],
)
def test_is_refused(
    served: tuple[httpx.Client, Counted], method: str, path: str, body: str, headers: dict[str, str], status: int
) -> None:
    client, data = served
    data.taken()
    response = client.request(method, path, content=body, headers=headers)
    assert response.status_code == status, response.text
    assert len(response.content) <= 2000
    assert "Access-Control-Allow-Origin" not in response.headers
    assert data.taken() == [], "nothing ran"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {}),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}),
        ("POST", {"Sec-Fetch-Site": "none"}),
        ("POST", {"Origin": "http://HOST"}),
        ("POST", {"Origin": "https://HOST"}),
        ("GET", {}),
        ("GET", {"Origin": "http://HOST"}),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
        ("GET", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}),
    ],
)
def test_programs_this_server_s_own_page_and_links_are_let_in(
    served: tuple[httpx.Client, Counted], method: str, headers: dict[str, str]
) -> None:
    """Also behind a proxy that ends TLS, where the page's origin is https and the request that arrives is not."""
    client, _ = served
    host = f"{client.base_url.host}:{client.base_url.port}"
    said = {name: value.replace("HOST", host) for name, value in headers.items()}
    response = (
        client.get(GET, headers=said) if method == "GET" else client.post("/graphql", content=BODY, headers=JSON | said)
    )
    assert response.json()["data"] == {"releases": {"totalCount": 1}}
