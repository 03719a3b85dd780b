"""Ministries in the order that officials expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.schema.oracle.world import World


def test_ministries_come_in_protocol_order(dataset: World) -> None:
    """Those that the act lists first, the others by name; organizations alike."""
    question = """{
      ministries(first: 1000) { nodes { name protocolOrder } }
      organizations(first: 2) { nodes { name } }
    }"""
    dataset.check(question)
    answer = dataset.answer(question)
    ministries = answer["ministries"]["nodes"]
    listed = [ministry["protocolOrder"] for ministry in ministries[:15]]
    assert listed == sorted(listed)
    assert [ministry["name"] for ministry in ministries[:2]] == ["재정경제부", "과학기술정보통신부"]
    others = [ministry["name"] for ministry in ministries[15:] if ministry["protocolOrder"] is None]
    assert others == sorted(others)
    assert len(others) == 24
    assert answer["organizations"]["nodes"] == [{"name": name} for name in ("재정경제부", "과학기술정보통신부")]
