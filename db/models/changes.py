"""What a release did to a row and to each of its fields, computed from the log, the tables and their histories."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from db.models.base import Label, column
from db.models.derived import Derived
from db.models.identity import models_by_prefix
from db.models.releases import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator


def _described() -> Iterator[tuple[str, str]]:
    """Return every type of fact by name, with the first line of its description."""
    for model in sorted(models_by_prefix().values(), key=lambda model: model.__name__):
        if not sa.inspect(model).polymorphic_abstract:
            yield model.__name__, inspect.cleandoc(model.__doc__ or "").partition("\n")[0]


class FactType(Label):
    """사실 종류 | A type of fact, named as the contract names it."""

    _ignore_ = "name text"
    for name, text in _described():
        vars()[name] = text


class Change(Derived):
    """변경 | What became of a row from one release to a later one."""

    __tablename__ = "row_changes"

    node_id: Mapped[str] = column("행 식별자 | Identifier of the row, also of one that is no longer there")
    kind: Mapped[ChangeKind] = column("변경 구분 | What became of it")
    since: Mapped[int] = column("앞 판 번호 | Number of the release whose state is the one before")
    released_in: Mapped[int] = column(
        "판 번호 | Number of the release that changed the row, the last one if several did"
    )


class FieldChange(Derived):
    """필드 변경 | The value of a field before and after, as the field prints it, without quotes; a list as JSON."""

    __tablename__ = "field_changes"

    name: Mapped[str] = column("필드 이름 | Column, in the contract's spelling: fiscalYear, ministryId")
    before: Mapped[str | None] = column("앞 값 | Value before; null where there was none")
    after: Mapped[str | None] = column("뒤 값 | Value afterwards; null where there is none")
