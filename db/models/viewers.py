"""Who asks, as a row that is made of their key or token whenever they ask for it."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from db.models.base import column, to_one
from db.models.derived import Derived, named
from db.models.organizations import Organization


class Viewer(Derived):
    """조회자 | Who asks, and what was granted to them"""

    __tablename__ = "viewers"

    name: Mapped[str | None] = column(
        "이름 | What tells them apart in the audit; null for who did not say who they are"
    )
    organization_id: Mapped[str | None] = named(Organization, nullable=True)
    organization: Mapped[Organization | None] = to_one(
        "기관 | Organization whose facts the scopes are for; null for none", organization_id
    )
    scopes: Mapped[list[str]] = column("권한 범위 | What was granted beyond what anyone may see")
    quota_left: Mapped[int | None] = column("남은 점수 | Points left for now; limits.quota is what a minute gives")
    persisted_only: Mapped[bool] = column("등록 문서 전용 | Whether only documents run that the operator keeps")
