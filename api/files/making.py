"""Making a file of an answer: pages come in, bytes go out, and what is wrong is said before or instead of the file."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import get_operation_ast, parse
from graphql.execution import get_variable_values

from api.files.formats import FORMATS, Format
from api.files.sources import Subjects, sources
from api.files.tables import Tables
from api.files.walking import Unanswerable, Walk
from api.files.writing import Info, Question
from schema.selected import Selecting
from schema.sql.documents import fragments_of
from schema.sql.errors import BadInput, LimitExceeded
from schema.sql.meter import check_inputs

if TYPE_CHECKING:
    from api.files.tables import Table
    from api.files.walking import Ahead, Ask
    from api.files.writing import Writer
    from schema.sql import Executor

CHUNK = 2**18
WHOLE = "whole"
NOWHERE = Path(os.devnull)
"""The folder of a file that is sent as it grows, which needs none."""
FEWER = "ask for fewer rows, by where or first"
SLICE = 25
"""How many rows are written at once."""
ENCODINGS = ("utf-8", "cp949")
HEADS = ("ko", "names")


@dataclass(frozen=True)
class Wanted:
    """How a file is wanted; what is not said is left to the format."""

    format: Format
    table: str | None = None
    heads: str | None = None
    encoding: str | None = None

    @classmethod
    def read(cls, format_: Format, given: Mapping[str, str]) -> Wanted:
        """Read what is said by name; raise BadInput for what cannot be meant."""
        encoding, heads = (given.get("encoding") or "").lower() or None, given.get("heads") or None
        _one_of("encoding", encoding, ENCODINGS)
        _one_of("heads", heads, HEADS)
        if encoding and format_ is not FORMATS["csv"]:
            raise BadInput(f"encoding is for csv alone: {format_.name} is UTF-8.")
        if heads and format_ not in (FORMATS["csv"], FORMATS["xlsx"]):
            raise BadInput(f"heads is for csv and xlsx: {format_.name} has the names of the contract.")
        table = given.get("table") or None
        if table and not format_.holds_one:
            raise BadInput(f"table is for formats that hold one table: {format_.name} holds all of them.")
        return cls(format_, table, heads, encoding)


def _one_of(name: str, given: str | None, known: tuple[str, ...]) -> None:
    if given is not None and given not in known:
        raise BadInput(f"{name} is {given!r:.60}; it can be {' or '.join(known)}.")


class Making:
    """One file to be made of one operation, which has been found to be valid."""

    def __init__(
        self,
        executor: Executor,
        query: str,
        operation_name: str | None,
        variables: Mapping[str, Any],
        wanted: Wanted,
        ask: Ask,
        afford: Callable[[int], Awaitable[None]],
    ) -> None:
        ast = parse(query)
        operation = get_operation_ast(ast, operation_name)
        if operation is None:
            raise BadInput("The document has several operations, or none of that name: name one.")
        check_inputs(variables, executor.limits)
        coerced = get_variable_values(executor.schema, operation.variable_definitions or (), dict(variables))
        if isinstance(coerced, list):
            raise Unanswerable(coerced)
        selecting = Selecting(executor.schema, operation, fragments_of(ast), variables)
        self.roots = selecting.roots()
        _refuse_introspection(list(self.roots))
        tables = Tables(self.roots)
        heads = wanted.heads or ("ko" if wanted.format.korean else "names")
        self.question = Question(
            query,
            variables,
            self.roots,
            tables,
            _chosen(tables, wanted),
            heads == "ko",
            wanted.encoding or "utf-8",
        )
        self.wanted, self._limits = wanted, executor.limits
        self._executor, self._ask, self._afford = executor, ask, afford
        self.walk = Walk(selecting, self.roots, ask, executor.limits.answer_bytes, self._look_ahead)

    @property
    def streams(self) -> bool:
        """Whether bytes come while pages are asked for."""
        return self.wanted.format.writer.streams and self.question.encoding == "utf-8"

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of the file; of one that does not stream the first come when it is whole."""
        if self.streams:
            async with aclosing(self._written(NOWHERE)) as written:
                async for part in written:
                    yield part
            return
        with tempfile.TemporaryDirectory(prefix="nextgraph-file-") as name:
            folder = Path(name)
            async with aclosing(self._written(folder)) as written:
                # Where nothing grows in the folder by itself, what is written is put there.
                with (folder / WHOLE).open("wb") as whole:
                    async for part in written:
                        whole.write(part)
            made = _made(folder)
            with made.open("rb") as file:
                while part := await asyncio.to_thread(file.read, CHUNK):
                    yield part

    async def _look_ahead(self, ahead: Sequence[Ahead]) -> None:
        """Refuse before its first byte a file that can be known to come to no end."""
        rows = sum(each.rows for each in ahead)
        if rows > self._limits.file_rows:
            advice = f"{FEWER}, or have the operator raise NEXTGRAPH_LIMIT_FILE_ROWS"
            raise LimitExceeded.of("file_rows", self._limits.file_rows, rows, advice)
        most = self.wanted.format.writer.most_rows
        for each in ahead:
            if most is not None and each.rows > most:
                raise BadInput(
                    f"A sheet of {self.wanted.format.name} has room for {most:,} rows, and {each.root.key} has "
                    f"{each.rows:,}: choose another format, such as csv."
                )
        points = self._executor.points
        await self._afford(
            sum(points(self._executor.document(each.text), each.variables) * each.pages for each in ahead)
        )

    async def _written(self, folder: Path) -> AsyncGenerator[bytes, None]:
        writer = self.wanted.format.writer(self.question, folder)
        finished = False
        beside: dict[str, Any] = {}
        subjects = Subjects(self.walk.is_node)
        try:
            waiting = writer.begin()
            async with aclosing(self.walk.pieces()) as pieces:
                async for key, piece in pieces:
                    beside.setdefault(key, piece)
                    found = [await _in_thread(self._add, writer, subjects, key, part) for part in _slices(piece)]
                    self._check(folder)
                    if any(found):
                        yield b"".join((waiting, *found))
                        waiting = b""
            seen = self.walk.seen
            documents = await sources(self._executor.schema, self._ask, subjects, self._limits.items)
            info = Info(seen.release, seen.redactions, documents, self.question.tables.beside(beside))
            yield waiting + await _in_thread(writer.end, info)
            self._check(folder)
            finished = True
        finally:
            if not finished:
                # What kept the file from being written may keep it from being closed in order.
                with suppress(OSError):
                    writer.abandon()

    def _add(self, writer: Writer, subjects: Subjects, key: str, part: Any) -> bytes:
        if writer.tells_sources:
            subjects.collect(self.roots[key], part, self.walk.release_of(self.roots[key]))
        return writer.add(key, part)

    def _check(self, folder: Path) -> None:
        rows = self.question.tables.count
        if rows > self._limits.file_rows:
            raise LimitExceeded.of("file_rows", self._limits.file_rows, rows, FEWER)
        if not self.streams:
            size = sum(path.stat().st_size for path in folder.iterdir())
            if size > self._limits.file_bytes:
                raise LimitExceeded.of("file_bytes", self._limits.file_bytes, size)


