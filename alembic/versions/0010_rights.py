"""Note in the log who may see what changed, and index the rows that not everyone may see."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GRADES = ("OPEN", "SENSITIVE", "CONFIDENTIAL")
COLUMNS = {
    "grade_before": "공개 등급: 앞 | Disclosure grade: Before",
    "owner_id_before": "소유 기관: 앞 | Organization that answers for the row: Before",
    "grade_after": "공개 등급: 뒤 | Disclosure grade: Afterwards",
    "owner_id_after": "소유 기관: 뒤 | Organization that answers for the row: Afterwards",
}
TABLES = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = current_schema() AND column_name = 'grade' AND table_name NOT LIKE '%\\_history' ORDER BY table_name
"""
BEFORE = """
UPDATE changes SET grade_before = former.grade, owner_id_before = former.owner_id FROM {table}_history AS former
WHERE former.grade <> 'OPEN' AND former.id = changes.id AND former.superseded_in = changes.released_in
"""
AFTER = """
UPDATE changes SET grade_after = row.grade, owner_id_after = row.owner_id
FROM (SELECT id, grade, owner_id, released_in FROM {table}
      UNION ALL SELECT id, grade, owner_id, released_in FROM {table}_history) AS row
WHERE row.grade <> 'OPEN' AND row.id = changes.id AND row.released_in = changes.released_in
"""


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        type_ = sa.String(40) if name.startswith("grade") else sa.Text(collation="C")
        op.add_column("changes", sa.Column(name, type_, nullable=True, comment=comment))
        if name.startswith("grade"):
            op.create_check_constraint(op.f(f"ck_changes_{name}"), "changes", f"{name} IN {GRADES}")
    for table in op.get_bind().scalars(sa.text(TABLES)).all():
        op.execute(BEFORE.format(table=table))
        op.execute(AFTER.format(table=table))
        op.create_index(f"ix_{table}_restricted", table, ["id"], postgresql_where=sa.text("grade <> 'OPEN'"))
    restricted = sa.text("grade_before IS NOT NULL OR grade_after IS NOT NULL")
    op.create_index("ix_changes_restricted", "changes", ["released_in"], postgresql_where=restricted)


def downgrade() -> None:
    op.drop_index("ix_changes_restricted", "changes")
    for table in op.get_bind().scalars(sa.text(TABLES)).all():
        op.drop_index(f"ix_{table}_restricted", table)
    for name in reversed(COLUMNS):
        op.drop_column("changes", name)
