"""Keep a log of what each release did to each row, so that changes are followed by one index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("ADDED", "CHANGED", "REMOVED")
# Written before, and therefore not noted by the release itself.
WRITTEN = """
INSERT INTO changes (released_in, id, kind)
SELECT row.released_in, row.id, CASE WHEN former.id IS NULL THEN 'ADDED' ELSE 'CHANGED' END
FROM (SELECT id, released_in FROM {table} UNION ALL SELECT id, released_in FROM {table}_history) AS row
LEFT JOIN {table}_history AS former ON former.id = row.id AND former.superseded_in = row.released_in
"""
REMOVED = """
INSERT INTO changes (released_in, id, kind)
SELECT superseded_in, id, 'REMOVED' FROM {table}_history
ON CONFLICT (released_in, id) DO NOTHING
"""
HISTORIES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name LIKE '%\\_history' ORDER BY table_name
"""


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column(
            "released_in", sa.Integer, nullable=False, autoincrement=False, comment="판 번호 | Release that did it"
        ),
        sa.Column("id", sa.Text(collation="C"), nullable=False, comment="식별자 | Identifier of the row"),
        sa.Column("kind", sa.String(40), nullable=False, comment="구분 | What became of the row"),
        sa.PrimaryKeyConstraint("released_in", "id", name=op.f("pk_changes")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_changes_kind")),
        comment="변경 | What each release did to each row: the values stand in the tables and their histories",
    )
    for history in op.get_bind().scalars(sa.text(HISTORIES)).all():
        table = history.removesuffix("_history")
        op.execute(WRITTEN.format(table=table))
        op.execute(REMOVED.format(table=table))


def downgrade() -> None:
    op.drop_table("changes")
