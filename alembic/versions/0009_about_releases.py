"""Keep on whose behalf and why a release was made, and the answers that imports over HTTP were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SAID = {
    "publisher_id": "발행 기관 식별자 | Organization on whose behalf it was published",
    "reason": "사유 | Why it was published, as its publisher says",
    "source_id": "출처 문서 식별자 | Document whose facts it brings",
    "file_name": "파일명 | Name of the file that was imported",
    "file_sha256": "파일 해시 | SHA-256 of the file that was imported",
}


def upgrade() -> None:
    for name, comment in SAID.items():
        op.add_column("releases", sa.Column(name, sa.Text(collation="C"), nullable=True, comment=comment))
    op.create_table(
        "import_requests",
        sa.Column("key", sa.Text(collation="C"), nullable=False, comment="멱등 키 | Key by which a client tells that it asks again"),
        sa.Column("fingerprint", sa.Text(collation="C"), nullable=False, comment="요청 해시 | SHA-256 of what was asked, file included"),
        sa.Column("answer", sa.Text(collation="C"), nullable=False, comment="응답 | What was answered, as JSON"),
        sa.Column(
            "answered_at",
            TIMESTAMP(timezone=True, precision=0),
            nullable=False,
            server_default=sa.text("now()"),
            comment="응답 시각 | When it was answered",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_import_requests")),
        comment="반입 요청 | Imports asked for under a key: one asked for again is not done again",
    )


def downgrade() -> None:
    op.drop_table("import_requests")
    for name in reversed(SAID):
        op.drop_column("releases", name)
