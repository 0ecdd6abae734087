"""Facts about checks that a person is there: challenges, consent, reference pictures.

No score, no picture, no name: only what happened, to whom, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.sdk.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeEvent(Event):
    """What all facts about one challenge share. kind is "challenge" or "end_check"."""

    challenge_id: str
    kind: str
    playback_id: str
    person_id: int
    enrolment_id: int
    offering_id: str
    lesson_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeIssued(ChallengeEvent):
    """A trainee was asked to show that they are there."""

    name: ClassVar[str] = "presence.challenge_issued.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengePassed(ChallengeEvent):
    """A challenge was answered well. method is the name of a presence method."""

    name: ClassVar[str] = "presence.challenge_passed.v1"

    method: str
    attempt: int
    evidence_digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeFailed(ChallengeEvent):
    """The last attempt was lost: what was pending stays unconfirmed.

    `answered` is False when no attempt was answered at all.
    """

    name: ClassVar[str] = "presence.challenge_failed.v1"

    attempts: int
    answered: bool
    unconfirmed_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A person agreed to one purpose, separately."""

    name: ClassVar[str] = "presence.consent_given.v1"

    person_id: int
    purpose: str
    text_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A person took one consent back; it has effect at once."""

    name: ClassVar[str] = "presence.consent_withdrawn.v1"

    person_id: int
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEnrolled(Event):
    """A person's reference picture was taken (or taken anew)."""

    name: ClassVar[str] = "presence.reference_enrolled.v1"

    person_id: int
