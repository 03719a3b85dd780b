"""One statement in the making: fresh aliases, bind parameters by name, and the moment it is asked of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from schema.sql.arguments import Bound, Variables
from schema.sql.moments import Moment


class Statement:
    """Collects what the statement of one root field needs.

    ``hydrated`` says that Python completes the answer, so rows carry what resolvers need; ``needs_python`` that a field
    was selected which only Python can answer; ``watched`` that an expression promises a value and might break it.
    ``name`` sets its parameters apart from those of an operation's other root fields.
    """

    def __init__(self, name: str, *, hydrated: bool) -> None:
        self.hydrated = hydrated
        self.needs_python = False
        self.watched = False
        self.moment = Moment()
        self.cursor_releases: list[Bound] = []
        self.bound: dict[str, Bound] = {}
        self.checks: list[Callable[[Variables], None]] = []
        self._name = name
        self._aliases = 0

    def alias(self, *, followed: bool = False) -> str:
        """Return an alias that nothing else in the statement bears; see :class:`Moment` for ``followed``."""
        self._aliases += 1
        name = f"t{self._aliases}"
        if followed:
            self.moment.followed.add(name)
        return name

    def bind(self, value: Bound, type_: Any) -> sa.BindParameter[Any]:
        """Return a bind parameter whose value is read when the statement runs; its name ties the two together."""
        # The number comes first: the constants of methods get names like ``kind_1`` from SQLAlchemy.
        name = f"{len(self.bound)}_{self._name}"
        self.bound[name] = value
        return sa.bindparam(name, required=False, type_=type_)
