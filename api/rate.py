"""How much a viewer may ask for in a minute, in points: a bucket for each, which fills again all the time.

The buckets are in memory, or in a store that several servers share. A store that cannot be reached stops nobody: until
it answers again, each server counts by itself.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic, time
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol, cast

from limits import RateLimitItemPerMinute
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from api.errors import Code, Refused, logger
from schema.sql.cost import ROOT_POINTS
from schema.sql.recent import Recent

if TYPE_CHECKING:
    from limits.aio.storage import Storage
    from starlette.requests import Request

    from db.viewers import Viewer

WINDOW_SECONDS = 60
BUCKETS_KEPT = 100_000
"""How many viewers and addresses are remembered; one that is forgotten has a full bucket again."""
CHARACTERS_A_POINT = 10
"""A document that is refused costs by its length, because reading it was work."""
WARN_SECONDS = 60


class Left(NamedTuple):
    """What is left of ``maximum`` points, and in how many seconds there are as many as were wanted, or all of them."""

    maximum: int
    points: int
    seconds: int
    granted: bool = True


class Buckets(Protocol):
    """Where points are taken from."""

    async def take(self, key: str, points: int) -> Left:
        """Take points where there are as many, else none."""

    async def charge(self, key: str, points: int) -> Left:
        """Take points whether or not there are as many."""

    async def left(self, key: str) -> Left:
        """Say what is left."""

    def found_empty(self, key: str) -> Left | None:
        """Say what is left where it is known, without looking, that it is not enough for any request."""


class MemoryBuckets:
    """Buckets of this process; each has ``maximum`` points, and gets as many within a minute."""

    def __init__(self, maximum: int) -> None:
        self._maximum, self._each_second = maximum, maximum / WINDOW_SECONDS
        self._buckets: Recent[str, list[float]] = Recent(BUCKETS_KEPT)
        self._empty_until: Recent[str, float] = Recent(BUCKETS_KEPT)

    async def take(self, key: str, points: int) -> Left:
        bucket = self._filled(key)
        granted = bucket[0] >= points
        if granted:
            bucket[0] -= points
        else:
            self._note(key, bucket)
        return self._left(bucket, self._maximum if granted else points, granted=granted)

    async def charge(self, key: str, points: int) -> Left:
        # Debts end, or who made one mistake too many would wait for hours.
        bucket = self._filled(key)
        bucket[0] = max(bucket[0] - points, -self._maximum)
        self._note(key, bucket)
        return self._left(bucket, self._maximum)

    async def left(self, key: str) -> Left:
        return self._left(self._filled(key), self._maximum)

    def found_empty(self, key: str) -> Left | None:
        if not self._empty_until:
            return None
        until = self._empty_until.get(key)
        if until is None or until <= monotonic():
            return None
        return self._left(self._filled(key), ROOT_POINTS, granted=False)

    def _note(self, key: str, bucket: list[float]) -> None:
        if bucket[0] < ROOT_POINTS:
            self._empty_until.keep(key, bucket[1] + (ROOT_POINTS - bucket[0]) / self._each_second)

    def _filled(self, key: str) -> list[float]:
        now = monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            return self._buckets.keep(key, [self._maximum, now])
        bucket[0] = min(self._maximum, bucket[0] + (now - bucket[1]) * self._each_second)
        bucket[1] = now
        return bucket

    def _left(self, bucket: list[float], wanted: int, *, granted: bool = True) -> Left:
        points = bucket[0]
        seconds = ceil((wanted - points) / self._each_second) if points < wanted else 0
        return Left(self._maximum, max(int(points), 0), seconds, granted)


class SharedBuckets:
    """Buckets in a store that the library ``limits`` knows, by the strategy that it has nearest to a bucket.

    It counts this minute's points, and those of the minute before by the part of it that is not yet a minute ago.
    """

    def __init__(self, url: str, maximum: int) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(stored(url))
        self._minute = RateLimitItemPerMinute(maximum)
        self._maximum, self._alone, self._warned_at = maximum, MemoryBuckets(maximum), float("-inf")

    async def take(self, key: str, points: int) -> Left:
        try:
            granted = await self._limiter.hit(self._minute, key, cost=points)
            return await self._stats(key, granted=granted)
        except StorageError as error:
            self._warn(error)
            return await self._alone.take(key, points)

    async def charge(self, key: str, points: int) -> Left:
        # The store has no debts: what is left is taken.
        return await self.take(key, min(points, (await self.left(key)).points))

    async def left(self, key: str) -> Left:
        try:
            return await self._stats(key)
        except StorageError as error:
            self._warn(error)
            return await self._alone.left(key)

    def found_empty(self, key: str) -> Left | None:
        return None

    async def _stats(self, key: str, *, granted: bool = True) -> Left:
        stats = await self._limiter.get_window_stats(self._minute, key)
        return Left(self._maximum, int(stats.remaining), max(ceil(stats.reset_time - time()), 1), granted)

    def _warn(self, error: StorageError) -> None:
        if monotonic() - self._warned_at > WARN_SECONDS:
            self._warned_at = monotonic()
            logger.warning("The store of quotas does not answer, and this server counts by itself: %s", error)


class Spending:
    """What one request takes from its viewer's bucket; ``leaving`` is how many points it leaves there for others."""

    def __init__(self, buckets: Buckets, key: str, maximum: int, leaving: int = 0) -> None:
        self._buckets, self._key, self._maximum, self._leaving = buckets, key, maximum, leaving
        self._paid, self._is_refused = 0, False
        self._fine = 0
        self.left: Left | None = None

    def begin(self) -> None:
        """Raise Refused where no request could be paid for, before anything is done for this one."""
        if empty := self._buckets.found_empty(self._key):
            self._refuse(ROOT_POINTS, empty)

    async def take(self, points: int) -> None:
        """Take the points of a request, without those that it paid before; raise Refused where there are too few."""
        # One operation that is allowed must be possible, whatever the quota: it then takes all of it.
        more = min(points, self._maximum) - self._paid
        if more <= 0:
            return
        if self._leaving:
            wanted, room = min(more + self._leaving, self._maximum), await self._buckets.left(self._key)
            if room.points < wanted:
                self._refuse(points, room._replace(seconds=self._filling(wanted - room.points)))
        self.left = left = await self._buckets.take(self._key, more)
        if not left.granted:
            self._refuse(points, left)
        self._paid += more

    def _refuse(self, points: int, left: Left) -> NoReturn:
        self.left, self._is_refused = left, True
        message = (
            f"The request costs {points:,} points, and {left.points:,} of {left.maximum:,} a minute are left: "
            "ask again after the time in Retry-After."
        )
        raise Refused(429, Code.QUOTA_EXCEEDED, message, {"Retry-After": str(max(left.seconds, 1))})

    async def seconds_for(self, points: int) -> int:
        """Return in how many seconds so many points come together, of which each is taken when it is there."""
        room = await self._buckets.left(self._key)
        return self._filling(max(points - max(room.points - self._leaving, 0), 0))

    def _filling(self, points: int) -> int:
        return ceil(points * WINDOW_SECONDS / self._maximum)

    async def settle(self) -> None:
        """Charge what every request costs for one that never came to pay."""
        if not self._paid and not self._is_refused:
            self.left = await self._buckets.charge(self._key, ROOT_POINTS)
            self._fine += ROOT_POINTS

    def remaining(self) -> int | None:
        """Return how many points are left for now."""
        return self.left.points if self.left else None

    async def refused(self, characters: int) -> None:
        """Charge for a document of that length that was read in vain."""
        points = characters // CHARACTERS_A_POINT
        await self._buckets.charge(self._key, points)
        self._fine += points

    def cost(self) -> tuple[bytes, bytes]:
        """Return the header that says how many points the request took in all."""
        return (b"nextgraph-cost", b"%d" % (self._paid + self._fine))

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what the answer says of the quota, as the IETF's draft of RateLimit fields writes it."""
        if self.left is None:
            return []
        policy = f'"points";q={self.left.maximum};w={WINDOW_SECONDS}'
        now = f'"points";r={self.left.points};t={self.left.seconds}'
        return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", now.encode())]


