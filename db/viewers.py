"""Who asks, and what was granted to them."""

from __future__ import annotations

from dataclasses import dataclass

from db.models.base import Label


class Scope(Label):
    """권한 범위 | What a viewer was granted beyond what anyone may see."""

    SENSITIVE = "민감 열람 | See the SENSITIVE facts of the viewer's organization"
    CONFIDENTIAL = "기밀 열람 | See the CONFIDENTIAL and SENSITIVE facts of the viewer's organization"
    EVERYTHING = "전체 열람 | See the facts of every grade and organization"
    PUBLISH = "발행 | Publish facts of the viewer's organization"


@dataclass(frozen=True)
class Viewer:
    """Someone who asks: ``name`` tells them apart in the audit and in quotas, and is null for those who do not say.

    What is granted concerns the facts of the viewer's ``organization``.
    """

    name: str | None = None
    organization: str | None = None
    scopes: frozenset[Scope] = frozenset()
    persisted_only: bool = False
    """Whether only documents run that the operator keeps."""


ANYONE = Viewer()
"""Who asks without saying who they are."""
