"""Let a steward's decision be a claim."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = ("VERBATIM", "NORMALISED", "INFERRED")


def upgrade() -> None:
    allow(*BEFORE, "DECIDED")


def downgrade() -> None:
    op.execute("UPDATE claims SET derivation = 'NORMALISED' WHERE derivation = 'DECIDED'")
    op.execute("UPDATE claims_history SET derivation = 'NORMALISED' WHERE derivation = 'DECIDED'")
    allow(*BEFORE)


def allow(*derivations: str) -> None:
    column = sa.column("derivation", sa.String)
    for table in ("claims", "claims_history"):
        name = op.f(f"ck_{table}_derivation")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, column.in_(derivations))
