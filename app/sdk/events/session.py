"""Facts about sessions of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.sdk.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """A person ended their session in an orderly way."""

    name: ClassVar[str] = "session.signed_out.v1"

    person_id: int
