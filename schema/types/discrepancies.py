"""What disagrees, as the checks find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import models
from schema import sql
from schema.sql import Node

if TYPE_CHECKING:
    from decimal import Decimal

    import strawberry

    from db.models.discrepancies import Check
    from schema.types.releases import Release


@sql.type(models.Discrepancy, order=("check", "subject_id"), apart={"difference": ("check",)})
class Discrepancy:
    id: strawberry.ID
    check: Check
    subject_id: strawberry.ID
    subject: Node | None
    expected: str
    expected_by: list[str]
    found: str
    found_by: list[str]
    difference: Decimal | None
    decided: bool
    message: str
    message_en: str
    rests_on: list[str]
    since: Release