def _slices(piece: Any) -> Iterator[Any]:
    """Yield a piece a few rows at a time; all else comes with the first of them.

    The thread that writes a slice then rests for as long as it takes to give it the next one. One that writes a whole
    page lets go of the interpreter every few milliseconds only, and a request of others waits for that several times.
    """
    if not isinstance(piece, dict):
        yield piece
        return
    long = {key: rows for key, rows in piece.items() if isinstance(rows, list) and len(rows) > SLICE}
    yield {**piece, **{key: rows[:SLICE] for key, rows in long.items()}}
    for key, rows in long.items():
        for at in range(SLICE, len(rows), SLICE):
            yield {key: rows[at : at + SLICE]}


def _made(folder: Path) -> Path:
    """Return the file that a writer has made, or the one to which its parts were written."""
    return next(folder.glob("answer.*"), folder / WHOLE)


async def _in_thread(work: Callable[..., bytes], *arguments: Any) -> bytes:
    """Do work in a thread, and wait for its end even if nobody wants it any more: what it uses is closed after it."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
    finally:
        # An error of the task and this frame would hold each other, and with them whatever is open in the thread.
        del task


def _chosen(tables: Tables, wanted: Wanted) -> Table:
    """Return the table that a file with one holds; raise BadInput where it is not clear which."""
    names = ", ".join(table.name for table in tables.all)
    if wanted.table is not None:
        found = tables.named(wanted.table)
        if found is None:
            raise BadInput(f"There is no table {wanted.table!r:.100} in the answer: it has {names}.")
        return found
    if len(tables.lists) > 1 and wanted.format.holds_one:
        raise BadInput(
            f"The answer has several tables, and {wanted.format.name} holds one: say which with table ({names}), or "
            "take xlsx."
        )
    return tables.lists[0] if tables.lists else tables.answer


def _refuse_introspection(roots: list[str]) -> None:
    if not roots:
        raise BadInput("Nothing is selected.")
