"""The keys by which systems say who they are; none of them can be read back, and none holds a fact."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from db.models.base import Base, Text

_MOMENT = TIMESTAMP(timezone=True, precision=0)

api_keys = sa.Table(
    "api_keys",
    Base.metadata,
    sa.Column("id", Text, primary_key=True, comment="식별자 | Public part, by which a key is found and named"),
    sa.Column("secret_sha256", sa.LargeBinary, nullable=False, comment="비밀 해시 | SHA-256 of the secret part"),
    sa.Column("name", Text, nullable=False, comment="이름 | What its holder is called"),
    # No foreign key: a later release may remove the organization, and must not have to ask for the keys first.
    sa.Column("organization_id", Text, nullable=False, comment="기관 식별자 | Organization whose facts it is for"),
    sa.Column("scopes", ARRAY(Text), nullable=False, comment="권한 범위 | What it grants beyond what anyone may see"),
    sa.Column("persisted_only", sa.Boolean, nullable=False, comment="등록 문서 전용 | Whether only kept documents run"),
    sa.Column(
        "created_at", _MOMENT, nullable=False, server_default=sa.func.now(), comment="발급 시각 | When it was made"
    ),
    sa.Column("expires_at", _MOMENT, comment="만료 시각 | From when it is refused; null for never"),
    sa.Column("revoked_at", _MOMENT, comment="폐기 시각 | When it was revoked; null while it holds"),
    comment="접근 열쇠 | Keys of systems: who holds one, for which organization, with which scopes",
)
