"""The log of imports, by which a file or a request that was seen already is known; it holds no fact."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TIMESTAMP

from db.models.base import Base, Text

imports = sa.Table(
    "imports",
    Base.metadata,
    sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True, comment="번호 | Number"),
    sa.Column("dataset", Text, nullable=False, index=True, comment="데이터셋 | Dataset"),
    sa.Column("file_name", Text, nullable=False, comment="파일명 | Name of the file"),
    sa.Column("file_sha256", Text, nullable=False, comment="파일 해시 | SHA-256 of the file"),
    sa.Column("mapping_sha256", Text, nullable=False, comment="대응표 해시 | SHA-256 of the mapping"),
    sa.Column("rows", sa.Integer, nullable=False, comment="행 수 | Rows of the file"),
    sa.Column("refused", sa.Integer, nullable=False, comment="거부된 행 수 | Rows that were refused"),
    sa.Column("newest_release", sa.Integer, nullable=False, comment="당시 최신 판 | Newest release when it was done"),
    sa.Column(
        "release",
        sa.ForeignKey("releases.number"),
        comment="판 번호 | Release that it made; null where nothing changed",
    ),
    sa.Column(
        "finished_at",
        TIMESTAMP(timezone=True, precision=0),
        nullable=False,
        server_default=sa.func.now(),
        comment="완료 시각 | When it was done",
    ),
    comment="반입 | Files that were imported, whether or not they changed anything",
)

import_requests = sa.Table(
    "import_requests",
    Base.metadata,
    sa.Column("key", Text, primary_key=True, comment="멱등 키 | Key by which a client tells that it asks again"),
    sa.Column("fingerprint", Text, nullable=False, comment="요청 해시 | SHA-256 of what was asked, file included"),
    sa.Column("answer", Text, nullable=False, comment="응답 | What was answered, as JSON"),
    sa.Column(
        "answered_at",
        TIMESTAMP(timezone=True, precision=0),
        nullable=False,
        server_default=sa.func.now(),
        comment="응답 시각 | When it was answered",
    ),
    comment="반입 요청 | Imports asked for under a key: one asked for again is not done again",
)
