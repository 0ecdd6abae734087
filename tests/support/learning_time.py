"""Learning time for tests: confirmed and lost, as a publisher would tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.sdk.db import new_id
from app.sdk.events.base import Event
from app.sdk.events.learning_time import (
    LearningTimeConfirmed,
    LearningTimeUnconfirmed,
    RefusedStretch,
    Stretch,
)
from app.sdk.uow import UnitOfWork

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NOON_MS = 1_772_424_000_000

PERSON, ENROLMENT = 7, 70
OFFERING, LESSON, PLAYBACK = "offering-1", "lesson-1", "playback-1"


def stretch(media: int, lasts: int, *, server: int | None = None) -> Stretch:
    """Return media [media, media + lasts) seconds, watched from server seconds after noon."""
    begin = media if server is None else server
    return Stretch(media_from_ms=media * 1000, server_from_ms=NOON_MS + begin * 1000, lasts_ms=lasts * 1000)


def confirmed(
    *credited: Stretch,
    refused: tuple[RefusedStretch, ...] = (),
    person_id: int = PERSON,
    enrolment_id: int = ENROLMENT,
    offering_id: str = OFFERING,
    lesson_id: str = LESSON,
    event_id: str | None = None,
) -> LearningTimeConfirmed:
    """Return the news that a check was passed."""
    return LearningTimeConfirmed(
        event_id=event_id or new_id(),
        happened_at=NOON,
        source="video_progress",
        person_id=person_id,
        enrolment_id=enrolment_id,
        offering_id=offering_id,
        lesson_id=lesson_id,
        playback_id=PLAYBACK,
        challenge_id=new_id(),
        method="otp_quiz",
        evidence_digest="00" * 32,
        rule_version="rules-1",
        credited=credited,
        refused=refused,
    )


def lost(
    code: str,
    seconds: int,
    *,
    playback_id: str = PLAYBACK,
    person_id: int = PERSON,
    enrolment_id: int = ENROLMENT,
    offering_id: str = OFFERING,
    lesson_id: str = LESSON,
    media: int = 0,
    at: datetime = NOON,
) -> LearningTimeUnconfirmed:
    """Return the news that time was watched and will not be credited."""
    return LearningTimeUnconfirmed(
        event_id=new_id(),
        happened_at=at,
        source="video_progress",
        person_id=person_id,
        enrolment_id=enrolment_id,
        offering_id=offering_id,
        lesson_id=lesson_id,
        playback_id=playback_id,
        code=code,
        media_from_ms=media * 1000,
        lasts_ms=seconds * 1000,
    )


@dataclass
class RememberingBus:
    """A bus that remembers what was published, and tells one hearer."""

    heard: list[Event] = field(default_factory=list)
    tell: Callable[[Event, UnitOfWork], None] | None = None

    def publish(self, event: Event, uow: UnitOfWork) -> None:
        self.heard.append(event)
        if self.tell is not None:
            self.tell(event, uow)
