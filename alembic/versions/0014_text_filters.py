"""Give the letters of texts, and the expression that finds in them what is typed: filters match as search does."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IGNORED = " \t\n\r\u00a0\u3000·ㆍ\u119e・‧•∙⋅･\\-‐‑‒–—―_,'\"‘’“”「」『』〈〉《》【】()\\[\\]"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split()
FINALS = "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split()
MEDIAL = {keys: chr(0x1161 + place) for place, keys in enumerate(VOWELS)}
FINAL = {keys: chr(0x11A8 + place) for place, keys in enumerate(FINALS)}
COMPOUND = {keys: letter for keys, letter in (MEDIAL | FINAL).items() if len(keys) > 1}
LAST = dict(zip(dict.fromkeys(keys[0] for keys in COMPOUND), "ABCDEFG", strict=True))
"""The keys that may be the first of two, each with a capital letter that stands for it at the end of what is typed."""
SIGNS = "!-/:-@\\[-`{-~"
MADE = "RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE\nRETURN"


def quoted(text: str) -> str:
    return "U&'" + "".join(char if "ㄱ" <= char <= "ㅣ" else f"\\{ord(char):04x}" for char in text) + "'"


def letters(key: str, *, last: bool = False) -> str:
    initial = chr(0x1100 + INITIALS.index(key)) if key in INITIALS else ""
    begun = "".join(letter for keys, letter in COMPOUND.items() if last and keys[0] == key)
    return f"[{initial}{MEDIAL.get(key, '')}{FINAL.get(key, '')}{begun}]"


def typed(keys: str, *, last: bool = False) -> str:
    ways = [[*(letters(key) for key in keys[:-1]), letters(keys[-1], last=last)]]
    if keys[:2] in COMPOUND:
        ways.append([COMPOUND[keys[:2]], *(letters(key) for key in keys[2:])])
    if keys[1:] in COMPOUND:
        ways.append([letters(keys[0]), COMPOUND[keys[1:]]])
    return f"(?:{'|'.join('Z'.join(way) for way in ways)})"


def replaced(text: str, parts: dict[str, str]) -> str:
    for part, by in parts.items():
        text = f"replace({text}, {quoted(part)}, {quoted(by)})"
    return text


def others(text: str) -> str:
    plain, signs = quoted(f"([^ㄱ-ㅣA-Z{SIGNS}])"), quoted(f"([{SIGNS}])")
    itself, sign_itself = quoted("\\1Z"), quoted("\\\\\\1Z")
    return f"regexp_replace(regexp_replace({text}, {plain}, {itself}, 'g'), {signs}, {sign_itself}, 'g')"


def of_keys() -> str:
    triples = [one + other[1] for one in COMPOUND for other in COMPOUND if one[1] == other[0]]
    singles = [*INITIALS, *(keys for keys in VOWELS if len(keys) == 1)]
    parts = {keys: typed(keys) + "Z" for keys in (*triples, *COMPOUND, *singles)}
    ends = [keys for keys in (*COMPOUND, *LAST) if keys[-1] in LAST]
    parts |= {keys[:-1] + LAST[keys[-1]]: typed(keys, last=True) for keys in ends}
    longest_first = dict(sorted(parts.items(), key=lambda part: -len(part[0])))
    coded = f"left(keys, -1) || translate(right(keys, 1), {quoted(''.join(LAST))}, {quoted(''.join(LAST.values()))})"
    return replaced(others(coded), longest_first | {"Z": f"[{IGNORED}]*"})


def of_initials() -> str:
    parts = {key: chr(0x1100 + place) + "Z" for place, key in enumerate(INITIALS)}
    return replaced(others("keys"), parts | {"Z": f"[\u1160-\u11ff{IGNORED}]*"})


def upgrade() -> None:
    connection = op.get_bind()
    at_a_vowel, at_a_letter = quoted("(?<![\u1100-\u1112])"), quoted("(?![\u0300-\u036f\u1160-\u11ff])")
    for statement in (
        f'CREATE FUNCTION search_letters(value text) {MADE} normalize(folded(value), NFKD) COLLATE "C"',
        f"CREATE FUNCTION search_pattern(typed text, at_start boolean) {MADE}\n"
        f"(SELECT CASE WHEN at_start THEN {quoted(f'^[{IGNORED}]*')} ELSE '' END || CASE\n"
        "WHEN keys = '' THEN ''\n"
        f"WHEN keys ~ '[ㄱ-ㅎ]' AND keys !~ '[ㅏ-ㅣ]' THEN {at_a_letter} || {of_initials()}\n"
        f"ELSE CASE WHEN keys ~ '^[ㅏ-ㅣ]' THEN {at_a_vowel} ELSE {at_a_letter} END || {of_keys()} END\n"
        'FROM (SELECT left(search_keys(typed), 100) AS keys) AS folded) COLLATE "C"',
    ):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION search_pattern(text, boolean)")
    op.execute("DROP FUNCTION search_letters(text)")
