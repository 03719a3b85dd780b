"""Errors that a client may see, each with a code and a sentence that says what to do."""

from __future__ import annotations

from graphql import GraphQLError

from schema.limits import DESCRIPTIONS, shown_name


class PublicError(GraphQLError):
    """An error of the request; everything else is masked before it reaches a client."""

    code = "BAD_REQUEST"

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": self.code})


class BadInput(PublicError):
    """A value of an argument cannot be used."""

    code = "BAD_INPUT"


class BadCursor(PublicError):
    """A cursor was altered, or belongs to another ordering."""

    code = "BAD_CURSOR"


class NotFound(PublicError):
    """An identifier names nothing."""

    code = "NOT_FOUND"


class LimitExceeded(PublicError):
    """A request asks for more than the server is ready to look at."""

    code = "LIMIT_EXCEEDED"

    @classmethod
    def of(cls, limit: str, maximum: int, found: int, advice: str = "ask for less at a time") -> LimitExceeded:
        """Say which limit was passed; ``found`` is where counting stopped, if the rest was not counted."""
        what, name = DESCRIPTIONS[limit].partition(" | ")[2], shown_name(limit)
        error = cls(f"{what}: there are {found:,}, and at most {maximum:,} are allowed (limit {name}): {advice}.")
        error.extensions = {"code": cls.code, "limit": name, "maximum": maximum, "found": found}
        return error


class MixedKinds(PublicError):
    """Numbers would be added up that differ in kind."""

    code = "MIXED_KINDS"
