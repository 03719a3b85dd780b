"""What attackers send: a dictionary of texts that break out of something somewhere, mixed with others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

QUOTES = (
    *(
        "'",
        "''",
        "'''",
        '"',
        '""',
        '"""',
        "\\'",
        '\\"',
        "\\",
        "\\\\",
        "`",
        "´",
        "’",
        "‘",
        "“",
        "”",
        "＇",
        "＂",
        "ʼ",
        "′",
    ),
    *("' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE terms; --", "') OR true) --", "' UNION SELECT id FROM terms --"),
    *("'||(SELECT version())||'", "' AND pg_sleep(9) --", "\\'; DELETE FROM terms; --", "＇ OR 1=1 --"),
)
SQL = (
    *("--", "-- \n", "/*", "*/", "/* */", "#", ";", ";;", "E'\\x41'", "e'\\''", "U&'\\0041'", "B'1'", "X'1'"),
    *("$$", "$$;$$", "$a$ $a$", "$1", "$2", "$99", "${1}", "$1::text", "::", "::text", "::regclass", ":b0", ":0_found"),
    *("0_found", "%(0_found)s", "%s", "%d", "%%", "%", "_", "?", "??", "{}", "{0}", "{{}}", "{value}", "ARRAY[1]"),
    *("{a,b}", '{"a"}', "(1,2)", "NULL", "null", "true", "pg_sleep(9)", "current_user", "t1.id", "COLLATE", ")", "("),
    *(") SELECT 1 --", "CASE WHEN 1=1 THEN 'a' END", "1; SELECT 1", "a' || 'b", "\nSELECT 1\n", "LIMIT ALL"),
)
JSON_TEXTS = (
    *("\x01", "\x01\x01", "null\x01", '","x":"', '"}],"errors":[{"message":"', "}", "]", "[", "{", ",", ":", "\\u0000"),
    *("\\u0001", "\\ud800", "\b\f\n\r\t", "\x1f", "\x7f", "\x80", "\u2028", "\u2029", "\ufeff", "</script>", "<!--"),
)
ODD = (
    *(
        "",
        " ",
        "  ",
        "a",
        "A",
        "가",
        "각",
        "가나다",
        "é",
        "e\u0301",
        "🙂",
        "👩‍👩‍👧",
        "\u202e",
        "\u200b",
        "ＡＢＣ",
        "ﬁ",
        "ß",
        "İ",
        "Σ",
    ),
    *(
        "\uffff",
        "\U0010ffff",
        "0" * 40,
        "9" * 40,
        "1e999",
        "../../etc/passwd",
        "https://a.b/?c=d&e",
        "term:1",
        "term:'",
    ),
    *("ministry:1", "no:such", "term:1' --", "term:1;", ":", "release:1", "term:" + "1" * 3000, "'" * 2000, "\\" * 999),
)
NO_TEXTS = ("\x00", "a\x00b", "'\x00", "\ud800", "\udfff", "'\ud83d", "\udc00\ud800", "term:\x00", "\x00" * 9)
ATTACKS = (*QUOTES, *SQL, *JSON_TEXTS, *ODD, *NO_TEXTS)

DATES = ("2026-06-18", "2026-06-17", "0001-01-01", "9999-12-31", "2026-02-30", "infinity", "epoch", "now", "today")
VALUES = {
    "Date": (*DATES, "2026-06-18'", "2026-06-18; --", "20260618", "2026-W25-4", "2026-06-18::date"),
    "DateTime": (
        *("2026-06-18T14:00:00+09:00", "2026-06-18T05:00:00Z", "2026-06-18T14:00:00", "2026-06-18T14:00:00+09:00'"),
        *("infinity", "now()", "2026-06-18T14:00:00 Asia/Seoul", "0001-01-01T00:00:00+09:00"),
    ),
    "Decimal": (
        "0",
        "1",
        "-1",
        "1.50",
        "1e30",
        "1e-30",
        "NaN",
        "Infinity",
        "1e1001",
        "0x1F",
        "1;",
        "1' --",
        "1::int",
        "+1",
    ),
}
"""What the types are given that are written as texts and are none."""

ALPHABET = "abzAZ019 '\"\\;-$%:_?{}[]()/*\n\tß가힣한ㄱé漢🙂＇’\x01"
LONG = 120_000


def one(random: Random, kind: str, stored: Sequence[str]) -> str:
    """Return a text for a place that takes values of a kind, where ``stored`` are those that rows hold."""
    chance = random.random()
    if kind in VALUES and chance < 0.6:
        return random.choice(VALUES[kind])
    if chance < 0.4:
        return random.choice(ATTACKS)
    if chance < 0.7 and stored:
        return _part(random, random.choice(stored))
    if chance < 0.705:
        return "'a가1"[: random.randint(1, 4)] * (LONG // 2)
    noise = "".join(random.choices(ALPHABET, k=random.randint(0, 30)))
    return "".join(random.sample([noise, random.choice(ATTACKS), random.choice(ATTACKS)], k=random.randint(1, 3)))


def _part(random: Random, text: str) -> str:
    if random.random() < 0.6:
        return text
    start = random.randint(0, len(text))
    return text[start : start + random.randint(1, 5)]


def is_text(value: str) -> bool:
    """Return whether a value is a text that a database can hold."""
    return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def literal(random: Random, value: str) -> str:
    """Write a value into a document: escaped, as it is, or as a block."""
    plain = value.isprintable() and value.strip() == value != ""
    if plain and '"' not in value and "\\" not in value and random.random() < 0.3:
        return f'"""{value}"""'
    return json.dumps(value, ensure_ascii=not is_text(value) or random.random() < 0.5)
