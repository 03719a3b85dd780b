"""A write is a release: one transaction, one number; the rows that it replaces or removes become history.

Law: ``apply(state(a), changes(a, b)) == state(b)`` for all releases ``a <= b``; release 0 is before the first.
"""

from db.releases.publishing import lock, publish
from db.releases.reading import Change, State, apply, at, changes, latest, state
from db.releases.rows import ReleaseError

__all__ = ["Change", "ReleaseError", "State", "apply", "at", "changes", "latest", "lock", "publish", "state"]
