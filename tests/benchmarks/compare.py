"""One run: see that all contenders answer alike, count their statements, then measure them in turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from statistics import median
from typing import TYPE_CHECKING

import orjson

from tests.benchmarks.load import BadAnswer, Sample, answers, measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.benchmarks.contenders import Contender
    from tests.benchmarks.data import Size
    from tests.benchmarks.queries import Query
    from tests.benchmarks.statements import Counter

CONNECTIONS = (1, 16)
VARIANTS = 500
CHECKED = 10


class Different(Exception):
    """Contenders answer one request differently, so that their speeds cannot be compared."""


@dataclass(frozen=True)
class Figures:
    """What is known of one contender, query and number of connections, as medians over the rounds."""

    query: str
    contender: str
    connections: int
    sample: Sample
    statements: int | None
    answer_bytes: int


@dataclass(frozen=True)
class Skipped:
    """A query that a contender does not answer, and why."""

    query: str
    contender: str
    reason: str


@dataclass(frozen=True)
class Runner:
    """A contender with the port on which it listens and the requests of one query."""

    contender: Contender
    port: int
    requests: Sequence[bytes]


async def compare(
    ports: Mapping[Contender, int],
    queries: Sequence[Query],
    size: Size,
    counter: Counter,
    *,
    rounds: int,
    seconds: float,
) -> tuple[list[Figures], list[Skipped]]:
    """Compare the contenders that listen on ``ports``."""
    figures: list[Figures] = []
    skipped: list[Skipped] = []
    for query in queries:
        lacking = [contender.name for contender in ports if query.name in contender.lacks]
        skipped += [Skipped(query.name, name, "It has no answer to this query.") for name in lacking]
        bodies, refused = await _asked(query, _runners(query, ports, size))
        skipped += refused
        _check(query, bodies)
        statements = {runner: await counter.count(runner.port, runner.requests[0]) for runner in bodies}
        if rounds > 1:
            for runner in bodies:
                # Servers open their connections and compile what runs often: none is measured before it has.
                await measure(runner.port, runner.requests, max(CONNECTIONS), seconds)
        for connections in CONNECTIONS:
            samples: dict[Runner, list[Sample]] = defaultdict(list)
            for _ in range(rounds):
                for runner in bodies:
                    samples[runner].append(await measure(runner.port, runner.requests, connections, seconds))
            for runner, found in samples.items():
                length = round(median(map(len, bodies[runner])))
                name = runner.contender.name
                figures.append(Figures(query.name, name, connections, _medians(found), statements[runner], length))
    return figures, skipped


def _runners(query: Query, ports: Mapping[Contender, int], size: Size) -> list[Runner]:
    values = query.values(size, VARIANTS)
    return [
        Runner(contender, port, tuple(contender.request(query, variables) for variables in values))
        for contender, port in ports.items()
        if query.name not in contender.lacks
    ]


async def _asked(query: Query, runners: Sequence[Runner]) -> tuple[dict[Runner, list[bytes]], list[Skipped]]:
    """Return the first answers of every contender, and which of them refuse the query."""
    bodies, refused = {}, []
    for runner in runners:
        try:
            bodies[runner] = await answers(runner.port, runner.requests[:CHECKED])
        except BadAnswer as error:
            refused.append(
                Skipped(query.name, runner.contender.name, str(error).partition("\r\n\r\n")[2] or str(error))
            )
    return bodies, refused


def _check(query: Query, bodies: Mapping[Runner, Sequence[bytes]]) -> None:
    """Raise Different unless every contender answers with the same data; what stands beside it is its own."""
    data = {
        runner.contender.name: [runner.contender.normal(query.name, orjson.loads(body)["data"]) for body in found]
        for runner, found in bodies.items()
    }
    (first, expected), *others = data.items()
    for name, found in others:
        if found != expected:
            raise Different(f"{query.name}: {first} and {name} answer differently.")


def _medians(samples: Sequence[Sample]) -> Sample:
    return Sample(*(median(getattr(sample, part.name) for sample in samples) for part in fields(Sample)))
