"""``/rest/{operation}``: a kept query asked for by its name, with its variables as parameters of the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from graphql import (
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    get_operation_ast,
    is_input_object_type,
    is_list_type,
    parse,
    type_from_ast,
)
from starlette.responses import Response

from api.errors import JSON, Code, Refused
from api.files.endpoint import STATUS
from api.files.formats import accepted
from api.openapi import described
from api.persisted import identifier_of
from api.request import Asked
from api.watch import Watchman

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

    from api.files.endpoint import Files
    from api.graphql import GraphQLEndpoint
    from api.rate import Spending
    from api.reception import Reception
    from schema.sql import Executor

DOCUMENT = "documentId"
"""Says which document is meant where several have a query of the name; no variable."""
OF_FILES = ("table", "heads", "encoding")
"""Parameters that are no variables where a file is asked for."""
WORDS = {"true": True, "false": False}


class Rest:
    """Answers with what kept queries find."""

    def __init__(self, executor: Executor, reception: Reception, graphql: GraphQLEndpoint, files: Files) -> None:
        self._executor, self._reception, self._graphql, self._files = executor, reception, graphql, files
        self._described: tuple[Mapping[str, Sequence[str]], bytes] | None = None
        self._answering = Watchman(executor.limits.seconds)
        self._making = Watchman(executor.limits.file_seconds)
        # The operator hears at the start of names that several documents have.
        reception.persisted.operations()

    async def answer(self, request: Request) -> Response:
        """Answer one operation."""
        format_ = accepted(request.headers.get("accept"))

        async def read(request: Request) -> Asked:
            name = request.path_params["operation"]
            text = self._text(name, request.query_params.getlist(DOCUMENT))
            extra = OF_FILES if format_ else ()
            given = [each for each in request.query_params.multi_items() if each[0] != DOCUMENT]
            return Asked("", self._variables(text, name, given, extra), name, identifier_of(text))

        async def execute(request: Request, question: Asked, spending: Spending) -> Response:
            if format_:
                return await self._files.file(request, question, spending, format_)
            response = await self._graphql.executed(request, question, JSON, spending)
            return _whole(response)

        watchman = self._making if format_ else self._answering
        return await self._reception.receive(request, lambda: JSON, read, execute, watchman)

    async def openapi(self, request: Request) -> Response:
        """Describe all operations in OpenAPI 3.1."""
        known = self._reception.persisted.operations()
        if self._described is None or self._described[0] is not known:
            self._described = known, orjson.dumps(described(self._executor, known))
        return Response(self._described[1], media_type=JSON)

    def _text(self, name: str, wanted: Sequence[str]) -> str:
        texts = self._reception.persisted.operations().get(name, ())
        if not texts:
            message = f"The server keeps no query {name!r:.100}: /rest/openapi.json lists those that it keeps."
            raise Refused(404, Code.NOT_FOUND, message)
        found = [text for text in texts if not wanted or identifier_of(text) in wanted]
        which = ", ".join(map(identifier_of, texts))
        if not found:
            raise Refused(
                404, Code.DOCUMENT_NOT_FOUND, f"No kept document of that {DOCUMENT} has a query {name}: {which}."
            )
        if len(found) > 1:
            message = f"{len(texts)} kept documents have a query {name}: say with {DOCUMENT} which is meant, {which}."
            raise Refused(409, Code.CONFLICT, message)
        return found[0]

    def _variables(
        self, text: str, name: str, given: Sequence[tuple[str, str]], extra: Sequence[str]
    ) -> dict[str, Any]:
        operation = get_operation_ast(parse(text), name)
        definitions = (operation.variable_definitions if operation else None) or ()
        types = {each.variable.name.value: type_from_ast(self._executor.schema, each.type) for each in definitions}
        found: dict[str, Any] = {}
        for parameter, written in given:
            if parameter not in types:
                if parameter in extra:
                    continue
                known = f"it has {', '.join(types)}" if types else "it has none"
                raise Refused(400, Code.BAD_INPUT, f"{name} has no parameter {parameter!r:.100}: {known}.")
            type_: Any = types[parameter]
            if is_list_type(get_nullable_type(type_)):
                found.setdefault(parameter, []).append(_read(parameter, written, get_named_type(type_)))
            elif parameter in found:
                raise Refused(400, Code.BAD_INPUT, f"{parameter} is there twice, and {name} takes one.")
            elif written:
                # An empty value is how a form sends none.
                found[parameter] = _read(parameter, written, get_named_type(type_))
        return found


def _read(parameter: str, written: str, type_: Any) -> Any:
    """Return the value of a variable as its parameter writes it."""
    if is_input_object_type(type_) or (isinstance(type_, GraphQLScalarType) and type_.name == "JSON"):
        return _parsed(parameter, written, orjson.loads, "JSON")
    kinds: Mapping[str, tuple[Callable[[str], Any], str]] = {
        "Int": (int, "a whole number"),
        "Float": (float, "a number"),
        "Boolean": (WORDS.__getitem__, "true or false"),
    }
    if type_.name in kinds:
        return _parsed(parameter, written, *kinds[type_.name])
    return written


def _parsed(parameter: str, written: str, parse_: Callable[[str], Any], wanted: str) -> Any:
    try:
        return parse_(written)
    except (ValueError, KeyError):
        raise Refused(400, Code.BAD_INPUT, f"{parameter} is {written!r:.60}, and has to be {wanted}.") from None


def _whole(response: Response) -> Response:
    """Return an answer that has no errors; raise Refused for what is not whole."""
    if b'"errors":' not in response.body[:20] or response.status_code == 304:
        return response
    errors = orjson.loads(response.body)["errors"]
    first = errors[0]
    code = first["extensions"]["code"]
    details = {name: value for name, value in first["extensions"].items() if name not in ("code", "requestId")}
    raise Refused(STATUS.get(code, 400), Code[code], first["message"], details={**details, "errors": errors})
