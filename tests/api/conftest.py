"""The whole application over the built-in dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.running import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    import sqlalchemy as sa


@pytest.fixture(scope="session")
def client(dataset_url: sa.URL) -> Iterator[httpx.Client]:
    with running(create_app(dataset_url, Settings())) as connected:
        yield connected
