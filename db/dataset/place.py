"""Where in the dataset something stands, so that an error can say it."""

from __future__ import annotations

from dataclasses import dataclass


class DatasetError(ValueError):
    """The dataset breaks one of its conventions."""


@dataclass(frozen=True)
class Place:
    """An entry of a file: its table and its identifier, or its position where it has none."""

    file: str
    table: str
    entry: str

    def error(self, key: str, sentence: str) -> DatasetError:
        """Return the error that names this place and ``key``."""
        return DatasetError(f"{self.file}: [[{self.table}]] {self.entry}: {key}: {sentence}")
