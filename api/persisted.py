"""Documents that the operator keeps, by their identifiers, so that clients need not send them, or may send no others.

The files are as builds of clients write them: graphql-codegen and Relay an object of identifiers and texts, Apollo a
manifest with a list of operations. Whatever they call a document, it can be asked for as ``sha256:`` with its hash.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse

from api.errors import Code, Refused, logger
from schema.sql.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from api.request import Asked
    from api.settings import PersistedMode
    from db.viewers import Viewer

BEGINS = "sha256:"
SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
LOOKS_LAST_SECONDS = 1
"""How long it is at least from one look into the folder to the next."""
SENT_KEPT, CHARACTERS_KEPT = 1000, 1_000_000
"""How many documents are kept that clients sent with their hash, and how many characters they have together."""
NOT_FOUND, NOT_SUPPORTED = "PersistedQueryNotFound", "PersistedQueryNotSupported"
"""What clients of Apollo look for in the message, to send the document once more with its text."""
OFF = "This server keeps no documents: send the document itself, as query."
ONLY_KEPT = "Only documents that the server keeps run here: send the documentId of one, or ask the operator to keep it."


SEVERAL = (
    "%d kept documents have a query %s: %s. /rest/%s answers who says with documentId which of them; take out those "
    "that are not meant, or give them other names."
)


class ManifestError(ValueError):
    """A file of the folder that holds no documents; the message names it."""


class Persisted:
    """The documents of one server: those of its folder, and those that clients sent with their hash."""

    def __init__(self, folder: Path | None, mode: PersistedMode) -> None:
        self._folder, self._mode = folder, mode
        self._stamp = self._seen()
        self._kept = dict(_documents(folder)) if folder else {}
        self._hashes = _hashes(self._kept)
        self._looked_at = time.monotonic()
        self._sent: Recent[str, str] = Recent(SENT_KEPT, CHARACTERS_KEPT)
        self._named: tuple[dict[str, str], dict[str, list[str]]] | None = None

    def resolved(self, asked: Asked, viewer: Viewer) -> Asked:
        """Return what is asked, with the text of the document; raise Refused where there is none that may run."""
        only_kept = self._mode == "required" or viewer.persisted_only
        if asked.document_id is None:
            if only_kept and not self._has(asked.query):
                raise Refused(403, Code.DOCUMENT_REQUIRED, ONLY_KEPT)
            return asked
        if self._mode == "off" and not viewer.persisted_only:
            message = NOT_SUPPORTED if asked.is_automatic else OFF
            raise Refused(400, Code.PERSISTED_QUERY_NOT_SUPPORTED if asked.is_automatic else Code.BAD_REQUEST, message)
        if asked.query:
            return self._sent_with_hash(asked, asked.document_id, only_kept=only_kept)
        text = self._text(asked.document_id, only_kept=only_kept)
        if text is None and asked.is_automatic:
            raise Refused(404, Code.PERSISTED_QUERY_NOT_FOUND, NOT_FOUND)
        if text is None:
            raise Refused(404, Code.DOCUMENT_NOT_FOUND)
        return replace(asked, query=text)

    def _text(self, identifier: str, *, only_kept: bool) -> str | None:
        found = self._kept.get(identifier) or self._kept.get(f"{BEGINS}{identifier}")
        if found is None and self._look():
            found = self._kept.get(identifier) or self._kept.get(f"{BEGINS}{identifier}")
        return found if found or only_kept else self._sent.get(identifier)

    def _has(self, text: str) -> bool:
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() in self._hashes or (
            self._look() and sha256(text.encode("utf-8", "surrogatepass")).hexdigest() in self._hashes
        )

    def _sent_with_hash(self, asked: Asked, identifier: str, *, only_kept: bool) -> Asked:
        if only_kept and not self._has(asked.query):
            raise Refused(403, Code.DOCUMENT_REQUIRED, ONLY_KEPT)
        named, is_hash = self._kept.get(identifier), SHA256.fullmatch(identifier)
        right = sha256(asked.query.encode("utf-8", "surrogatepass")).hexdigest()
        if named != asked.query and (is_hash is None or is_hash[1] != right):
            raise Refused(
                400, Code.BAD_REQUEST, f"The document that was sent is not {identifier}: send one of the two."
            )
        if asked.is_automatic and named is None:
            self._sent.keep(identifier, asked.query, len(asked.query))
        return asked

    def operations(self) -> Mapping[str, Sequence[str]]:
        """Return the queries of the folder by their names; a name has several where documents do not agree on it."""
        self._look()
        if self._named is None or self._named[0] is not self._kept:
            self._named = self._kept, _named_queries(self._kept.values())
            for name, texts in self._named[1].items():
                if len(texts) > 1:
                    logger.warning(SEVERAL, len(texts), name, ", ".join(map(identifier_of, texts)), name)
        return self._named[1] if self._mode != "off" else {}

    def _look(self) -> bool:
        """Read the folder again if something in it was changed, and return whether it was; now and then at most."""
        if self._folder is None or time.monotonic() - self._looked_at < LOOKS_LAST_SECONDS:
            return False
        self._looked_at = time.monotonic()
        stamp = self._seen()
        if stamp == self._stamp:
            return False
        try:
            self._kept = dict(_documents(self._folder))
        except ManifestError:
            # What was read before serves on; the operator may be in the middle of copying.
            logger.exception("The folder of documents cannot be read again")
            return False
        self._stamp, self._hashes = stamp, _hashes(self._kept)
        return True

    def _seen(self) -> list[tuple[str, int, int]]:
        if self._folder is None:
            return []
        try:
            found = [(path.name, path.stat()) for path in sorted(self._folder.glob("*.json"))]
        except OSError as error:
            raise ManifestError(f"{self._folder} cannot be read: {error.strerror}.") from None
        return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in found]


def identifier_of(text: str) -> str:
    """Return the identifier that a document has whatever its file calls it."""
    return f"{BEGINS}{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _documents(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each document of the folder under the name that its file gives it, and under its hash."""
    if not folder.is_dir():
        raise ManifestError(f"{folder} is no folder: NEXTGRAPH_PERSISTED_DIR names one with files *.json.")
    for path in sorted(folder.glob("*.json")):
        for identifier, text in _written(path):
            right, said = sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), SHA256.fullmatch(identifier)
            if said and said[1] != right:
                raise ManifestError(f"{path}: {identifier} is not the SHA-256 of its document, which is {right}.")
            if not said:
                yield identifier, text
            yield f"{BEGINS}{right}", text


def _written(path: Path) -> Iterator[tuple[str, str]]:
    try:
        read: Any = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ManifestError(f"{path} cannot be read: {error}.") from None
    if isinstance(read, dict) and isinstance(read.get("operations"), list):
        found = [(each.get("id"), each.get("body")) for each in read["operations"] if isinstance(each, dict)]
    else:
        found = list(read.items()) if isinstance(read, dict) else [(None, None)]
    for identifier, text in found:
        if not isinstance(identifier, str) or not isinstance(text, str):
            raise ManifestError(
                f"{path}: an identifier has no document. The file is an object of identifiers and texts, as "
                "graphql-codegen and Relay write it, or a manifest of Apollo."
            )
        yield identifier, text


def _named_queries(texts: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in sorted(set(texts)):
        try:
            ast = parse(text)
        except GraphQLSyntaxError:
            continue
        for node in ast.definitions:
            if isinstance(node, OperationDefinitionNode) and node.name and node.operation is OperationType.QUERY:
                found.setdefault(node.name.value, []).append(text)
    return found


def _hashes(kept: dict[str, str]) -> frozenset[str]:
    return frozenset(name.removeprefix(BEGINS) for name in kept if SHA256.fullmatch(name))
