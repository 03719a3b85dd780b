"""What a part of an answer costs, and which field in it has the largest share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Step(NamedTuple):
    """A response key on the way to a field; of a list also its page, and by which field that was asked for."""

    key: str
    size: int | None = None
    side: str = "first"
    asked_by: int = 0


@dataclass(frozen=True)
class Share:
    """What one field costs by itself, without the fields below it that have a share of their own."""

    points: int
    nodes: int
    way: tuple[Step, Any] | None = None
    """The steps to the field, as a chain: fields far apart share its end."""

    @property
    def steps(self) -> list[Step]:
        found, way = [], self.way
        while way:
            step, way = way
            found.append(step)
        return found

    @property
    def path(self) -> list[str]:
        return [step.key for step in self.steps]

    def below(self, step: Step) -> Share:
        return replace(self, way=(step, self.way))


@dataclass(frozen=True)
class Cost:
    """Nodes and points of a part of an answer; ``own`` is its share, ``costliest`` the largest one below it.

    ``fields`` counts those to be planned, each wherever it is selected.
    """

    nodes: int = 0
    points: int = 0
    own: Share = Share(0, 0)
    costliest: Share | None = None
    fields: int = 0

    def times(self, rows: int) -> Cost:
        """Return what the part costs for each of several rows; a page of none is planned like one of one row."""
        planned = max(rows, 1)

        def scaled(share: Share) -> Share:
            return replace(share, points=share.points * planned, nodes=share.nodes * rows)

        costliest = self.costliest and scaled(self.costliest)
        return Cost(self.nodes * rows, self.points * planned, scaled(self.own), costliest, self.fields)

    def and_own(self, *, points: int = 0, nodes: int = 0) -> Cost:
        """Return the cost with more points and nodes of its own."""
        own = replace(self.own, points=self.own.points + points, nodes=self.own.nodes + nodes)
        return replace(self, nodes=self.nodes + nodes, points=self.points + points, own=own)

    def and_below(self, part: Cost, step: Step, *, as_own: bool) -> Cost:
        """Return the cost together with that of a field below."""
        shares = [share for share in (self.costliest, part.costliest and part.costliest.below(step)) if share]
        own = self.own
        if as_own:
            own = replace(own, points=own.points + part.own.points, nodes=own.nodes + part.own.nodes)
        else:
            shares.append(replace(part.own, way=(step, None)))
        fields = self.fields + part.fields + 1
        return Cost(self.nodes + part.nodes, self.points + part.points, own, _largest(shares), fields)


def _largest(shares: Iterable[Share]) -> Share | None:
    return max(shares, key=lambda share: share.points, default=None)
