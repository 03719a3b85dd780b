"""One run: see that all contenders answer alike, count their statements, then measure them in turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson

from tests.benchmarks.load import Sample, answers, measure
from tests.benchmarks.queries import QUERIES
from tests.benchmarks.servers import CONTENDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.benchmarks.data import Size
    from tests.benchmarks.queries import Query
    from tests.benchmarks.servers import Contender
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


async def compare(
    ports: Mapping[str, int], size: Size, counter: Counter, *, rounds: int, seconds: float
) -> list[Figures]:
    """Compare the contenders that listen on ``ports``."""
    figures = []
    for query in QUERIES:
        requests = _requests(query, size)
        lengths = await _check(query, ports, requests)
        statements = {name: await counter.count(port, requests[name][0]) for name, port in ports.items()}
        for connections in CONNECTIONS:
            samples: dict[str, list[Sample]] = defaultdict(list)
            for _ in range(rounds):
                for name, port in ports.items():
                    samples[name].append(await measure(port, requests[name], connections, seconds))
            figures += [
                Figures(query.name, name, connections, _medians(found), statements[name], lengths[name])
                for name, found in samples.items()
            ]
    return figures


def _requests(query: Query, size: Size) -> dict[str, list[bytes]]:
    values = query.values(size, VARIANTS)

    def of(contender: Contender) -> list[bytes]:
        return [contender.request(query, variables) for variables in values]

    return {contender.name: of(contender) for contender in CONTENDERS}


async def _check(query: Query, ports: Mapping[str, int], requests: Mapping[str, Sequence[bytes]]) -> dict[str, int]:
    """Raise Different unless every contender answers with the same data; return how long an answer is."""
    bodies = {name: await answers(port, requests[name][:CHECKED]) for name, port in ports.items()}
    parsed: dict[str, list[Any]] = {name: [orjson.loads(body) for body in found] for name, found in bodies.items()}
    (first, expected), *others = parsed.items()
    for name, found in others:
        if found != expected:
            raise Different(f"{query.name}: {first} and {name} answer differently.")
    return {name: round(median(map(len, found))) for name, found in bodies.items()}


def _medians(samples: Sequence[Sample]) -> Sample:
    return Sample(*(median(getattr(sample, part.name) for sample in samples) for part in fields(Sample)))
