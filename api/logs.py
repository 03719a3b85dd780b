"""The log: as lines of text for people, or of JSON for programs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from api.told import Told

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS = "fields"
requests = logging.getLogger("nextgraph.requests")


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(style: Literal["text", "json"]) -> None:
    """Write the log of this program to standard error in a style."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if style == "json" else logging.Formatter(TEXT))
    logging.basicConfig(handlers=[handler], force=True)


class RequestLog:
    """Writes a line for each request, with what the audit has of it but for who asked."""

    def __init__(self) -> None:
        requests.setLevel(logging.INFO)

    def seen(self, path: str, method: str, status: int, seconds: float, told: Told | None, request_id: str) -> None:
        """Write that a request was answered."""
        fields: dict[str, Any] = {"requestId": request_id, "method": method, "path": path[:200], "status": status}
        fields["ms"] = round(seconds * 1000, 1)
        if told is not None:
            fields |= {"operation": told.operation, "document": told.document, "code": told.code}
            fields |= {"release": told.release}
        shown = {name: value for name, value in fields.items() if value is not None}
        requests.info("%s %s %s in %s ms", method, fields["path"], status, fields["ms"], extra={FIELDS: shown})
