"""Which event is told, in which words, and which is not, and why.

Pure: an event and its surroundings in, statements out. Playback is video.py's;
here are checks and hours, and the two lists that together hold every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.sdk.events.base import Event
from app.sdk.events.learning_time import HoursCredited, LearningTimeConfirmed, LearningTimeUnconfirmed
from app.sdk.events.playback import (
    LessonCompleted,
    PlaybackEnded,
    PlaybackOpened,
    PlaybackPaused,
    PlaybackPlayed,
)
from app.sdk.events.presence import (
    ChallengeEvent,
    ChallengeFailed,
    ChallengeIssued,
    ChallengePassed,
    ConsentGiven,
    ConsentWithdrawn,
    ReferenceEnrolled,
)
from app.sdk.events.session import SignedOut
from app.sdk.quantities import CreditRule, cut
from plugins.xapi_feed.domain import vocabulary as word
from plugins.xapi_feed.domain.statements import Activity, Result, Statement, Value
from plugins.xapi_feed.domain.surroundings import Surroundings

VIDEO_EVENTS: tuple[type[Event], ...] = (
    PlaybackOpened,
    PlaybackPlayed,
    PlaybackPaused,
    PlaybackEnded,
    LessonCompleted,
)
CHALLENGE_EVENTS: tuple[type[Event], ...] = (ChallengeIssued, ChallengePassed, ChallengeFailed)
HOURS_EVENTS: tuple[type[Event], ...] = (HoursCredited,)

SENT: frozenset[type[Event]] = frozenset({*VIDEO_EVENTS, *CHALLENGE_EVENTS, *HOURS_EVENTS})

NOT_SENT: Mapping[type[Event], str] = {
    LearningTimeConfirmed: "the passed check and the hours it earned are told, each by its own statement",
    LearningTimeUnconfirmed: "what earned nothing is no business of the registry; a lost check is told",
    ConsentGiven: "consent is between the person and the platform; statements cannot be erased",
    ConsentWithdrawn: "consent is between the person and the platform; statements cannot be erased",
    SignedOut: "signing in and out is no learning; the playback it ends is told",
    ReferenceEnrolled: "that a face picture exists is sensitive, and the registry needs no such fact",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBy:
    """The plan and the class hour by which hours were credited."""

    plan: str
    credit: CreditRule


def challenge_statement(event: ChallengeEvent, around: Surroundings) -> Statement:
    """Return the statement of a check that was issued, passed, failed or not answered.

    The trainee is the actor of all of them, so that a query by agent finds the
    whole story of a check.
    """
    verb, result = _check_result(event)
    return around.about(
        verb,
        around.activity("identity-checks", event.challenge_id, word.IDENTITY_CHECK),
        event.happened_at,
        context={word.CHECK_KIND: event.kind},
        result=result,
    )


def hours_statement(event: HoursCredited, around: Surroundings, judged_by: JudgedBy) -> Statement:
    """Return the statement of one entry of the ledger: the exact amount, and by which rules."""
    hours = cut(judged_by.credit.class_hours(event.credited_ms), 6)
    return around.about(
        word.EARNED,
        around.activity("ledger-entries", event.entry_id, word.CREDIT_HOURS),
        event.happened_at,
        context={word.RULE_VERSION: event.rule_version, word.PLAN: judged_by.plan},
        result=Result(
            duration_ms=event.credited_ms,
            extensions={
                word.CREDIT_HOURS_EARNED: float(hours),
                word.CREDITED_MS: event.credited_ms,
                word.TOTAL_MS: event.total_ms,
            },
        ),
    )


def course_activity(activity_base: str, offering_id: str, title: str | None) -> Activity:
    """Return the offering as an activity."""
    return Activity(id=f"{activity_base}/offerings/{offering_id}", type=word.COURSE, name=title)


def lesson_activity(activity_base: str, lesson_id: str, title: str | None) -> Activity:
    """Return the lesson as an activity: a video."""
    return Activity(id=f"{activity_base}/lessons/{lesson_id}", type=word.VIDEO, name=title)


def _check_result(event: ChallengeEvent) -> tuple[str, Result | None]:
    match event:
        case ChallengePassed():
            said: dict[str, Value] = {word.METHOD: event.method, word.ATTEMPTS: event.attempt}
            if event.evidence_digest is not None:
                said[word.EVIDENCE] = event.evidence_digest
            return word.PASSED, Result(success=True, extensions=said)
        case ChallengeFailed():
            lost: dict[str, Value] = {
                word.ATTEMPTS: event.attempts,
                word.UNCONFIRMED_MS: event.unconfirmed_ms,
            }
            if event.answered:
                return word.FAILED, Result(success=False, extensions=lost)
            return word.SKIPPED, Result(extensions=lost)
        case _:
            return word.ATTEMPTED, None
