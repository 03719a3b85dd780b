"""A disk that is soon full."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Give a disk of its own, in memory; only root on Linux can have one."""
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("A small disk can be mounted by root on Linux only.")
    place.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(place))
    mounted = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"A small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)
