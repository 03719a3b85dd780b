"""Search by brute force: every way of matching at every place of every text that rows are named by."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from db.models import fact_tables
from db.models.identity import model_of
from tests.schema.oracle.rows import computed
from tests.schema.oracle.scalars import plain
from tests.schema.oracle.typed import SAYS_NOTHING, initials, is_initials, keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.schema.oracle.rows import History, Row, Rows

LOOKED_AT = 100
"""How many places are looked at for each way of matching."""
KEPT = 24
"""How many keys of a place decide about its rank."""
KEYBOARD = {
    **dict(zip("qwertyuiop", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", strict=True)),
    **dict(zip("asdfghjkl", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", strict=True)),
    **dict(zip("zxcvbnm", "ㅋㅌㅊㅍㅠㅜㅡ", strict=True)),
}
"""What the keys of the two layouts write, without shift."""
DOUBLE = dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True))
HANGUL = KEYBOARD | {key.upper(): letter for key, letter in KEYBOARD.items()} | DOUBLE
LATIN = {letter: key.lower() for key, letter in (*KEYBOARD.items(), *DOUBLE.items())}
SEARCHED = {
    name: [(column.name, column.info["searched"]) for column in table.columns if column.info.get("searched")]
    for name, table in fact_tables().items()
}
"""The columns that are searched, by table, each with True or the column that names what is found."""


Named: TypeAlias = "tuple[str, str, bool]"
"""A text, what is named by it, and whether it is one of several that a column holds."""
Found: TypeAlias = "tuple[str, bool, Place]"
Begun: TypeAlias = "defaultdict[tuple[str, bool], list[Found]]"
AHEAD = 300
"""How many characters of a text are read from a place on; what is looked for has to be shorter."""


@dataclass(frozen=True)
class Place:
    """A letter or syllable of a text, with what stands from there on, by keys and by initials."""

    text: str
    start: int
    at_start: bool
    keys: str
    initials: str


@dataclass(frozen=True)
class Way:
    """One way of matching: what is looked for, and where."""

    match: str
    needle: str
    at_start: bool
    other_layout: bool = False

    def kept(self, place: Place) -> str:
        """Return what ranks a place."""
        return self._read(place)[:KEPT]

    def fits(self, place: Place) -> bool:
        rest = self._read(place)
        return rest == self.needle if self.match == "EXACT" else rest.startswith(self.needle)

    def _read(self, place: Place) -> str:
        return place.initials if self.match == "INITIALS" else place.keys


def search(rows: Rows, _row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return a hit for every row that is found, by the text that matches best."""
    types = arguments.get("types")
    wanted = None if types is None else {plain(each) for each in types}
    texts = (each for each in _texts(rows.tables) if wanted is None or type_found(each[1]) in wanted)
    best: dict[str, tuple[int, str, Way, Place]] = {}
    begun = _begun(tuple(texts))
    for number, way in enumerate(ways(arguments["text"])):
        found = matches(way, begun)
        assert len(found) <= LOOKED_AT, "Which of so many are looked at is not for a test to say."
        for node, _, place in sorted(found, key=lambda each: (way.kept(each[2]), each[1], each[2].text, each[2].start)):
            best.setdefault(node, (number, way.kept(place), way, place))
    ranked = sorted(best, key=lambda node: (*best[node][:2], node))
    return [_hit(node, rank, *best[node][2:]) for rank, node in enumerate(ranked, 1)]


def says_something(text: str) -> bool:
    """Return whether there is anything to search for."""
    return any(letter.isalnum() and letter not in SAYS_NOTHING for letter in text)


def texts_of(history: History) -> list[Named]:
    """Return every text by which something was ever named, each with what that is."""
    return _texts({name: [row for row, _ in versions] for name, versions in history.versions.items()})


def is_sure(history: History, text: str) -> bool:
    """Return whether no way of matching finds more than is looked at, in whatever was ever named."""
    begun = _begun(tuple(texts_of(history)))
    return len(keys(text)) < AHEAD / 3 and all(len(matches(way, begun)) <= LOOKED_AT for way in ways(text))


