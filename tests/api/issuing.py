"""An issuer of tokens for tests: its keys, its tokens, and a server that shows the keys."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCE = "nextgraph"


class Issuer:
    """Signs tokens with the newest of its keys, and shows the public parts of all that it has."""

    def __init__(self, url: str = "https://issuer.example") -> None:
        self.url, self.asked, self.is_away = url, 0, False
        self.keys: list[RSAKey | ECKey] = []
        self.rotate()

    def rotate(self, *, keep: bool = True) -> None:
        """Sign with another key from now on."""
        made = ECKey.generate_key("P-256", {"use": "sig", "kid": f"key-{time.monotonic_ns()}"})
        self.keys = [*(self.keys if keep else []), made]

    @property
    def shown(self) -> bytes:
        """The public keys, as JWKS."""
        return orjson.dumps({"keys": [key.as_dict(private=False) for key in self.keys]})

    def claims(self, **others: Any) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.url, "aud": AUDIENCE, "sub": "someone", "iat": now, "exp": now + 600, **others}

    def token(self, header: dict[str, Any] | None = None, **others: Any) -> str:
        """Return a token; a claim given as None is left out."""
        key = self.keys[-1]
        claims = {name: value for name, value in self.claims(**others).items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": key.kid, **(header or {})}, claims, key, ["ES256"])


@contextmanager
def shown_by_http() -> Iterator[Issuer]:
    """Give an issuer whose keys a server on this machine shows, while it is not away."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            if issuer.is_away:
                self.send_error(503)
                return
            configuration = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"}
            body = issuer.shown if self.path == "/jwks" else orjson.dumps(configuration)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
