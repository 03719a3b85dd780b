"""Whether the planner's answer is the oracle's."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLSchema, is_non_null_type

from tests.schema.oracle.made import Cursor

if TYPE_CHECKING:
    from graphql import ExecutionResult

    from tests.schema.oracle.answer import Answer
    from tests.schema.oracle.selection import Asked
    from tests.schema.oracle.walk import Error


@dataclass
class Agreement:
    """Compares answers, and remembers what each cursor that the planner gave out stands for."""

    schema: GraphQLSchema
    meanings: dict[str, set[Cursor]] = field(default_factory=lambda: defaultdict(set))
    cursors: dict[str, Cursor] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)

    def check(self, expected: Answer, asked: Asked, result: ExecutionResult) -> None:
        """Assert that data and errors are as expected."""
        query: Any = self.schema.query_type
        errors = [error_of(error) for error in result.errors or ()]
        refused = {
            path[0] for code, path in errors if len(path) == 1 and code in expected.instead.get(str(path[0]), ())
        }
        wanted = [error for error in expected.errors if error[1][0] not in refused]
        left = [error for error in errors if error[1][:1] not in {(key,) for key in refused}]
        data = expected.data
        roots = asked.fields(query, [asked.operation.selection_set])
        if any(is_non_null_type(query.fields[roots[key][0].name.value].type) for key in refused if key in roots):
            data = None
        if data is None:
            # What became of the other root fields, once the whole answer is null, is not promised.
            assert errors, "no errors"
            assert result.data is None
            assert set(left) <= set(wanted), (left, wanted)
            return
        assert sorted(left, key=repr) == sorted(wanted, key=repr)
        found = orjson.loads(orjson.dumps(result.data))
        self.same({key: None if key in refused else value for key, value in data.items()}, found, ())

    def same(self, expected: Any, found: Any, path: tuple[Any, ...]) -> None:
        """Assert that two answers are equal, and note what each cursor stands for."""
        if isinstance(expected, Cursor):
            self._same_cursor(expected, found, path)
        elif isinstance(expected, dict):
            assert isinstance(found, dict), path
            assert list(found) == list(expected), path
            for key, value in expected.items():
                self.same(value, found[key], (*path, key))
        elif isinstance(expected, list | tuple):
            assert isinstance(found, list), path
            assert len(found) == len(expected), path
            for position, (one, other) in enumerate(zip(expected, found, strict=True)):
                self.same(one, other, (*path, position))
        else:
            assert type(found) is type(expected), (path, expected, found)
            assert found == expected, path

    def _same_cursor(self, expected: Cursor, found: Any, path: tuple[Any, ...]) -> None:
        assert isinstance(found, str), path
        # Clients may not look inside; here it is seen that its release is in it, and that the last key is the row's id.
        parts = json.loads(urlsafe_b64decode(found))
        assert not isinstance(expected.id, str) or parts[-1] == expected.id, path
        assert parts[1] == expected.release, path
        self.meanings[found].add(expected)
        self.cursors[found] = expected
        self.met.append(found)

    def ambiguous(self) -> list[set[Cursor]]:
        """Return the meanings of every cursor that was given out for more than one row or ordering."""
        return [meanings for meanings in self.meanings.values() if len(meanings) > 1]


def error_of(error: Any) -> Error:
    """Return code and path of one of the planner's errors, which must be no fault of the server's own."""
    code = (error.extensions or {}).get("code")
    assert code, error
    return code, tuple(error.path or ())
