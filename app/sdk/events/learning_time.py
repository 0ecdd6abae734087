"""Facts about learning time: confirmed by a check, entered into the ledger.

All quantities are integer milliseconds. A stretch pairs media time with the
server time in which it was watched, millisecond for millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.sdk.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Media [media_from_ms, media_from_ms + lasts_ms) watched from server_from_ms (since 1970, UTC)."""

    media_from_ms: int
    server_from_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedStretch:
    """A stretch that was checked but earns nothing; code says why (rules.md 5.2)."""

    stretch: Stretch
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningTimeConfirmed(Event):
    """A passed check confirmed what was pending.

    `credited` earns; `refused` was watched and checked and does not. Evidence
    is the digest of the check that was passed; rule_version names the rules.
    """

    name: ClassVar[str] = "learning_time.confirmed.v1"

    source: str
    person_id: int
    enrolment_id: int
    offering_id: str
    lesson_id: str
    playback_id: str
    challenge_id: str
    method: str
    evidence_digest: str | None
    rule_version: str
    credited: tuple[Stretch, ...]
    refused: tuple[RefusedStretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningTimeUnconfirmed(Event):
    """What was watched and will not be credited unless it is watched again.

    code is CHALLENGE_FAILED, TAIL_DISCARDED, SESSION_REPLACED or a code of a
    refused beat (rules.md 5.2).
    """

    name: ClassVar[str] = "learning_time.unconfirmed.v1"

    source: str
    person_id: int
    enrolment_id: int
    offering_id: str
    lesson_id: str
    playback_id: str
    code: str
    media_from_ms: int
    lasts_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursCredited(Event):
    """An entry was written into the ledger of learning time.

    total_ms is the enrolment's balance after it.
    """

    name: ClassVar[str] = "learning_time.hours_credited.v1"

    entry_id: str
    person_id: int
    enrolment_id: int
    offering_id: str
    lesson_id: str
    playback_id: str
    credited_ms: int
    total_ms: int
    rule_version: str
