"""A write is a release: one transaction, one number; the rows that it replaces or removes become history.

Law: ``apply(state(a), changes(a, b)) == state(b)`` for all releases ``a <= b``; release 0 is before the first.
"""

from db.releases.feed import feed, fields, net, type_of, with_fields
from db.releases.publishing import About, lock, publish
from db.releases.reading import Change, State, apply, at, changes, latest, state
from db.releases.rows import ReleaseError
from db.releases.undoing import check_undo, undo

__all__ = [
    "About",
    "Change",
    "ReleaseError",
    "State",
    "apply",
    "at",
    "changes",
    "check_undo",
    "feed",
    "fields",
    "latest",
    "lock",
    "net",
    "publish",
    "state",
    "type_of",
    "undo",
    "with_fields",
]