class Meter:
    """Knows whose bucket a request takes its points from."""

    def __init__(self, maximum: int, store: str | None, proxies: int) -> None:
        self._maximum, self._proxies = maximum, proxies
        self._buckets: Buckets = SharedBuckets(store, maximum) if store else MemoryBuckets(maximum)

    def spending(self, request: Request, *, yielding: bool = False) -> Spending:
        """Begin the account of a request whose viewer is known; one that is ``yielding`` leaves half to others."""
        viewer: Viewer = request.state.viewer
        name = f"address {client_of(request, self._proxies)}" if viewer.name is None else f"viewer {viewer.name}"
        return Spending(self._buckets, name, self._maximum, self._maximum // 2 if yielding else 0)

    def of_address(self, request: Request) -> Spending:
        """Begin the account of a request of which nothing is known but where it is from."""
        return Spending(self._buckets, f"address {client_of(request, self._proxies)}", self._maximum)


def client_of(request: Request, proxies: int) -> str:
    """Return the address of a client; it is the one that the outermost of our ``proxies`` saw.

    Each proxy adds the address that it saw to the end of X-Forwarded-For. What stands before those is the client's own
    word, and is not believed.
    """
    client = request.scope.get("client")
    host = client[0] if client else "unknown"
    if proxies:
        seen = [each.strip() for each in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
        host = seen[-proxies] if len(seen) >= proxies and seen[-proxies] else host
    return _network(host)


@lru_cache(maxsize=10_000)
def _network(host: str) -> str:
    """Return an address, or of IPv6 the network of it: a single client has all of the 2**64 addresses there."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:100]
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(getattr(address, "ipv4_mapped", None) or address)


def stored(url: str) -> Storage:
    """Open a store by its URL; raise ValueError where it cannot be one."""
    try:
        return cast("Storage", storage_from_string(f"async+{url}", wrap_exceptions=True))
    except ConfigurationError:
        kinds = "redis://, rediss://, memcached:// or mongodb://"
        raise ValueError(f"a store of quotas begins with {kinds}, and needs the package that reads it") from None
