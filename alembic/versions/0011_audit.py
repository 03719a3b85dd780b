"""Keep an audit: entries that are only added, in a chain of seals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")
ONLY_ADDED = """
CREATE OR REPLACE FUNCTION audit_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('nextgraph.audit_retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Entries of the audit are only added: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
GUARD = """
CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_added_to()
"""


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False, comment="번호 | Number, from 1"),
        sa.Column("entry", TEXT, nullable=False, comment="내용 | What happened, as JSON"),
        sa.Column("seal", TEXT, nullable=False, comment="봉인 | SHA-256 of the seal before, the number and the entry"),
        sa.Column("journal", TEXT, nullable=True, comment="저널 | File from which it was taken; null where there was none"),
        sa.Column("kept_at", TIMESTAMP(timezone=True), nullable=False, server_default=sa.text("now()"), comment="기록 시각 | When it was kept"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        comment="감사 기록 | Who asked what and who published what",
    )
    op.create_index(op.f("ix_audit_entries_journal"), "audit_entries", ["journal"])
    op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False, comment="식별자 | 1, the only row"),
        sa.Column("removed", sa.BigInteger, nullable=False, comment="삭제된 번호 | Number up to which entries were removed"),
        sa.Column("seal_removed", TEXT, nullable=False, comment="삭제된 봉인 | Seal of the last entry that was removed"),
        sa.Column("newest", sa.BigInteger, nullable=False, comment="최신 번호 | Number of the newest entry"),
        sa.Column("seal_newest", TEXT, nullable=False, comment="최신 봉인 | Seal of the newest entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_chain_only_row")),
        comment="감사 사슬 | Where the chain of entries begins and ends",
    )
    op.execute(ONLY_ADDED)
    op.execute(GUARD)
    op.execute("ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER only_added")
    op.execute("INSERT INTO audit_chain VALUES (1, 0, repeat('0', 64), 0, repeat('0', 64))")


def downgrade() -> None:
    op.drop_table("audit_chain")
    op.drop_table("audit_entries")
    op.execute("DROP FUNCTION audit_is_only_added_to()")
