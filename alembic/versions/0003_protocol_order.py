"""Give organizations the order in which the act lists ministries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("organizations", "organizations_history")
COMMENT = "건제순: 정부조직법 제29조제1항의 호 | Protocol order: item of article 29(1) of the Government Organization Act"


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("protocol_order", sa.Integer, comment=COMMENT))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "protocol_order")
