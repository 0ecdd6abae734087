"""Who is signed in, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g

from app.sdk.errors import NotSignedInError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person behind the session cookie of this request.

    epoch counts the times all sessions of the person were ended; a cookie of an
    older epoch is worth nothing.
    """

    person_id: int
    public_id: str
    login: str
    name: str
    roles: frozenset[str]
    permissions: frozenset[str]
    epoch: int

    def may(self, permission: str) -> bool:
        """Return whether one of the roles carries permission."""
        return permission in self.permissions


def signed_in() -> SignedIn:
    """Return who is signed in. Raises NotSignedInError."""
    person = signed_in_or_none()
    if person is None:
        raise NotSignedInError
    return person


def signed_in_or_none() -> SignedIn | None:
    """Return who is signed in, or None. The kernel puts it there before any view runs."""
    return cast("SignedIn | None", g.get("anxue_signed_in"))
