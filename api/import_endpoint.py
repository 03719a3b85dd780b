"""Importing over HTTP: a file is taken whole, then imported by a process beside the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

import api
from api.credentials import not_granted, unknown
from api.errors import JSON, RETRY_SECONDS, Code, Refused, refusal
from api.import_request import spooled, wanted
from api.import_worker import Answer, Task
from api.told import Told
from db.connection import DatabaseUnavailable
from db.importing.mapping import MappingError, known_datasets, read_mapping
from db.viewers import Scope

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.requests import Request

    from api.credentials import Credentials
    from api.import_request import Wanted
    from api.settings import Settings
    from db.viewers import Viewer

MOST_AT_ONCE = 4
"""How many files are taken or waiting at once, one of them being imported; each takes room on the disk."""
WAIT_SECONDS = "30"
CODES = {409: Code.CONFLICT, 422: Code.IMPORT_REFUSED, 503: Code.DATABASE_UNAVAILABLE}
NOBODY = "Importing needs a key or token with the scope PUBLISH: ask the operator of the server for one."
NOT_GRANTED = "Importing needs the scope PUBLISH for an organization, which this key or token does not have."


class ImportEndpoint:
    """Takes files, a few at once, and imports them one after another."""

    def __init__(self, url: sa.URL, settings: Settings, credentials: Credentials) -> None:
        self._url, self._settings, self._credentials = url, settings, credentials
        self._turn = asyncio.Lock()
        self._at_once = 0

    async def answer(self, request: Request) -> Response:
        """Import the body of a request; what is refused before it is read whole ends the connection."""
        request.state.told = Told("import", operation=request.path_params["dataset"])
        try:
            return await self._imported(request)
        except Refused as refused:
            return refusal(request, refused)
        except DatabaseUnavailable:
            return refusal(request, Refused(503, Code.DATABASE_UNAVAILABLE, headers={"Retry-After": RETRY_SECONDS}))

    async def _imported(self, request: Request) -> Response:
        organization = _publishing(await self._credentials.viewer(request))
        path = self._mapping(request.path_params["dataset"])
        try:
            read = read_mapping(path)
        except MappingError as error:
            raise Refused(422, Code.IMPORT_REFUSED, str(error)) from None
        if (name := read.mapping.dataset) != path.stem:
            raise Refused(422, Code.IMPORT_REFUSED, f"{path.name} maps the dataset {name}: call it {name}.toml.")
        want = wanted(request, path.stem, read.mapping.file, organization)
        if self._at_once == MOST_AT_ONCE:
            raise Refused(503, Code.BUSY, headers={"Retry-After": WAIT_SECONDS})
        self._at_once += 1
        try:
            async with spooled(request, want.name, self._settings.import_limit) as (file, digest), self._turn:
                answer = await self._worked(self._task(want, path, file, digest))
        finally:
            self._at_once -= 1
        if answer.status == 200:
            return Response(answer.text, media_type=f"{JSON}; charset=utf-8")
        headers = {"Retry-After": RETRY_SECONDS} if answer.status == 503 else None
        details = {"refusals": answer.refusals} if answer.refusals else None
        raise Refused(answer.status, CODES[answer.status], answer.message or None, headers, details)

    def _mapping(self, dataset: str) -> Path:
        known = known_datasets(self._settings.mappings_dir)
        if dataset not in known:
            message = f"There is no dataset {dataset!r}; known are {', '.join(known)}."
            raise Refused(404, Code.NOT_FOUND, message)
        return known[dataset]

    def _task(self, want: Wanted, mapping: Path, file: Path, digest: str) -> Task:
        url = self._url.render_as_string(hide_password=False)
        return Task(url, str(file), str(mapping), asdict(want.choices), want.key, want.fingerprint(digest))

    async def _worked(self, task: Task) -> Answer:
        """Have a process do the work; at a stop of the server it is ended, and nothing is published."""
        # The modules that this process runs, wherever it was started.
        home = str(Path(api.__file__).parents[1])
        paths = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(  # noqa: ASYNC220 (it starts in a millisecond, and is waited for in a thread)
            [sys.executable, "-P", "-m", "api.import_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            # A Ctrl-C at the terminal is for the server, which lets what runs come to its end.
            start_new_session=True,
        )
        try:
            output, _ = await asyncio.to_thread(process.communicate, orjson.dumps(task))
        finally:
            if process.poll() is None:
                process.terminate()
        if process.returncode:
            raise RuntimeError(f"The process of an import ended with {process.returncode}; its error stands above.")
        return Answer(**orjson.loads(output))


def _publishing(viewer: Viewer) -> str:
    """Return the organization whose facts a viewer may publish."""
    if viewer.name is None:
        raise unknown(NOBODY)
    if viewer.organization is None or Scope.PUBLISH not in viewer.scopes:
        raise not_granted(Scope.PUBLISH, NOT_GRANTED)
    return viewer.organization
