"""How texts are ordered, folded and written as JSON: functions that indexes and statements share.

They need no ICU, which not every PostgreSQL has, and say the same on every server whatever its locale.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models.base import Base

# The simple mapping of Unicode: one character becomes one, so the three that languages differ about are set apart.
FOLDED = """
CREATE OR REPLACE FUNCTION folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(translate(normalize(value, NFKC), 'İΣς', 'iσσ') COLLATE {unicode}) COLLATE "C"
"""
# What all the steps of the key leave as it is; neither digits nor ` nor Latin letters are among it.
PLAIN = "[가-힣 !-/:-@[-_{-~·]*"
# Numbers get a fixed width, and ｀ moves Latin letters behind 한글. The text itself follows after the least character
# that a text can hold, which breaks ties and makes no two keys equal. The first two cases only save time, a half and
# three quarters of it: most names are 한글 and signs and nothing else, or have one number.
NATURAL_KEY = rf"""
CREATE OR REPLACE FUNCTION natural_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value COLLATE "C" ~ '^{PLAIN}$' THEN value
    WHEN value COLLATE "C" ~ '^{PLAIN}[0-9]+{PLAIN}$' THEN replace(value, substring(value COLLATE "C", '[0-9]+'),
        right(repeat('0', 15) || substring(value COLLATE "C", '[0-9]+'),
            greatest(15, length(ltrim(substring(value COLLATE "C", '[0-9]+'), '0')))))
    ELSE regexp_replace(regexp_replace(regexp_replace(translate(folded(value), E'\x01', ''),
        '(?<![0-9])(?=[0-9])', '00000000000000', 'g'), '0+([0-9]{{15}})', '\1', 'g'), '([a-z])', '｀\1', 'g')
    END || E'\x01' || value COLLATE "C"
"""

JSON_TEXT = """
CREATE OR REPLACE FUNCTION json_text(value text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN {quoted}(value)::text
"""


def functions(connection: sa.Connection) -> list[str]:
    """Return the statements that create the functions on this server."""
    version = connection.dialect.server_version_info
    assert version
    # Older servers know no case mapping of their own, only that of the database's LC_CTYPE.
    unicode = "pg_catalog.pg_c_utf8" if version >= (17,) else '"default"'
    # The same text of a string, and the first is faster.
    quoted = "json_scalar" if version >= (17,) else "to_json"
    return [FOLDED.format(unicode=unicode), NATURAL_KEY, JSON_TEXT.format(quoted=quoted)]


@sa.event.listens_for(Base.metadata, "before_create")
def _create(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    for statement in functions(connection):
        connection.exec_driver_sql(statement)


def natural_index(table: str, column: str, *before: str) -> sa.Index:
    """Declare the index that serves an ordering by a text, with what the ordering names ``before`` it."""
    return sa.Index(
        "_".join(("ix", table, "natural", *before, column)), *before, sa.text(f"natural_key({column})"), "id"
    )
