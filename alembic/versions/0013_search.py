"""Keep the texts by which rows are found, and fold them to the keys by which they are typed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")
IGNORED = " \t\n\r\u00a0\u3000·ㆍ\u119e・‧•∙⋅･-‐‑‒–—―_,'\"‘’“”「」『』〈〉《》【】()[]"
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split()
FINALS = "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split()
INITIAL = {chr(0x1100 + place): keys for place, keys in enumerate(INITIALS)}
INNER = {chr(0x1161 + place): keys for place, keys in enumerate(VOWELS)}
INNER |= {chr(0x11A8 + place): keys for place, keys in enumerate(FINALS)}
SEARCHED = (
    ("agenda_items", "title", "id"),
    ("bodies", "name", "id"),
    ("bodies", "name_en", "id"),
    ("common_areas", "name", "id"),
    ("core_missions", "name", "id"),
    ("designations", "name", "technology_id"),
    ("documents", "title", "id"),
    ("events", "name", "id"),
    ("field_schemes", "name", "id"),
    ("field_schemes", "name_en", "id"),
    ("initiatives", "name", "id"),
    ("initiatives", "name_en", "id"),
    ("meetings", "name", "id"),
    ("milestones", "title", "id"),
    ("missions", "title", "id"),
    ("organization_names", "name", "organization_id"),
    ("organizations", "name", "id"),
    ("organizations", "name_en", "id"),
    ("organizations", "short_name", "id"),
    ("people", "name", "id"),
    ("policy_areas", "name", "id"),
    ("policy_instruments", "name", "id"),
    ("projects", "name", "id"),
    ("regimes", "term", "id"),
    ("regimes", "term_en", "id"),
    ("roadmaps", "name", "id"),
    ("statistics", "name", "id"),
    ("statutes", "name", "id"),
    ("statutes", "name_en", "id"),
    ("statutes", "short_name", "id"),
    ("targets", "title", "id"),
    ("technologies", "name", "id"),
    ("technologies", "name_en", "id"),
    ("technology_fields", "name", "id"),
    ("technology_fields", "name_en", "id"),
    ("technology_fields", "aliases", "id"),
    ("terms", "form", "id"),
    ("terms", "form_en", "id"),
    ("terms", "synonyms", "id"),
    ("units", "name", "id"),
)
"""Table, column, and the column that names what is found by it."""
TERMS = """
INSERT INTO search_terms{history} (id, row_id, attribute, node_id, text, valid_from, valid_to, grade, owner_id, released_in{more})
SELECT nextval(pg_get_serial_sequence('search_terms', 'id')), id, '{column}', {finds}, item, {days}, grade, owner_id,
       released_in{more}
FROM {table}{history} CROSS JOIN LATERAL unnest({items}) AS item WHERE search_keys(item) <> ''
"""
PLACES = """
INSERT INTO search_places{history} (term_id, start, at_start, keys, initials, grade, owner_id, released_in{more})
SELECT id, at - 1, at = 1 + length(text) - length(ltrim(text, {ignored})),
       left(search_keys(substr(text, at, 48)), 24), left(search_initials(substr(text, at, 48)), 24), grade, owner_id,
       released_in{more}
