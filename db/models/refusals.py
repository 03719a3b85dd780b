"""How a statement refuses to answer: a function in the database that fails with a message meant for the client."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.models.base import Base

REFUSED = "NG001"
"""The SQLSTATE of such a failure."""

REFUSE_MIXED_KINDS = f"""
CREATE OR REPLACE FUNCTION refuse_mixed_kinds(reason text) RETURNS numeric LANGUAGE plpgsql VOLATILE AS
$$BEGIN RAISE EXCEPTION USING ERRCODE = '{REFUSED}', MESSAGE = reason; END$$
"""


@sa.event.listens_for(Base.metadata, "before_create")
def _create(_: sa.MetaData, connection: sa.Connection, **__: Any) -> None:
    connection.exec_driver_sql(REFUSE_MIXED_KINDS)
