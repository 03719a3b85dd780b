"""When it was known: every change of facts is a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import models
from schema import sql
from schema.sql import Node

if TYPE_CHECKING:
    from datetime import datetime


@sql.type(models.Release, order=("number",))
class Release(Node):
    number: int
    title: str
    published_at: datetime
    rows_written: int
    rows_removed: int