def type_found(node: str) -> str:
    """Return the type of a row that is found."""
    model = model_of(node)
    assert model
    return model.__name__


def parts(hit: Row) -> tuple[str, str, str]:
    """Return the text of a hit before the part that matches, that part, and the text behind it."""
    text, start = hit["text"], hit["start"]
    read = initials if hit["match"] == "INITIALS" else keys
    lengths = range(1, len(text) + 1)
    length = next(each for each in lengths if read(text[start : start + each]).startswith(hit["needle"]))
    return text[:start], text[start : start + length], text[start + length :]


def ways(text: str) -> Iterator[Way]:
    """Yield the ways of matching in the order of their ranks; none where there is nothing to look for."""
    typed = keys(text)
    if not typed:
        return
    yield from (Way("EXACT", typed, at_start=True), Way("PREFIX", typed, at_start=True))
    if is_initials(typed):
        yield from (Way("INITIALS", typed, at_start=each) for each in (True, False))
    yield Way("INSIDE", typed, at_start=False)
    if (other := other_layout(text)) is not None:
        for match in ("EXACT", "PREFIX", "INSIDE"):
            yield Way(match, other, at_start=match != "INSIDE", other_layout=True)


def other_layout(text: str) -> str | None:
    """Return the keys of what the other layout writes; None where a text is of both or of neither."""
    typed = keys(text)
    is_latin, is_hangul = any("a" <= key <= "z" for key in typed), any("ㄱ" <= key <= "ㅣ" for key in typed)
    if is_latin is is_hangul:
        return None
    return keys("".join(HANGUL.get(letter, letter) for letter in text)) if is_latin else "".join(map(latin, typed))


def latin(key: str) -> str:
    """Return what a key writes with the Latin layout."""
    return LATIN.get(key, key)


def matches(way: Way, begun: Begun) -> list[Found]:
    """Return what one way of matching finds, each with where."""
    return [found for found in begun[way.needle[0], way.at_start] if way.fits(found[-1])]


@lru_cache(16)
def _begun(texts: tuple[Named, ...]) -> Begun:
    """Return the places of texts by what stands there, and whether at the start, as most fit nothing that is typed."""
    begun: Begun = defaultdict(list)
    for text, node, is_alias in texts:
        for place in places(text):
            for first in sorted({place.keys[:1], place.initials[:1]}):
                begun[first, place.at_start].append((node, is_alias, place))
    return begun


@cache
def places(text: str) -> list[Place]:
    """Return the places of a text at which a match may begin."""
    starts = [start for start, letter in enumerate(text) if _begins(letter)]
    leading = next((start for start, letter in enumerate(text) if letter not in SAYS_NOTHING), len(text))
    ahead = [(start, text[start : start + AHEAD]) for start in starts]
    return [Place(text, start, start == leading, keys(rest), initials(rest)) for start, rest in ahead]


def _begins(letter: str) -> bool:
    return letter not in SAYS_NOTHING and not ("\u0300" <= letter <= "\u036f" or "\u1160" <= letter <= "\u11ff")


def _texts(tables: Mapping[str, Sequence[Row]]) -> list[Named]:
    """Return every text by which something is named, each with what that is."""
    found = []
    for name, columns in SEARCHED.items():
        for row in tables.get(name, ()):
            for column, finds in columns:
                value, node = row[column], row["id" if finds is True else finds]
                several = isinstance(value, list)
                found += [(text, node, several) for text in (value if several else [value]) if text and keys(text)]
    return found


def _hit(node: str, rank: int, way: Way, place: Place) -> Row:
    return computed(
        "SearchHit",
        f"hit:{node}",
        node_id=node,
        rank=rank,
        match=way.match,
        other_layout=way.other_layout,
        text=place.text,
        start=place.start,
        needle=way.needle,
    )
