"""A program that starts and stops its application again and again keeps nothing of it."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.running import running

if TYPE_CHECKING:
    import sqlalchemy as sa

FIRST, MORE = 5, 50
LARGEST_GROWTH = 1.05


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_starts_and_stops_leave_nothing(dataset_url: sa.URL) -> None:
    """No open file, no thread, and no memory that grows."""

    def once() -> None:
        with running(create_app(dataset_url, Settings())) as client:
            assert client.post("/graphql", json={"query": "{ statutes { totalCount } }"}).status_code == 200

    def held() -> tuple[int, int]:
        gc.collect()
        return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208 (there are no paths to name)

    for _ in range(FIRST):
        once()
    before, memory = held(), psutil.Process().memory_info().rss
    for _ in range(MORE):
        once()
    assert held() == before
    assert psutil.Process().memory_info().rss < memory * LARGEST_GROWTH


@pytest.mark.slow
def test_requests_leave_nothing(dataset_url: sa.URL) -> None:
    """Documents that differ, errors and answers of all sizes: once what is kept is full, memory stays."""
    texts = [
        "{{ a{n}: statutes(first: {n}) {{ nodes {{ name }} }} }}",
        "{{ nothing{n} }}",
        "{{ a{n}: terms(first: -{n}) {{ __typename }} }}",
    ]
    with running(create_app(dataset_url, Settings(audit="off"))) as client:

        def ask(numbers: range) -> None:
            for n in numbers:
                for text in texts:
                    client.post("/graphql", json={"query": text.format(n=n % 900 + 1)})

        ask(range(1_000))
        gc.collect()
        memory = psutil.Process().memory_info().rss
        ask(range(1_000, 3_000))
        gc.collect()
        assert psutil.Process().memory_info().rss < memory * LARGEST_GROWTH