FROM search_terms{history} CROSS JOIN generate_series(1, length(text)) AS at
WHERE strpos({ignored}, substr(text, at, 1)) = 0 AND substr(text, at, 1) !~ '[\u0300-\u036f\u1160-\u11ff]'
"""


def quoted(text: str) -> str:
    return "U&'" + "".join(char if "ㄱ" <= char <= "ㅣ" else f"\\{ord(char):04x}" for char in text) + "'"


def functions() -> list[str]:
    keys = "normalize(folded(value), NFKD)"
    for letter, several in (INITIAL | INNER).items():
        if len(several) > 1:
            keys = f"replace({keys}, {quoted(letter)}, {quoted(several)})"
    single = {letter: key for letter, key in (INITIAL | INNER).items() if len(key) == 1}
    bodies = {
        "search_keys": f"translate({keys}, {quoted(''.join(single) + IGNORED)}, {quoted(''.join(single.values()))})",
        "search_initials": "translate(normalize(folded(value), NFKD), "
        f"{quoted(''.join(INITIAL) + ''.join(INNER) + IGNORED)}, {quoted(INITIALS)})",
    }
    return [
        f"CREATE OR REPLACE FUNCTION {name}(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE\n"
        f'RETURN {body} COLLATE "C"'
        for name, body in bodies.items()
    ]


def upgrade() -> None:
    connection = op.get_bind()
    for function in functions():
        connection.exec_driver_sql(function)
    for history in (False, True):
        make_tables(history=history)
    for history in ("", "_history"):
        more = ", superseded_in" if history else ""
        for table, column, finds in SEARCHED:
            columns = {each["name"]: each["type"] for each in sa.inspect(connection).get_columns(table)}
            days = "valid_from, valid_to" if "valid_from" in columns else "NULL, NULL"
            items = column if isinstance(columns[column], sa.ARRAY) else f"ARRAY[{column}]"
            parts = {"table": table, "column": column, "finds": finds, "days": days, "items": items}
            connection.exec_driver_sql(TERMS.format(history=history, more=more, **parts))
        connection.exec_driver_sql(PLACES.format(history=history, more=more, ignored=quoted(IGNORED)))


def seen() -> list[sa.Column]:
    grades = sa.Enum("OPEN", "SENSITIVE", "CONFIDENTIAL", name="grade", native_enum=False, create_constraint=True, length=40)
    return [
        sa.Column("grade", grades, nullable=False, comment="공개 등급 | Disclosure grade"),
        sa.Column("owner_id", TEXT, nullable=True, comment="소유 기관 | Organization that answers for the row"),
        sa.Column("released_in", sa.Integer, nullable=False, comment="판 번호 | Release that wrote the row"),
    ]


def make_tables(*, history: bool) -> None:
    made = "_history" if history else ""
    numbered = [] if history else [sa.Identity(always=False)]
    make(
        "search_places",
        ["term_id", "start"],
        [
            sa.Column("term_id", sa.BigInteger, autoincrement=False, nullable=False, comment="검색어 번호 | Number of the text"),
            sa.Column("start", sa.Integer, autoincrement=False, nullable=False, comment="위치 | Characters before the place"),
            sa.Column("at_start", sa.Boolean, nullable=False, comment="처음 여부 | Whether nothing that counts stands before it"),
            sa.Column("keys", TEXT, nullable=False, comment="자판 글쇠 | Keys by which the text is typed from there"),
            sa.Column("initials", TEXT, nullable=False, comment="초성 | Initials of the syllables from there"),
        ],
        ("검색 위치", "Places in texts at which what is searched for may begin"),
        history=history,
    )
    for kept in ("initials", "keys"):
        op.create_index(f"ix_search_places{made}_{kept}", f"search_places{made}", ["at_start", kept, "term_id"])
    make(
        "search_terms",
        ["id"],
        [
            sa.Column("id", sa.BigInteger, *numbered, nullable=False, comment="식별자 | Number of the text"),
            sa.Column("row_id", TEXT, nullable=False, comment="행 식별자 | Row that the text stands in"),
            sa.Column("attribute", TEXT, nullable=False, comment="열 | Column that the text stands in"),
            sa.Column("node_id", TEXT, nullable=False, comment="찾는 대상 | Row that is found by the text"),
            sa.Column("text", TEXT, nullable=False, comment="원문 표기 | Text as printed"),
            sa.Column("valid_from", sa.Date, nullable=True, comment="효력 시작일 | First day in force"),
            sa.Column("valid_to", sa.Date, nullable=True, comment="효력 종료일 | Last day in force"),
        ],
        ("검색어", "Texts by which rows are found, written by the release that wrote the row"),
        history=history,
    )
    op.create_index(f"ix_search_terms{made}_row_id", f"search_terms{made}", ["row_id"])


def make(name: str, key: list[str], columns: list[sa.Column], comment: tuple[str, str], *, history: bool) -> None:
    korean, english = comment
    if not history:
        op.create_table(name, *columns, *seen(), sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")), comment=f"{korean} | {english}")
        return
    name += "_history"
    ended = "대체한 판 | Release that replaced or removed the row"
    op.create_table(
        name,
        *columns,
        *seen(),
        sa.Column("superseded_in", sa.Integer, autoincrement=False, nullable=False, comment=ended),
        sa.ForeignKeyConstraint(["superseded_in"], ["releases.number"], name=op.f(f"fk_{name}_superseded_in")),
        sa.PrimaryKeyConstraint(*key, "superseded_in", name=op.f(f"pk_{name}")),
        comment=f"{korean}: 이력 | {english}: History",
    )
    op.create_index(f"ix_{name}_superseded_in", name, ["superseded_in"])


def downgrade() -> None:
    for name in ("search_terms", "search_places"):
        op.drop_table(f"{name}_history")
        op.drop_table(name)
    for function in ("search_initials", "search_keys"):
        op.execute(f"DROP FUNCTION {function}")
