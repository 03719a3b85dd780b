"""Building the explorer with the package: only when something changed, and never in the way of the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from api.explorer import hatch_build
from tests.explorer.conftest import SOURCES

if TYPE_CHECKING:
    from pathlib import Path


class Told:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources, which were never built."""
    for name in ("src", "questions"):
        shutil.copytree(SOURCES / name, tmp_path / name)
    for name in ("package.json", "package-lock.json", ".npmrc", "vite.config.js", "index.html"):
        shutil.copy(SOURCES / name, tmp_path)
    monkeypatch.setattr(hatch_build, "HERE", tmp_path)
    monkeypatch.setattr(hatch_build, "STATIC", tmp_path / "static")
    monkeypatch.setattr(hatch_build, "STAMP", tmp_path / "static" / "sources.sha256")
    monkeypatch.setattr(hatch_build, "INSTALLED", tmp_path / "node_modules" / ".package-lock.json")
    return tmp_path


def hook(told: Told) -> Any:
    return hatch_build.ExplorerHook(".", {}, None, None, ".", "wheel", told)  # type: ignore[arg-type]


def programs(folder: Path, npm: str) -> str:
    """Make a folder with a Node that is new enough, and an npm that does what it is told here."""
    folder.mkdir()
    for name, script in (("node", "echo v24.0.0"), ("npm", npm)):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_it_is_built_once_for_the_same_sources(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(sources / "bin", "echo $@ >> asked; mkdir -p static"))
    told = Told()
    for _ in range(2):
        hook(told).initialize("editable", {})
    assert (sources / "asked").read_text().count("run build") == 1
    question = sources / "questions" / "timeline.graphql"
    question.write_text(question.read_text("utf-8") + "\n", "utf-8")
    hook(told).initialize("editable", {})
    assert (sources / "asked").read_text().count("run build") == 2
    assert told.warnings == []


def test_a_package_is_made_where_npm_fails(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(sources / "bin", "echo no network >&2; exit 1"))
    told = Told()
    hook(told).initialize("standard", {})
    assert told.warnings == ["The explorer was not built: no network"]
    assert not (sources / "static").exists()


def test_node_is_asked_for_only_where_it_is_missing(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(sources / "bin", "true"))
    assert hook(Told()).dependencies() == []
    monkeypatch.setenv("PATH", str(sources))
    assert hook(Told()).dependencies() == [hatch_build.NODE]


def test_an_old_node_is_none(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(sources / "bin", "true"))
    (sources / "bin" / "node").write_text("#!/bin/sh\necho v18.20.4\n")
    assert hook(Told()).dependencies() == [hatch_build.NODE]


def test_the_lock_names_no_address() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    assert "resolved" not in json.dumps(lock)
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.mark.slow
def test_the_wheel_carries_it(tmp_path: Path) -> None:
    """The page and its licences are in the wheel; what they are built from is not."""
    root = SOURCES.parents[1]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if "was not built" in done.stderr + done.stdout:
        pytest.skip("the explorer cannot be built here")
    (wheel,) = tmp_path.glob("*.whl")
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = [name for name in names if name.startswith("api/explorer/")]
    assert {"api/explorer/static/index.html", "api/explorer/static/THIRD-PARTY.md"} <= set(ours)
    assert [name for name in ours if "/static/" not in name] == ["api/explorer/__init__.py"]
