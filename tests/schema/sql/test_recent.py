"""What is kept of the past is bounded, and what is used stays."""

from __future__ import annotations

from schema.sql.recent import Recent


def test_the_one_used_longest_ago_goes() -> None:
    kept: Recent[str, int] = Recent(2)
    assert kept.keep("a", 1) == 1
    kept.keep("b", 2)
    assert kept.get("a") == 1
    kept.keep("c", 3)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
    assert len(kept) == 2
    assert kept.values() == [1, 3]
    kept.keep("a", 4)
    assert (len(kept), kept.get("a")) == (2, 4)


def test_what_is_forgotten_weighs_nothing() -> None:
    kept: Recent[str, int] = Recent(10, 5)
    kept.keep("a", 1, 4)
    kept.forget("a")
    kept.forget("a")
    kept.keep("b", 2, 5)
    assert (kept.get("a"), kept.get("b")) == (None, 2)
