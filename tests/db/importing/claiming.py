"""Made-up publishers who say different things of the same projects, and a desk at which they hand in their files."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.connection import engine
from db.importing.importer import Choices, Watcher, import_file
from db.importing.mapping import read_mapping

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

    from db.importing.facts import Refusal
    from db.importing.importer import Outcome
    from db.importing.mapping import Read

OWNER = """
dataset = "own"
title = "사업 목록"
[document]
title = "사업 목록"
standing = "OFFICIAL"
published_on = 2026-01-01
[[facts]]
type = "Project"
key = "{번호}"
[facts.values]
fiscal_year = 2026
number = { column = "번호" }
name = { column = "이름" }
committee = { column = "전문위" }
ministry_id = "ministry:msit"
"""
"""The dataset that the projects are of; competent for them is 과학기술정보통신부, which has not published it."""

CLAIMANT = """
dataset = "{dataset}"
title = "{dataset}의 주장"
[document]
title = "{dataset}의 문서"
standing = "OFFICIAL"
{document}
[[claims]]
name = "said"
certainty = "{certainty}"
subject = {{ find = "Project", match = {{ number = {{ column = "번호" }} }} }}
[claims.values]
name = {{ column = "이름" }}
committee = {{ column = "전문위" }}
"""


@dataclass(frozen=True)
class Claimant:
    """A publisher of claims: by which of these its document goes before others, the rule says."""

    dataset: str
    publisher: str | None = None
    published_on: str | None = None
    certainty: str = "CLEAR"

    @property
    def mapping(self) -> str:
        """The mapping of its files, which have the columns of the projects."""
        lines = [] if self.publisher is None else [f'publisher = "{self.publisher}"']
        lines += [] if self.published_on is None else [f"published_on = {self.published_on}"]
        return CLAIMANT.format(dataset=self.dataset, certainty=self.certainty, document="\n".join(lines))


COMPETENT = Claimant("competent", publisher="과학기술정보통신부", published_on="2025-01-01", certainty="PROBABLE")
NEWER = Claimant("newer", publisher="기획예산처", published_on="2026-06-01")
OLDER = Claimant("older", published_on="2025-06-01")
UNSURE = Claimant("unsure", published_on="2026-09-01", certainty="AMBIGUOUS")

HEAD = "번호,이름,전문위"
Row = tuple[str, str, str]


class Desk:
    """Imports files made of rows, and looks at what came of it.

    Each import has an engine of its own, as one by the command has; the rest has one too, unless one is given for it.
    """

    def __init__(self, url: sa.URL, folder: Path, pool: AsyncEngine | None = None) -> None:
        self.url, self._folder, self._pool = url, folder, pool
        self.refusals: list[Refusal] = []
        self.unmatched: list[Refusal] = []

    def read(self, mapping: str) -> Read:
        path = self._folder / "mapping.toml"
        path.write_text(mapping, "utf-8")
        return read_mapping(path)

    async def bring(
        self,
        mapping: str | Claimant,
        *rows: Sequence[str],
        head: str = HEAD,
        choices: Choices | None = None,
        agrees: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        """Import a file of these rows."""
        file = self._folder / "file.csv"
        file.write_text("\n".join([head, *(",".join(row) for row in rows)]), "utf-8")
        text = mapping.mapping if isinstance(mapping, Claimant) else mapping
        watcher = Watcher(self.refusals.append, agrees=agrees, unmatched=self.unmatched.append)
        async with engine(self.url) as pool:
            return await import_file(pool, file, self.read(text), choices or Choices(), watcher)

    @asynccontextmanager
    async def pool(self) -> AsyncIterator[AsyncEngine]:
        if self._pool is not None:
            yield self._pool
        else:
            async with engine(self.url) as pool:
                yield pool

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.pool() as pool, pool.connect() as connection:
            return [tuple(found) for found in await connection.execute(sa.text(sql))]

    async def value(self, column: str = "name", number: str = "1") -> Any:
        """Return what a project holds in one of its columns."""
        ((found,),) = await self.rows(f"SELECT {column} FROM projects WHERE id = 'project:own/{number}'")
        return found

    async def claimed(self, attribute: str = "name") -> list[tuple[str, str]]:
        """Return the claims about an attribute: each one's dataset and kind, and its value."""
        found = await self.rows(
            "SELECT regexp_replace(id, '^claim:|[0-9a-f]{20}$', '', 'g'), value FROM claims "
            f"WHERE subject_id LIKE 'project:own/%' AND attribute = '{attribute}' ORDER BY 1"
        )
        return [(str(name), str(value)) for name, value in found]

    async def newest(self) -> int:
        return int((await self.rows("SELECT max(number) FROM releases"))[0][0])
