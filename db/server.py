"""A private PostgreSQL server: it lives in a data directory and runs while a program uses it.

Three locks in the data directory decide everything. The kernel drops a lock when its holder dies, in whatever way, so
there is no list of users to repair: the programs that use the server share ``users.lock``; the one that is starting or
stopping it holds ``start.lock``; and PostgreSQL's own processes, which inherit it, hold ``server.lock``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from db.binaries import DatabaseUnavailable, Programs, find_programs, new_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

if sys.platform != "win32":
    import fcntl

DATABASE = "nextgraph"
# Nothing listens on TCP: the number only names the socket's file.
PORT = 5432
# With less of either, an import of a million rows waits for the disk amid writing them.
ROOM = {"shared_buffers": "256MB", "max_wal_size": "2GB"}
SETTINGS = {"listen_addresses": "", "jit": "off", "max_connections": "100", **ROOM}
# In C no Korean letter counts as a letter, so that pg_trgm and regular expressions would skip it.
CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "C")
START_SECONDS = 120
# A socket's path has at most 103 bytes on macOS and 107 on Linux; its file's name takes 14 of them.
LONGEST_SOCKET_FOLDER = 85


@contextmanager
def private_server(data_dir: Path, options: Mapping[str, str] = MappingProxyType({})) -> Iterator[sa.URL]:
    """Run the server in ``data_dir``, or join those who use it already; the last one out stops it."""
    if os.name == "nt":
        raise DatabaseUnavailable(
            "The private PostgreSQL server does not run on Windows: "
            "set NEXTGRAPH_DATABASE_URL to a PostgreSQL server, or use WSL."
        )
    data_dir = data_dir.absolute()
    with _lock_file(data_dir, "users.lock") as users:
        with _turn(data_dir):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster = Cluster(data_dir, find_programs(data_dir))
            cluster.create()
        try:
            with _turn(data_dir):
                folder = cluster.start(options)
            query = {"host": str(folder), "port": str(PORT)}
            yield sa.URL.create("postgresql+asyncpg", username=DATABASE, database=DATABASE, query=query)
        finally:
            with _turn(data_dir):
                if _seized(users):
                    cluster.stop()


@dataclass(frozen=True)
class Cluster:
    """The server's files in ``data_dir`` and the programs that work on them; every method wants ``start.lock``."""

    data_dir: Path
    programs: Programs

    @property
    def files(self) -> Path:
        return self.data_dir / "postgres"

    def create(self) -> None:
        """Make the cluster and its database, unless they are there."""
        for leftover in self.data_dir.glob("new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if self.files.exists():
            return
        new = new_folder(self.data_dir)
        self.programs.own(new)
        fixed = ("--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=reject", f"--username={DATABASE}")
        for character_type in CHARACTER_TYPES:
            made = self.programs.run("initdb", f"--pgdata={new}", *fixed, f"--lc-ctype={character_type}")
            if made.returncode == 0:
                break
        else:
            raise DatabaseUnavailable(f"initdb cannot make a database in {self.data_dir}: {made.stdout.strip()}")
        alone = ("--single", "-D", str(new), "-c", "exit_on_error=true", "postgres")
        made = self.programs.run("postgres", *alone, script=f"CREATE DATABASE {DATABASE}\n")
        if made.returncode != 0:
            raise DatabaseUnavailable(f"PostgreSQL cannot work in {self.data_dir}: {made.stdout.strip()}")
        new.rename(self.files)
        _sync(self.data_dir)

    def start(self, options: Mapping[str, str]) -> Path:
        """Start the server unless it runs, wait until it answers, and return its socket's folder."""
        deadline = time.monotonic() + START_SECONDS
        while (folder := self._answering()) is None:
            with _lock_file(self.data_dir, "server.lock") as held:
                if _seized(held):
                    self._launch(held, options)
            if time.monotonic() > deadline:
                raise self._failure()
            time.sleep(0.02)
        return folder

    def stop(self) -> None:
        """Stop the server if any of its processes is alive."""
        folder = self._answering()
        with _lock_file(self.data_dir, "server.lock") as held:
            if not _seized(held):
                self._pg_ctl("stop", "-m", "fast")
        if folder:
            with suppress(OSError):
                folder.rmdir()

    def _launch(self, held: IO[bytes], options: Mapping[str, str]) -> None:
        # A server that was killed leaves these files. None of its processes is alive, or it would hold the lock; but
        # the number in them may by now belong to another program, or still to the dead process that nobody has waited
        # for, and PostgreSQL would refuse to start because of it.
        sockets = self._socket_folder()
        for leftover in (self.files / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):
            leftover.unlink(missing_ok=True)
        settings = {**SETTINGS, **options}
        switches = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        switches += ["-k", str(sockets), "-p", str(PORT)]
        if self._pg_ctl("start", "-o", shlex.join(switches), holding=held.fileno()) != 0:
            raise self._failure()

    def _pg_ctl(self, action: str, *arguments: str, holding: int = 0) -> int:
        with _private_file(self._log) as log:
            how = ("-D", str(self.files), "-s", "-w", "-t", str(START_SECONDS))
            return self.programs.run("pg_ctl", action, *how, *arguments, output=log, holding=holding).returncode

    def _socket_folder(self) -> Path:
        folder = self.data_dir / "run"
        # Commas and the like mean something to PostgreSQL and to its clients.
        plain = re.fullmatch(r"[\w./ -]+", str(folder))
        if plain and len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            folder.mkdir(exist_ok=True)
        else:
            folder = Path(tempfile.mkdtemp(prefix="nextgraph-", dir="/tmp"))
        self.programs.own(folder)
        return folder

    def _answering(self) -> Path | None:
        """Return the socket's folder if a server that is ready listens there."""
        try:
            lines = (self.files / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(f"{lines[4]}/.s.PGSQL.{PORT}")
            return Path(lines[4])
        return None

    @property
    def _log(self) -> Path:
        return self.data_dir / "postgres.log"

    def _failure(self) -> DatabaseUnavailable:
        last_lines = self._log.read_text(errors="replace").splitlines()[-8:]
        return DatabaseUnavailable("\n".join([f"PostgreSQL does not start; the end of {self._log}:", *last_lines]))


@contextmanager
def _turn(data_dir: Path) -> Iterator[None]:
    """Hold ``start.lock``: one program at a time starts or stops the server."""
    with _lock_file(data_dir, "start.lock") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _seized(lock: IO[bytes]) -> bool:
    """Take the lock for oneself if nobody else holds it.

    These are flock's locks: unlike lockf's, they also hold between two users in one program, and can be inherited.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(data_dir: Path, name: str) -> IO[bytes]:
    try:
        with suppress(FileExistsError):
            data_dir.mkdir(parents=True)
            # The user who runs PostgreSQL for root passes through this folder.
            data_dir.chmod(0o700 if os.geteuid() else 0o711)
        return _private_file(data_dir / name)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The data directory {data_dir} cannot be used ({error.strerror}): "
            "set NEXTGRAPH_DATA_DIR to a folder that you may write to."
        ) from error


def _private_file(path: Path) -> IO[bytes]:
    return open(path, "ab", opener=partial(os.open, mode=0o600))


def _sync(folder: Path) -> None:
    """Make a renaming in the folder outlast a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
