"""Tokens that an issuer of the operator's choice signs (JWT): who they say someone is, and what that is worth here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jws import extract_compact

from api.signing_keys import SigningKeys
from db.viewers import Scope, Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures by a private key only: what verifies a token must not be able to make one."""
LONGEST = 8_000
MALFORMED = "The token is no signed JWT."


class TokenRefused(ValueError):
    """A token that says nothing that can be trusted; the message says why."""


class Tokens:
    """Reads the tokens of one issuer that are meant for this server."""

    def __init__(self, settings: Settings, keys: SigningKeys | None = None) -> None:
        assert settings.token_issuer
        assert settings.token_audience
        self._settings = settings
        self._keys = keys or SigningKeys(settings.token_issuer, settings.token_keys, settings.token_keys_copy)
        self._registry = jwt.JWTClaimsRegistry(
            leeway=settings.token_skew_seconds,
            iss={"essential": True, "value": settings.token_issuer},
            aud={"essential": True, "value": settings.token_audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def viewer(self, token: str) -> tuple[Viewer, float]:
        """Return who a token says asks, and until when, in seconds of the epoch.

        Raise TokenRefused for one that cannot be trusted, and NoSigningKeys where that cannot be found out.
        """
        if len(token) > LONGEST:
            raise TokenRefused(f"The token is longer than {LONGEST:,} characters.")
        keys = await self._keys.having(_kid(token))
        try:
            claims = jwt.decode(token, keys, ALGORITHMS).claims
            self._registry.validate(claims)
            until = float(claims["exp"]) + self._settings.token_skew_seconds
        except ExpiredTokenError:
            raise TokenRefused("The token has expired: get a new one from its issuer.") from None
        except (InvalidClaimError, MissingClaimError) as error:
            raise TokenRefused(f"The token is not for this server, or not yet: {error.description}.") from None
        except JoseError as error:
            raise TokenRefused(f"The token is not signed as it has to be ({error.error}).") from None
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
            raise TokenRefused(MALFORMED) from None
        return self._meant(claims), until

    def _meant(self, claims: Mapping[str, Any]) -> Viewer:
        """Return what claims mean here; a scope that the settings do not translate grants nothing."""
        given, known = self._settings.token_organizations, self._settings.token_scopes
        organization = _claimed(claims, self._settings.token_organization_claim)
        if not isinstance(organization, str | None):
            raise TokenRefused(f"The claim {self._settings.token_organization_claim} is no text.")
        if given and organization is not None:
            # An organization that the operator has not named is none, and not one by the same name.
            organization = given.get(organization)
        said = _claimed(claims, self._settings.token_scope_claim)
        words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        scopes = frozenset(Scope[known[word]] for word in words if isinstance(word, str) and word in known)
        return Viewer(f"token:{claims['sub']}", organization, scopes)


def _claimed(claims: Mapping[str, Any], name: str) -> Any:
    """Return a claim; ``realm_access.roles`` is also one within another."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _kid(token: str) -> str | None:
    """Return which key a token says that it is signed with, before anything of it can be trusted."""
    try:
        header: object = extract_compact(token.encode("ascii")).protected
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise TokenRefused(MALFORMED) from None
    kid = header.get("kid") if isinstance(header, dict) else header
    if not isinstance(header, dict) or not isinstance(kid, str | None):
        raise TokenRefused(MALFORMED)
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused(
            f"The token is not signed as it has to be: its algorithm is none of {', '.join(ALGORITHMS)}."
        )
    return kid
