"""The figures, as data and as a table to read."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.compare import Figures
    from tests.benchmarks.data import Size

GOALS = {"limit": 0.5, "loaders": 10.0}
"""How many times as many requests as each of the others we want to answer, at least."""


def report(figures: Sequence[Figures], size: Size, postgresql: str, *, rounds: int, seconds: float) -> dict[str, Any]:
    """Return everything that a run found, ready for JSON."""
    return {
        "synthetic": True,
        "rows": asdict(size),
        "rounds": rounds,
        "seconds": seconds,
        "python": platform.python_version(),
        "postgresql": postgresql,
        "goals": GOALS,
        "measurements": [_measurement(found) for found in figures],
        "ratios": list(_ratios(figures)),
    }


def _measurement(found: Figures) -> dict[str, Any]:
    return {
        "query": found.query,
        "contender": found.contender,
        "connections": found.connections,
        "requests_per_second": round(found.sample.requests_per_second, 1),
        "p50_ms": round(found.sample.p50, 3),
        "p99_ms": round(found.sample.p99, 3),
        "statements": found.statements,
        "answer_bytes": found.answer_bytes,
    }


def _ratios(figures: Sequence[Figures]) -> Iterator[dict[str, Any]]:
    speed = {(found.query, found.connections, found.contender): found.sample.requests_per_second for found in figures}
    for query, connections in dict.fromkeys((found.query, found.connections) for found in figures):
        ours = speed[query, connections, "ours"]
        yield {
            "query": query,
            "connections": connections,
            **{f"ours_to_{other}": round(ours / speed[query, connections, other], 2) for other in GOALS},
        }


def table(found: dict[str, Any]) -> str:
    """Return the figures as lines to read."""
    rows = found["rows"]
    lines = [
        f"Synthetic data: {rows['technologies']:,} technologies, {rows['budget_lines']:,} budget lines.",
        f"PostgreSQL {found['postgresql']}, Python {found['python']}; medians of {found['rounds']} rounds, "
        f"{found['seconds']} s a measurement.",
        "",
        f"{'query':<14}{'connections':>11}  {'contender':<10}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}"
        f"{'statements':>12}{'bytes':>10}",
    ]
    for each in found["measurements"]:
        statements = "unknown" if each["statements"] is None else each["statements"]
        lines.append(
            f"{each['query']:<14}{each['connections']:>11}  {each['contender']:<10}"
            f"{each['requests_per_second']:>12,.1f}{each['p50_ms']:>10.2f}{each['p99_ms']:>10.2f}{statements:>12}{each['answer_bytes']:>10,}"
        )
    wanted = ", ".join(f"{goal:g} of {other}" for other, goal in found["goals"].items())
    lines += ["", f"Requests/s of ours to those of the others (goal: at least {wanted})"]
    for each in found["ratios"]:
        ratios = "".join(f"{other:>10}: {each[f'ours_to_{other}']:6.2f}" for other in found["goals"])
        lines.append(f"{each['query']:<14}{each['connections']:>11}  {ratios}")
    return "\n".join(lines)
