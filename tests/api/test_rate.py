"""Buckets of points: whose they are, how they fill, and what happens without their store."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage
from limits.errors import StorageError
from pydantic import ValidationError
from starlette.requests import Request

from api import rate
from api.errors import Refused
from api.rate import Buckets, MemoryBuckets, Meter, SharedBuckets, Spending, client_of
from api.settings import Settings
from db.viewers import ANYONE, Viewer


def request(address: str, forwarded: str | None = None, viewer: Viewer = ANYONE) -> Request:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": (address, 1), "headers": headers, "state": {"viewer": viewer}}
    return Request(scope)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate, "monotonic", clock)
    return clock


def test_who_can_wait_leaves_half_to_others(clock: Clock) -> None:
    async def live() -> None:
        meter = Meter(600, None, 0)
        patient, other = (meter.spending(request("1.2.3.4"), yielding=each) for each in (True, False))
        assert await patient.seconds_for(300) == 0
        assert await patient.seconds_for(1_000) == 70
        await patient.take(300)
        with pytest.raises(Refused) as refused:
            await meter.spending(request("1.2.3.4"), yielding=True).take(50)
        assert refused.value.headers["Retry-After"] == "5"
        await other.take(300)
        clock.now = 34
        with pytest.raises(Refused):
            await meter.spending(request("1.2.3.4"), yielding=True).take(50)
        clock.now = 35
        await meter.spending(request("1.2.3.4"), yielding=True).take(50)
        # One operation that is allowed is possible, whatever the quota.
        clock.now = 100
        await meter.spending(request("1.2.3.4"), yielding=True).take(1_000)

    asyncio.run(live())


def test_a_bucket_fills_with_time_and_not_above(clock: Clock) -> None:
    async def live() -> None:
        buckets = MemoryBuckets(600)
        assert (await buckets.take("a", 600)).granted
        refused = await buckets.take("a", 50)
        assert (refused.granted, refused.points, refused.seconds) == (False, 0, 5)
        clock.now = 5
        assert (await buckets.take("a", 50)).granted
        assert (await buckets.left("b")).points == 600
        clock.now = 1000
        assert (await buckets.left("a")).points == 600
        await buckets.charge("a", 10**6)
        assert (await buckets.left("a")).points == 0
        clock.now = 1060
        assert not (await buckets.take("a", 1)).granted
        clock.now = 1121
        assert (await buckets.take("a", 1)).granted

    asyncio.run(live())


def test_nobody_gets_more_than_the_quota_and_what_came_back(clock: Clock) -> None:
    @given(st.lists(st.tuples(st.integers(1, 700), st.floats(0, 30)), max_size=50))
    def hold(asked: list[tuple[int, float]]) -> None:
        async def live() -> None:
            buckets, spent, clock.now = MemoryBuckets(600), 0, 0.0
            for points, pause in asked:
                spent += points * (await buckets.take("a", points)).granted
                assert spent <= 600 + clock.now * 10 + 1e-6
                clock.now += pause

        asyncio.run(live())

    hold()


def test_a_request_pays_once_for_what_it_costs() -> None:
    async def live(buckets: Buckets) -> None:
        spending = Spending(buckets, "a", 1000)
        spending.begin()
        await spending.take(36)
        await spending.settle()
        assert spending.left
        assert spending.left.points == 1000 - 36
        assert dict(spending.headers())[b"ratelimit-policy"] == b'"points";q=1000;w=60'
        assert spending.cost() == (b"nextgraph-cost", b"36")
        again = Spending(buckets, "a", 1000)
        with pytest.raises(Refused) as refused:
            await again.take(990)
        assert refused.value.status == 429
        await again.settle()
        assert (await buckets.left("a")).points == 1000 - 36
        assert again.cost() == (b"nextgraph-cost", b"0")
        unpaid = Spending(buckets, "a", 1000)
        await unpaid.refused(2_000)
        await unpaid.settle()
        assert unpaid.remaining() == 1000 - 36 - 200 - 10
        assert unpaid.cost() == (b"nextgraph-cost", b"210")

    asyncio.run(live(MemoryBuckets(1000)))

    async def shared() -> None:
        await live(SharedBuckets("memory://", 1000))

    asyncio.run(shared())


def test_servers_with_one_store_count_together() -> None:
    async def live() -> None:
        one, other = SharedBuckets("memory://", 100), SharedBuckets("memory://", 100)
        other._limiter = one._limiter
        assert (await one.take("a", 60)).granted
        assert not (await other.take("a", 60)).granted
        assert (await other.left("a")).points == 40
        await other.charge("a", 10**6)
        assert (await one.left("a")).points == 0
        assert (await one.take("b", 100)).granted

    asyncio.run(live())


def test_a_store_that_fails_stops_nobody(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(*_: Any, **__: Any) -> Any:
        raise StorageError(OSError("gone"))

    async def live() -> None:
        buckets = SharedBuckets("memory://", 100)
        for name in ("acquire_sliding_window_entry", "get_sliding_window"):
            monkeypatch.setattr(MemoryStorage, name, fail)
        assert (await buckets.take("a", 60)).granted
        assert not (await buckets.take("a", 60)).granted
        await buckets.charge("a", 10)
        assert (await buckets.left("a")).points == 30

    asyncio.run(live())
    assert len(caplog.records) == 1


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "BUCKETS_KEPT", 3)

    async def live() -> None:
        buckets = MemoryBuckets(100)
        for number in range(10):
            await buckets.take(str(number), 1)
        assert len(buckets._buckets) == 3

    asyncio.run(live())


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "expected"),
    [
        ("192.0.2.1", None, 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "6.6.6.6, 198.51.100.7", 1, "198.51.100.7"),
        ("192.0.2.1", "6.6.6.6, 198.51.100.7, 203.0.113.9", 2, "198.51.100.7"),
        ("192.0.2.1", "198.51.100.7", 2, "192.0.2.1"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
        ("192.0.2.1", None, 1, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, 0, "192.0.2.1"),
        ("fe80::1%eth0", None, 0, "fe80::/64"),
        ("192.0.2.1", "no address" * 50, 1, ("no address" * 50)[:100]),
    ],
)
def test_whose_address(address: str, forwarded: str | None, proxies: int, expected: str) -> None:
    assert client_of(request(address, forwarded), proxies) == expected


def test_a_viewer_has_a_bucket_of_their_own_wherever_they_are() -> None:
    async def live() -> None:
        meter = Meter(100, None, 0)
        await meter.spending(request("192.0.2.1", viewer=Viewer("a"))).take(60)
        for place, viewer, left in (("192.0.2.9", Viewer("a"), 30), ("192.0.2.1", ANYONE, 90)):
            spending = meter.spending(request(place, viewer=viewer))
            await spending.take(10)
            assert spending.remaining() == left

    asyncio.run(live())


def test_no_client_is_known_on_a_socket_of_unix() -> None:
    assert client_of(Request({"type": "http", "client": None, "headers": []}), 0) == "unknown"


@pytest.mark.parametrize("store", ["nonsense", "ftp://host"])
def test_a_store_that_cannot_be_one_is_refused_at_the_start(store: str) -> None:
    with pytest.raises(ValidationError, match="redis://"):
        Settings.model_validate({"quota_store": store})


def test_who_has_nothing_left_is_refused_before_anything_is_done(clock: Clock) -> None:
    async def live() -> None:
        buckets = MemoryBuckets(600)
        await buckets.charge("a", 700)
        for now, ready in ((0.0, False), (10.9, False), (11.1, True)):
            clock.now = now
            spending = Spending(buckets, "a", 600)
            if ready:
                spending.begin()
            else:
                with pytest.raises(Refused, match="of 600 a minute are left"):
                    spending.begin()
        Spending(buckets, "b", 600).begin()

    asyncio.run(live())
