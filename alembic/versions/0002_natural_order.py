"""Order texts in 가나다 order with numbers in their places, and fold them for comparing without case and width."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOLDED = """
CREATE OR REPLACE FUNCTION folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(translate(normalize(value, NFKC), 'İΣς', 'iσσ') COLLATE {unicode}) COLLATE "C"
"""
NATURAL_KEY = r"""
CREATE OR REPLACE FUNCTION natural_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value COLLATE "C" ~ '^[가-힣 ·]*$' THEN value ELSE
    regexp_replace(regexp_replace(regexp_replace(translate(folded(value), E'\x01', ''),
    '(?<![0-9])(?=[0-9])', '00000000000000', 'g'), '0+([0-9]{15})', '\1', 'g'), '([a-z])', '｀\1', 'g')
    END || E'\x01' || value COLLATE "C"
"""


def upgrade() -> None:
    version = op.get_bind().dialect.server_version_info
    assert version
    unicode = "pg_catalog.pg_c_utf8" if version >= (17,) else '"default"'
    op.get_bind().exec_driver_sql(FOLDED.format(unicode=unicode))
    op.get_bind().exec_driver_sql(NATURAL_KEY)
    name = sa.text("natural_key(name)")
    op.create_index("ix_technologies_natural_name", "technologies", [name, "id"])
    op.create_index("ix_technologies_natural_ordinal_name", "technologies", ["ordinal", name, "id"])
    op.create_index("ix_projects_natural_fiscal_year_name", "projects", ["fiscal_year", name, "id"])


def downgrade() -> None:
    op.drop_index("ix_projects_natural_fiscal_year_name", "projects")
    op.drop_index("ix_technologies_natural_ordinal_name", "technologies")
    op.drop_index("ix_technologies_natural_name", "technologies")
    op.execute("DROP FUNCTION natural_key(text)")
    op.execute("DROP FUNCTION folded(text)")
