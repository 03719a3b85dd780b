"""``python -m api.import_worker``: one import, told on standard input and answered on standard output.

Reading a file is work for one processor core, on which a server could not answer anyone meanwhile; and whatever
becomes of the process, nothing is published that was not whole.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from db.connection import DatabaseUnavailable, engine, reachable
from db.importing.facts import Refusal
from db.importing.files import FileError
from db.importing.importer import Choices, ImportStopped, Outcome, Watcher, import_file
from db.importing.mapping import MappingError, read_mapping
from db.importing.priority import going_last
from db.importing.requests import KeyReused, answer_given, note_answer
from db.importing.stopping import DatabaseFailed
from db.releases import ReleaseError

SHOWN = 100
"""How many refusals, and how many texts that name nothing, are told one by one."""


@dataclass(frozen=True)
class Task:
    """What the server hands over; the address of the database is no argument of the command, which others may see."""

    url: str
    file: str
    mapping: str
    choices: dict[str, Any]
    key: str | None
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """What the server answers: a status, and a JSON text or what was refused."""

    status: int
    text: str = ""
    message: str = ""
    refusals: dict[str, Any] | None = None


def main() -> None:
    """Do the one import."""
    with going_last():
        task = Task(**orjson.loads(sys.stdin.buffer.read()))
        sys.stdout.buffer.write(orjson.dumps(asyncio.run(answered(task))))


async def answered(task: Task) -> Answer:
    """Import a file, and turn what can be foreseen to go wrong into an answer."""
    refusals, unmatched = _Few(), _Few()
    url = sa.make_url(task.url)
    try:
        with reachable(url):
            return Answer(200, await _imported(url, task, refusals, unmatched))
    except KeyReused:
        return Answer(409)
    except DatabaseFailed:
        return Answer(503)
    except (FileError, ImportStopped, MappingError, ReleaseError) as error:
        # The sentences of files come without the full stop.
        message = str(error).removesuffix(".") + "."
        return Answer(422, message=message, refusals=refusals.told())
    except DatabaseUnavailable:
        return Answer(503)
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            return Answer(503)
        raise


async def _imported(url: sa.URL, task: Task, refusals: _Few, unmatched: _Few) -> str:
    choices, read = Choices(**task.choices), read_mapping(Path(task.mapping))
    async with engine(url) as pool, pool.begin() as connection:
        if task.key and (given := await answer_given(connection, task.key, task.fingerprint)):
            return given
        watcher = Watcher(refused=refusals.add, unmatched=unmatched.add)
        outcome = await import_file(connection, Path(task.file), read, choices, watcher)
        text = orjson.dumps({**shown(outcome, choices), "unmatched": unmatched.told()}).decode()
        if task.key:
            await note_answer(connection, task.key, task.fingerprint, text)
        return text


def shown(outcome: Outcome, choices: Choices) -> dict[str, Any]:
    """Return what came of an import, with the same parts as the terminal shows."""
    release = outcome.release
    return {
        "release": {"number": release.number, "title": release.title} if release else None,
        "dryRun": choices.dry_run,
        "known": outcome.known,
        "rows": outcome.rows,
        "withoutFacts": outcome.without_facts,
        "difference": {
            str(name): {
                "added": each.added,
                "changed": each.changed,
                "removed": each.removed,
                "unchanged": each.unchanged,
                "firstAdded": each.first_added,
                "firstChanged": [
                    {"id": one.id, "field": one.field, "before": _text(one.before), "after": _text(one.after)}
                    for one in each.first_changed
                ],
                "firstRemoved": each.first_removed,
            }
            for name, each in outcome.difference.items()
        },
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.name if isinstance(value, Enum) else str(value)


class _Few:
    """Keeps the first of what is told of a file, and counts all."""

    def __init__(self) -> None:
        self._first: list[dict[str, Any]] = []
        self._total = 0

    def add(self, refusal: Refusal) -> None:
        self._total += 1
        if len(self._first) < SHOWN:
            self._first.append(asdict(refusal))

    def told(self) -> dict[str, Any]:
        return {"total": self._total, "first": self._first}


if __name__ == "__main__":
    main()
