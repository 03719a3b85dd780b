"""When it was known: every change of facts is a release."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import CODES, Base, Grade, Label, Text, column, detailed


class Release(Base):
    """판 | One transaction that changed facts, numbered in commit order."""

    __tablename__ = "releases"
    id_prefix = "release"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="판 번호 | Number, from 1")
    id: Mapped[str] = mapped_column(
        sa.Computed("'release:' || number", persisted=True), unique=True, comment="식별자 | Global identifier"
    )
    title: Mapped[str] = column("제목 | What it brought")
    published_at: Mapped[datetime] = column("발행 시각 | When it was published", server_default=sa.func.now())
    rows_written: Mapped[int] = column("쓴 행 수 | Rows inserted or replaced")
    rows_removed: Mapped[int] = column("없앤 행 수 | Rows removed")
    # No foreign keys: a later release may remove what they name, and what a release said of itself stays.
    publisher_id: Mapped[str | None] = column("발행 기관 식별자 | Organization on whose behalf it was published")
    reason: Mapped[str | None] = column("사유 | Why it was published, as its publisher says")
    source_id: Mapped[str | None] = column("출처 문서 식별자 | Document whose facts it brings")
    file_name: Mapped[str | None] = column("파일명 | Name of the file that was imported", shown_to="publisher_id")
    file_sha256: Mapped[str | None] = column(
        "파일 해시 | SHA-256 of the file that was imported", shown_to="publisher_id"
    )


class ChangeKind(Label):
    """변경 구분 | What became of a row."""

    ADDED = "추가 | There only afterwards"
    CHANGED = "변경 | There before and afterwards, with other values"
    REMOVED = "삭제 | There only before"


CHANGES = sa.Table(
    "changes",
    Base.metadata,
    # No foreign key: a release writes both, and checking a million rows would cost it seconds.
    sa.Column(
        "released_in", sa.Integer, primary_key=True, autoincrement=False, comment="판 번호 | Release that did it"
    ),
    sa.Column("id", Text, primary_key=True, comment="식별자 | Identifier of the row"),
    sa.Column(
        "kind", sa.Enum(ChangeKind, name="kind", **CODES), nullable=False, comment="구분 | What became of the row"
    ),
    # Who could see the row before and who can afterwards; null where anyone, and where it is not there.
    *(
        sa.Column(f"{name}_{time}", type_, comment=detailed(comment, label))
        for time, label in (("before", "앞 | Before"), ("after", "뒤 | Afterwards"))
        for name, type_, comment in (
            ("grade", sa.Enum(Grade, name=f"grade_{time}", **CODES), "공개 등급 | Disclosure grade"),
            ("owner_id", Text, "소유 기관 | Organization that answers for the row"),
        )
    ),
    sa.Index(
        "ix_changes_restricted",
        "released_in",
        postgresql_where=sa.text("grade_before IS NOT NULL OR grade_after IS NOT NULL"),
    ),
    comment="변경 | What each release did to each row: the values stand in the tables and their histories",
)
"""The log of all releases, in the order in which it is followed."""
