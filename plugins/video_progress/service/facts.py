"""The events that a playback publishes, made in one place from its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.sdk.db import new_id
from app.sdk.events.learning_time import LearningTimeUnconfirmed, Stretch
from app.sdk.events.playback import PlaybackEnded, PlaybackPaused, PlaybackPlayed
from app.sdk.events.presence import ChallengeFailed, ChallengeIssued, ChallengePassed
from app.sdk.uow import UnitOfWork
from plugins.video_progress.domain.intervals import Spans, union
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Pieces, lasting, media_of
from plugins.video_progress.models import ChallengeRow, Playback

SOURCE = "video_progress"


def base(at: datetime) -> dict[str, Any]:
    """Return what every event has."""
    return {"event_id": new_id(), "happened_at": at}


def of_playback(playback: Playback, at: datetime) -> dict[str, Any]:
    """Return what every event about a playback has."""
    return {
        **base(at),
        "playback_id": playback.id,
        "person_id": playback.person_id,
        "enrolment_id": playback.enrolment_id,
        "offering_id": playback.offering_id,
        "lesson_id": playback.lesson_id,
        "lesson_ms": playback.length_ms,
    }


def of_challenge(challenge: ChallengeRow, playback: Playback, at: datetime) -> dict[str, Any]:
    """Return what every event about a check has."""
    known = of_playback(playback, at)
    del known["lesson_ms"]
    return {**known, "challenge_id": challenge.id, "kind": challenge.kind}


def watched(record: LessonRecord, pending: Pieces) -> Spans:
    """Return all media that was watched in the registration: checked, and waiting for a check."""
    return union(record.checked, media_of(pending))


def stretches(pieces: Pieces) -> tuple[Stretch, ...]:
    """Return pieces as the stretches of an event."""
    return tuple(
        Stretch(media_from_ms=piece.media_from, server_from_ms=piece.server_from, lasts_ms=piece.lasts)
        for piece in pieces
    )


def tell_played(uow: UnitOfWork, playback: Playback, position_ms: int) -> None:
    """Play began at a position; told once, until it pauses."""
    if not playback.playing:
        playback.playing = True
        uow.publish(PlaybackPlayed(**of_playback(playback, uow.now), position_ms=position_ms))


def tell_paused(uow: UnitOfWork, playback: Playback, seen: Spans) -> None:
    """Play stands still; told once, until it goes on."""
    if playback.playing:
        playback.playing = False
        uow.publish(
            PlaybackPaused(**of_playback(playback, uow.now), position_ms=playback.position_ms, watched=seen)
        )


def tell_ended(uow: UnitOfWork, playback: Playback, seen: Spans, reason: str) -> None:
    """The playback is over. It always pauses first (video profile)."""
    tell_paused(uow, playback, seen)
    uow.publish(
        PlaybackEnded(
            **of_playback(playback, uow.now), position_ms=playback.position_ms, watched=seen, reason=reason
        )
    )


def tell_unconfirmed(uow: UnitOfWork, playback: Playback, pieces: Pieces, code: str) -> None:
    """What was watched and is not confirmed, if anything was."""
    if pieces:
        known = of_playback(playback, uow.now)
        del known["lesson_ms"]
        uow.publish(
            LearningTimeUnconfirmed(
                **known,
                source=SOURCE,
                code=code,
                media_from_ms=min(piece.media_from for piece in pieces),
                lasts_ms=lasting(pieces),
            )
        )


def tell_lost(uow: UnitOfWork, playback: Playback, code: str, lost_ms: int) -> None:
    """Play that was not believed (too fast, hidden, after too long a silence), told once, at the end."""
    if lost_ms > 0:
        known = of_playback(playback, uow.now)
        del known["lesson_ms"]
        uow.publish(
            LearningTimeUnconfirmed(**known, source=SOURCE, code=code, media_from_ms=0, lasts_ms=lost_ms)
        )


def tell_issued(uow: UnitOfWork, challenge: ChallengeRow, playback: Playback) -> None:
    """A check was issued."""
    uow.publish(ChallengeIssued(**of_challenge(challenge, playback, uow.now)))


def tell_passed(uow: UnitOfWork, challenge: ChallengeRow, playback: Playback) -> None:
    """A check was passed."""
    uow.publish(
        ChallengePassed(
            **of_challenge(challenge, playback, uow.now),
            method=challenge.method or "",
            attempt=challenge.attempt,
            evidence_digest=challenge.evidence_digest,
        )
    )


def tell_failed(uow: UnitOfWork, challenge: ChallengeRow, playback: Playback, unconfirmed: Pieces) -> None:
    """The last attempt of a check was lost."""
    uow.publish(
        ChallengeFailed(
            **of_challenge(challenge, playback, uow.now),
            attempts=challenge.attempt,
            answered=challenge.answers > 0,
            unconfirmed_ms=lasting(unconfirmed),
        )
    )
