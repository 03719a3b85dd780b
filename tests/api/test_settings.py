"""Settings come from the environment, and are checked before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEXTGRAPH_{name.upper()}", raising=False)


def test_nothing_has_to_be_set() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.database_url, settings.data_dir) == ("127.0.0.1", 8000, None, None)


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTGRAPH_PORT", "9000")
    monkeypatch.setenv("NEXTGRAPH_DATA_DIR", "/data")
    monkeypatch.setenv("NEXTGRAPH_DATABASE_URL", "")
    assert Settings().port == 9000
    assert Settings().data_dir == Path("/data")
    assert Settings().database_url is None
    assert Settings(port=9001).port == 9001


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTGRAPH_DATABASE_URL", "postgresql://me:secret@host/facts")
    assert "secret" not in repr(Settings())


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("PORT", "70000"), ("POOL_SIZE", "0"), ("LIMIT_BODY", "-1")]
)
def test_an_unusable_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"NEXTGRAPH_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1
