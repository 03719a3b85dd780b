"""No text of a client becomes SQL: whatever it is, the statement stays the same and the answer is right."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import GraphQLError

from schema import contract
from tests.attacks.places import OTHERS, UNKNOWN, Place, filters, leaves
from tests.attacks.strings import is_text, literal, one
from tests.contract.answers import Recorded

if TYPE_CHECKING:
    from graphql import ExecutionResult

    from tests.contract.answers import Statements
    from tests.schema.oracle.world import World

SEED = 20260618
INPUTS = 10_000
HARMLESS = {"Date": "2031-03-07", "DateTime": "2031-03-07T08:09:10+09:00", "Decimal": "73190.46"}
CODES = frozenset({"BAD_INPUT", "BAD_CURSOR", None})


class Attack:
    """Sends texts to one place, and knows the statement that the place has."""

    def __init__(self, world: World, place: Place, random: Random) -> None:
        self._world, self._place, self._random = world, place, random
        self._kind = place.kind.strip("[]!")
        type_, column = place.column
        rows = world.fields.rows.of_type(type_)
        values = [row.get(column) for row in rows]
        found = [item for value in values for item in (value if isinstance(value, list) else [value])]
        self._stored = [value for value in found if isinstance(value, str)]
        self._statements: dict[Any, str] = {}
        if not place.never:
            harmless = HARMLESS.get(self._kind, "harmless-7f3a")
            self.send([harmless] if place.is_list else harmless, by_literal=False)
            assert not any("7f3a" in sql or "2031" in sql or "73190" in sql for sql in self._statements.values())

    def send_some(self, count: int) -> None:
        for number in range(count):
            texts = [one(self._random, self._kind, self._stored) for _ in range(self._random.choice((0, 1, 1, 2, 3)))]
            value = texts if self._place.is_list else one(self._random, self._kind, self._stored)
            self.send(value, by_literal=bool(number % 2))

    def send(self, value: Any, *, by_literal: bool) -> None:
        """Send a value, and see that it is refused as the client's fault, or answered by the place's statement."""
        place, given = self._place, value
        if place.made and self._is_taken(value):
            given = place.made(self._world, value)
        written = self._written(given) if by_literal else None
        result, sent = _ask(self._world, place.document(written), None if by_literal else {"value": given})
        if place.never or not self._is_taken(value):
            assert result.errors
            assert not sent
            _see_that_it_is_the_clients(result.errors)
            return
        codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
        assert codes <= place.remarks, (value, result.errors)
        ((sql, parameters),) = sent
        shape = place.shape(value)
        assert self._statements.setdefault(shape, sql) == sql, value
        if self._kind in ("String", "ID") and not place.made and shape is not UNKNOWN:
            assert given in parameters, value
        assert leaves(orjson.loads(orjson.dumps(result.data))) == place.answer(self._world, value), value

    def _written(self, value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(literal(self._random, item) for item in value)}]"
        return literal(self._random, value)

    def _is_taken(self, value: Any) -> bool:
        if not all(map(is_text, value if isinstance(value, list) else [value])):
            return False
        if self._kind not in HARMLESS:
            return True
        scalar: Any = self._world.schema.type_map[self._kind]
        try:
            for item in value if isinstance(value, list) else [value]:
                scalar.parse_value(item)
        except GraphQLError:
            return False
        return True


def _ask(world: World, text: str, variables: dict[str, Any] | None) -> tuple[ExecutionResult, Statements]:
    recorded, executor = Recorded(world.database), contract().executor
    result = world.runner.run(executor.execute(executor.document(text), recorded, variables, viewer=world.viewer))
    return result, recorded.statements


def _see_that_it_is_the_clients(errors: list[GraphQLError]) -> None:
    """A code of the planner, or none where graphql-core refused a document or a variable; and it can be sent.

    But for half of a surrogate pair, which a message may repeat, and which no request can bring.
    """
    for error in errors:
        assert error.original_error is None or isinstance(error.original_error, GraphQLError), error.original_error
        assert (error.extensions or {}).get("code") in CODES
        assert not is_text(error.message) or orjson.dumps(error.formatted)


@pytest.mark.parametrize("place", OTHERS, ids=lambda place: place.text[7:60])
def test_what_takes_a_text(armed: World, place: Place) -> None:
    Attack(armed, place, Random(place.text)).send_some(10)


def test_some_filters_of_lists(armed: World) -> None:
    random = Random(SEED)
    for place in random.sample(list(filters(armed)), 25):
        Attack(armed, place, random).send_some(6)


@pytest.mark.slow
def test_ten_thousand_texts(armed: World) -> None:
    """In every filter of every list, and wherever else a text may stand."""
    random, places = Random(SEED), [*filters(armed), *OTHERS]
    each = max(4, -(-INPUTS // len(places)))
    for place in places:
        Attack(armed, place, random).send_some(each)
