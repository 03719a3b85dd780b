"""The journal: a file to which entries are written before an answer is sent, and from which they reach the chain.

Writing a line to a file takes some microseconds and no waiting. What the program wrote is kept by the operating system
when the program is killed; the next one to start brings it into the chain. Each file is brought in one transaction that
names it, so none is brought twice, whenever the program is killed.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from db.audit.chain import append, written
from db.models.audit import audit_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

SUFFIX = ".journal"


class JournalError(OSError):
    """Entries cannot be written where the settings say."""


class Journal:
    """The file to which this program writes; others in the folder belong to other programs, or to those that ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting = 0
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._open()
        except OSError as error:
            raise JournalError(
                f"The audit cannot be written to {folder} ({error.strerror}): set NEXTGRAPH_AUDIT_DIR to a folder that "
                "you may write to, or NEXTGRAPH_AUDIT to off."
            ) from error

    def write(self, line: bytes) -> None:
        """Write an entry, a line of JSON; raise OSError where it is not written whole."""
        wrote = os.write(self._file, line)
        if wrote != len(line):
            # What is left of it is told from an entry by its end, which is no line's.
            os.write(self._file, b"\n")
            raise JournalError(f"Only {wrote} of {len(line)} bytes of an entry were written to {self._path}.")
        self.waiting += 1

    async def bring(self, pool: AsyncEngine) -> int:
        """Bring what was written, by this program and by those that ended, into the chain; return how much it was."""
        if self.waiting:
            ended, self.waiting = self._file, 0
            self._open()
            os.close(ended)
        brought = 0
        for path in self._ended():
            with _Taken(path) as lines:
                if lines is not None:
                    brought += await _brought(pool, path.name, lines)
                    path.unlink(missing_ok=True)
        return brought

    async def close(self, pool: AsyncEngine) -> None:
        """Bring everything into the chain and leave no file behind."""
        try:
            await self.bring(pool)
        finally:
            os.close(self._file)
            if not self.waiting:
                self._path.unlink(missing_ok=True)

    def _ended(self) -> list[Path]:
        return [path for path in sorted(self.folder.glob(f"*{SUFFIX}")) if path != self._path]

    def _open(self) -> None:
        self._path = self.folder / f"{os.getpid()}-{token_hex(8)}{SUFFIX}"
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)


class _Taken:
    """The content of a journal that no program writes to any more, or None; nobody else brings it meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, -1

    def __enter__(self) -> bytes | None:
        try:
            self._file = os.open(self._path, os.O_RDWR)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return None
        return self._path.read_bytes()

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)


async def _brought(pool: AsyncEngine, name: str, lines: bytes) -> int:
    async with pool.begin() as connection:
        # A program that was killed may have brought the file and not deleted it.
        if await connection.scalar(sa.select(sa.exists().where(audit_entries.c.journal == name))):
            return 0
        entries = list(_entries(lines))
        await append(connection, entries, name)
    return len(entries)


def _entries(lines: bytes) -> Iterator[str]:
    """Yield the entries of a journal; a line that was not written whole is an entry that says so."""
    for line in lines.splitlines():
        try:
            orjson.loads(line)
            yield line.decode()
        except (orjson.JSONDecodeError, UnicodeDecodeError):
            yield written({"what": "entry not written whole", "begins": line[:200].decode(errors="replace")})
