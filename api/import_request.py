"""Reading what a client asks to import: its parameters, the name that says the format, and the file itself."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson
from starlette.requests import ClientDisconnect

from api.errors import Code, Refused
from db.importing.files import FileError, chosen_format
from db.importing.importer import Choices
from db.importing.tables import UNSTORABLE
from db.importing.unpacking import is_packed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from db.importing.layout import Layout

MEDIA_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/vnd.apache.parquet": "parquet",
}
PARAMETERS = ("as", "dryRun", "filename", "partial", "reason")
TRUTHS = {"true": True, "false": False}
KEY = re.compile(r'"?([!#-~]{1,255})"?')
LONGEST_NAME = 150
PIECE = 1024**2
"""How many bytes are gathered before they are written."""


@dataclass(frozen=True)
class Wanted:
    """What a client asks for, the file apart."""

    dataset: str
    name: str
    choices: Choices
    key: str | None

    def fingerprint(self, digest: str) -> str:
        """Return what tells this request with this file from every other."""
        asked = self.choices
        said = [self.dataset, self.name, asked.partial, asked.publisher, asked.reason, asked.only_for, digest]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()


def wanted(request: Request, dataset: str, layout: Layout, organization: str) -> Wanted:
    """Read everything but the file, or refuse what cannot be used; nothing but an organization's facts is touched."""
    given = request.query_params
    for name in given:
        if name not in PARAMETERS:
            raise Refused(400, Code.BAD_INPUT, f"There is no parameter {name!r}; known are {', '.join(PARAMETERS)}.")
        if len(given.getlist(name)) > 1:
            raise Refused(400, Code.BAD_INPUT, f"The parameter {name} is given twice: give it once.")
        if UNSTORABLE.search(given[name]):
            raise Refused(400, Code.BAD_INPUT, f"The parameter {name} has a NUL or half a character: leave it out.")
    choices = Choices(
        partial=_truth(request, "partial"),
        dry_run=_truth(request, "dryRun"),
        publisher=given.get("as") or None,
        only_for=organization,
        reason=given.get("reason") or None,
    )
    key = _key(request, dry_run=choices.dry_run)
    # Under a key that another organization uses as well, something else was asked; a space is in neither of the two.
    return Wanted(dataset, _file_name(request, dataset, layout), choices, key and f"{organization} {key}")


@asynccontextmanager
async def spooled(request: Request, name: str, limit: int) -> AsyncIterator[tuple[Path, str]]:
    """Write the body to a file that is gone afterwards, and give its path and its SHA-256."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_long(limit)
    with TemporaryDirectory(prefix="nextgraph-import-") as folder:
        path, digest, size, waiting = Path(folder) / name, hashlib.sha256(), 0, bytearray()
        with path.open("wb") as file:
            try:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limit:
                        raise _too_long(limit)
                    digest.update(chunk)
                    waiting += chunk
                    if len(waiting) > PIECE:
                        await asyncio.to_thread(file.write, waiting)
                        waiting = bytearray()
            except ClientDisconnect:
                sentence = "The connection was closed before the file was complete."
                raise Refused(400, Code.BAD_REQUEST, sentence) from None
            except OSError as error:
                sentence = f"The server cannot keep the file ({error.strerror}): tell its operator."
                raise Refused(507, Code.BUSY, sentence) from error
            await asyncio.to_thread(file.write, waiting)
        yield path, digest.hexdigest()


def _truth(request: Request, name: str) -> bool:
    given = request.query_params.get(name, "false")
    if given not in TRUTHS:
        raise Refused(400, Code.BAD_INPUT, f"The parameter {name} is true or false, not {given!r}.")
    return TRUTHS[given]


def _key(request: Request, *, dry_run: bool) -> str | None:
    given = request.headers.get("idempotency-key")
    if dry_run:
        return None
    if given is None:
        raise Refused(
            400,
            Code.BAD_REQUEST,
            "The header Idempotency-Key is missing: send a text that you use for this import only, such as a UUID, "
            "so that it is not done twice if you have to send it again.",
        )
    found = KEY.fullmatch(given)
    if found is None:
        raise Refused(400, Code.BAD_REQUEST, "Idempotency-Key has to be 1 to 255 visible ASCII characters.")
    return found[1]


def _file_name(request: Request, dataset: str, layout: Layout) -> str:
    """Return a name whose suffix says how the file is read."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise Refused(415, Code.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding is {coding!r}: send gzip, or none.")
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = MEDIA_TYPES.get(media) or layout.format
    name = request.query_params.get("filename") or _disposed(request.headers.get("content-disposition", ""))
    name = _plain(name) or (f"{dataset}.{suffix}" if suffix else dataset)
    if coding != "identity" and not is_packed(Path(name)):
        name += ".gz"
    try:
        chosen_format(Path(name), layout)
    except FileError as error:
        if media in MEDIA_TYPES or "." in name:
            raise Refused(415, Code.UNSUPPORTED_MEDIA_TYPE, f"{error}.") from None
        raise Refused(
            415,
            Code.UNSUPPORTED_MEDIA_TYPE,
            f"Nothing says what format the file has: send one of the media types {', '.join(MEDIA_TYPES)}, "
            "or its name in the parameter filename.",
        ) from None
    return name


def _disposed(header: str) -> str:
    """Return the file name of a Content-Disposition header, also one in UTF-8 that was not encoded for it."""
    message = Message()
    try:
        message["Content-Disposition"] = header.encode("latin-1").decode()
    except UnicodeError:
        message["Content-Disposition"] = header
    return message.get_filename() or ""


def _plain(name: str) -> str:
    """Return the last part of a path, without what a file name must not have."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip(" .")[-LONGEST_NAME:]


def _too_long(limit: int) -> Refused:
    return Refused(413, Code.LIMIT_EXCEEDED, f"The file is longer than {limit:,} bytes, the limit: send it in parts.")
