"""Keep on whose behalf and why a release was made, and the answers that imports over HTTP were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
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


def downgrade() -> None:
    for name in reversed(SAID):
        op.drop_column("releases", name)
