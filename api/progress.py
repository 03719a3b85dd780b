"""How many rows there are until now, as the person at the terminal sees it: a bar, and a line that sums it up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable


class RowCount:
    """Counts the rows of a file: a bar on a terminal while they come, and one line everywhere when they are done."""

    def __init__(self, done: str, refused: Callable[[], int] = lambda: 0) -> None:
        self._done, self._refused, self._began, self._rows = done, refused, time.monotonic(), 0
        console = Console(stderr=True)
        columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=None)

    def told(self, rows: int, share: float | None = None) -> None:
        """Show how many rows there are, and how much of the file that is, where it is known."""
        self._rows = rows
        self._bar.start()
        total = None if share is None else 1
        self._bar.update(self._task, description=self._summary(), total=total, completed=share or 0)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def end(self) -> None:
        """Take the bar away and sum up, once."""
        self.stop()
        if self._rows:
            typer.echo(f"{self._done} {self._summary()} in {time.monotonic() - self._began:.1f} s", err=True)
            self._rows = 0

    def _summary(self) -> str:
        rate = self._rows / max(time.monotonic() - self._began, 1e-9)
        refused = f", {self._refused():,} refused" if self._refused() else ""
        return f"{self._rows:,} rows, {rate:,.0f} rows/s{refused}"
