"""The audit: who asked and who published, in entries that are only added and each of which seals the one before."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TIMESTAMP

from db.models.base import Base, Text

audit_entries = sa.Table(
    "audit_entries",
    Base.metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False, comment="번호 | Number, from 1"),
    sa.Column("entry", Text, nullable=False, comment="내용 | What happened, as JSON"),
    sa.Column("seal", Text, nullable=False, comment="봉인 | SHA-256 of the seal before, the number and the entry"),
    sa.Column("journal", Text, index=True, comment="저널 | File from which it was taken; null where there was none"),
    sa.Column(
        "kept_at",
        TIMESTAMP(timezone=True),
        nullable=False,
        server_default=sa.func.now(),
        comment="기록 시각 | When it was kept",
    ),
    comment="감사 기록 | Who asked what and who published what",
)

audit_chain = sa.Table(
    "audit_chain",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False, comment="식별자 | 1, the only row"),
    sa.Column(
        "removed", sa.BigInteger, nullable=False, comment="삭제된 번호 | Number up to which entries were removed"
    ),
    sa.Column("seal_removed", Text, nullable=False, comment="삭제된 봉인 | Seal of the last entry that was removed"),
    sa.Column("newest", sa.BigInteger, nullable=False, comment="최신 번호 | Number of the newest entry"),
    sa.Column("seal_newest", Text, nullable=False, comment="최신 봉인 | Seal of the newest entry"),
    sa.CheckConstraint("id = 1", name="only_row"),
    comment="감사 사슬 | Where the chain of entries begins and ends",
)

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
# Also where a large release has the other triggers rest.
ALWAYS = "ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER only_added"
FIRST = "INSERT INTO audit_chain VALUES (1, 0, repeat('0', 64), 0, repeat('0', 64)) ON CONFLICT DO NOTHING"


@sa.event.listens_for(Base.metadata, "after_create")
def _guard(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    for statement in (ONLY_ADDED, GUARD, ALWAYS, FIRST):
        connection.exec_driver_sql(statement)
