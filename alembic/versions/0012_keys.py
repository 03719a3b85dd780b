"""Keep the keys by which systems say who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")
MOMENT = TIMESTAMP(timezone=True, precision=0)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", TEXT, nullable=False, comment="식별자 | Public part, by which a key is found and named"),
        sa.Column("secret_sha256", sa.LargeBinary, nullable=False, comment="비밀 해시 | SHA-256 of the secret part"),
        sa.Column("name", TEXT, nullable=False, comment="이름 | What its holder is called"),
        sa.Column("organization_id", TEXT, nullable=False, comment="기관 식별자 | Organization whose facts it is for"),
        sa.Column("scopes", ARRAY(TEXT), nullable=False, comment="권한 범위 | What it grants beyond what anyone may see"),
        sa.Column("persisted_only", sa.Boolean, nullable=False, comment="등록 문서 전용 | Whether only kept documents run"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()"), comment="발급 시각 | When it was made"),
        sa.Column("expires_at", MOMENT, nullable=True, comment="만료 시각 | From when it is refused; null for never"),
        sa.Column("revoked_at", MOMENT, nullable=True, comment="폐기 시각 | When it was revoked; null while it holds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        comment="접근 열쇠 | Keys of systems: who holds one, for which organization, with which scopes",
    )


def downgrade() -> None:
    op.drop_table("api_keys")
