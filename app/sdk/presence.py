"""Ways to answer a check, and what a check asks.

video_progress owns the check (when it is due, attempts, windows, nonce); a
presence method only shows its prompt and judges one answer. A plugin that
brings a method need not know who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from app.sdk.errors import Json
from app.sdk.uow import UnitOfWork

Outcome = Literal["passed", "failed", "retry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceAsk:
    """One attempt at one check. watched is the media, in ms, that waits for confirmation."""

    challenge_id: str
    attempt: int
    nonce: str
    person_id: int
    lesson_id: str
    watched: tuple[tuple[int, int], ...]
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceAnswer:
    """What was sent: form fields and pictures, untrusted."""

    fields: Mapping[str, str]
    frames: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceReason:
    """Why an answer did not pass: a stable code and a sentence for the trainee."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceVerdict:
    """The judgement of one answer.

    "retry" costs no attempt: the answer could not be judged (a dark picture).
    evidence_digest is the SHA-256 of what was judged, kept in clear as proof.
    """

    outcome: Outcome
    reasons: tuple[PresenceReason, ...] = field(default=())
    evidence_digest: str | None = None
    check_id: str | None = None


class PresenceMethod(Protocol):
    """A way to show that the trainee is there."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...

    def unavailable(self, ask: PresenceAsk, session: Session) -> str | None:
        """Return why this way is closed to the person now, in Chinese; None when it is open."""
        ...

    def prompt(self, ask: PresenceAsk, uow: UnitOfWork) -> Mapping[str, Json]:
        """Return what the page shows for this attempt; asking again returns the same."""
        ...

    def judge(self, ask: PresenceAsk, answer: PresenceAnswer, uow: UnitOfWork) -> PresenceVerdict:
        """Return the judgement of answer and keep its evidence in the same transaction."""
        ...
