"""The figures, as data and as a table to read."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.compare import Figures, Skipped
    from tests.benchmarks.data import Size

GOALS = {"bare": 0.95, "limit": 0.9, "postgraphile": 2.5, "loaders": 20.0}
"""How many times as many requests as each of these others we want to answer, at least; 2 of PostGraphile a lookup."""


def report(
    figures: Sequence[Figures],
    skipped: Sequence[Skipped],
    size: Size,
    postgresql: str,
    *,
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
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
        "skipped": [asdict(each) for each in skipped],
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
    """Set the requests per second of ours against those of every other contender that was measured as well."""
    speed = {(found.query, found.connections, found.contender): found.sample.requests_per_second for found in figures}
    contenders = dict.fromkeys(found.contender for found in figures)
    for query, connections in dict.fromkeys((found.query, found.connections) for found in figures):
        ours = speed.get((query, connections, "ours"))
        others = {name: speed.get((query, connections, name)) for name in contenders if name != "ours"}
        yield {
            "query": query,
            "connections": connections,
            **{f"ours_to_{name}": round(ours / other, 3) if ours and other else None for name, other in others.items()},
        }


def table(found: dict[str, Any]) -> str:
    """Return the figures as lines to read."""
    rows = found["rows"]
    lines = [
        f"Synthetic data: {rows['technologies']:,} technologies, {rows['budget_lines']:,} budget lines.",
        f"PostgreSQL {found['postgresql']}, Python {found['python']}; medians of {found['rounds']} rounds, "
        f"{found['seconds']} s a measurement.",
        "",
        f"{'query':<19}{'connections':>11}  {'contender':<13}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}"
        f"{'statements':>12}{'bytes':>10}",
    ]
    for each in found["measurements"]:
        statements = "unknown" if each["statements"] is None else each["statements"]
        lines.append(
            f"{each['query']:<19}{each['connections']:>11}  {each['contender']:<13}"
            f"{each['requests_per_second']:>12,.1f}{each['p50_ms']:>10.2f}{each['p99_ms']:>10.2f}{statements:>12}{each['answer_bytes']:>10,}"
        )
    wanted = ", ".join(f"{goal:g} of {other}" for other, goal in found["goals"].items())
    lines += ["", f"Requests/s of ours to those of the others (goal: at least {wanted})"]
    for each in found["ratios"]:
        ratios = "".join(
            f"{name.removeprefix('ours_to_'):>15}: {'-' if ratio is None else f'{ratio:.2f}':>6}"
            for name, ratio in each.items()
            if name.startswith("ours_to_")
        )
        lines.append(f"{each['query']:<19}{each['connections']:>11}  {ratios}")
    if found["skipped"]:
        lines += ["", "Not measured"]
        lines += [f"  {each['contender']}, {each['query']}: {each['reason'][:200]}" for each in found["skipped"]]
    return "\n".join(lines)
