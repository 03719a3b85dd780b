"""List budget lines by year and release, so that readers leap over what is not committed yet."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("budget_lines", "budget_lines_history")


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_listed", table, ["fiscal_year", "released_in", "id"])
        op.drop_index(f"ix_{table}_fiscal_year_id", table)


def downgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_fiscal_year_id", table, ["fiscal_year", "id"])
        op.drop_index(f"ix_{table}_listed", table)
