"""HTTP interface of playing: open, beats, close. Seconds outside, milliseconds inside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app

from app.sdk.auth import signed_in
from app.sdk.errors import InvalidError, NotFoundError
from app.sdk.quantities import milliseconds_of, seconds_of
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import body, operation, requires, without_csrf_token
from plugins.video_progress.api.challenges import challenge_item
from plugins.video_progress.api.hot_beats import note_rules
from plugins.video_progress.api.schemas import (
    BeatItem,
    BeatsAnswer,
    BeatsRequest,
    OpenedPlayback,
    OpenRequest,
    PlaybackAnswer,
)
from plugins.video_progress.domain.beat import Beat, BeatError
from plugins.video_progress.permissions import LEARN
from plugins.video_progress.service import checking, ending, playing, settling
from plugins.video_progress.service.tickets import Tickets

api = Blueprint("video_progress_playbacks", __name__, url_prefix="/api/v1")


@api.post("/playbacks")
@requires(LEARN)
@operation(
    summary="Open a lesson: takes the person's one lease",
    request=OpenRequest,
    response=OpenedPlayback,
    status=201,
)
def open_playback() -> tuple[dict[str, Any], int]:
    """Open a lesson of the own category."""
    lesson_id = body(OpenRequest).lesson_id
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    if enrolment is None:
        raise NotFoundError
    offering = runtime().catalogue.visible_with_lesson(enrolment.category, enrolment.industry, lesson_id)
    lesson = offering.lesson(lesson_id) if offering else None
    if offering is None or lesson is None:
        raise NotFoundError
    with unit_of_work() as uow:
        opened = playing.open_lesson(uow, enrolment, offering, lesson)
        uow.commit()
    asset = runtime().media.asset(lesson.asset_id or "")
    if asset is None:
        raise NotFoundError
    return (
        OpenedPlayback(
            id=opened.playback_id,
            ticket=_tickets().write(opened.playback_id, enrolment.person_id),
            resume_at=seconds_of(opened.resume_at_ms),
            furthest=seconds_of(opened.furthest_ms),
            manifest_url=asset.manifest_url,
            beat_seconds=seconds_of(opened.beat_ms),
            media_seconds=seconds_of(lesson.media_ms),
            complete=opened.complete,
        ).model_dump(),
        201,
    )


@api.get("/playbacks/<playback_id>")
@requires(LEARN)
@operation(summary="A playback as the server sees it", response=PlaybackAnswer)
def show_playback(playback_id: str) -> dict[str, Any]:
    """The state of the own playback."""
    with unit_of_work() as uow:
        seen = playing.standing(uow, settling.hold(uow, playback_id, signed_in().person_id))
        uow.commit()
    return _standing(seen)


@api.post("/playbacks/<playback_id>/beats")
@requires(LEARN)
@operation(summary="What was played since the last beats", request=BeatsRequest, response=BeatsAnswer)
def beats(playback_id: str) -> dict[str, Any]:
    """Hear beats."""
    heard = _hear(playback_id, leaving=False)
    seen = heard.standing
    return BeatsAnswer(
        accepted=heard.accepted,
        codes=list(heard.codes),
        pending_seconds=seconds_of(seen.pending_ms),
        checked_seconds=seconds_of(seen.checked_ms),
        furthest=seconds_of(seen.furthest_ms),
        challenge=challenge_item(seen.asked),
    ).model_dump()


@api.post("/playbacks/<playback_id>/beacon")
@without_csrf_token
@requires(LEARN)
@operation(summary="The last beats of a page that is going away", request=BeatsRequest, status=204)
def beacon(playback_id: str) -> tuple[str, int]:
    """Hear beats that the browser sends after the page; it cannot bear the token, so Origin is checked."""
    _hear(playback_id, leaving=True)
    return "", 204


@api.post("/playbacks/<playback_id>/close")
@requires(LEARN)
@operation(summary="End the playback; what is still pending is discarded", response=PlaybackAnswer)
def close(playback_id: str) -> dict[str, Any]:
    """End the own playback; ending it again changes nothing."""
    with unit_of_work() as uow:
        held = settling.hold(uow, playback_id, signed_in().person_id)
        checking.settle_lapsed(uow, held)
        ending.end(uow, held.learner, held.playback, ending.CLOSED)
        seen = playing.standing(uow, held)
        uow.commit()
    return _standing(seen)


def _hear(playback_id: str, *, leaving: bool) -> playing.HeardBatch:
    sent = body(BeatsRequest)
    person_id = signed_in().person_id
    _tickets().check(sent.ticket, playback_id=playback_id, person_id=person_id)
    claims = [_beat(item) for item in sent.beats]
    with unit_of_work() as uow:
        heard = playing.hear_beats(uow, playback_id, person_id, claims, leaving=leaving)
        uow.commit()
    note_rules(playback_id, heard.rules)
    return heard


def _beat(item: BeatItem) -> Beat:
    try:
        return Beat(
            seq=item.seq,
            from_ms=milliseconds_of(item.played[0]),
            to_ms=milliseconds_of(item.played[1]),
            rate=item.rate,
            visible=item.visible,
        )
    except BeatError as error:
        raise InvalidError(
            details={"faults": [{"field": f"beats.{item.seq}", "reason": str(error)}]}
        ) from error


def _tickets() -> Tickets:
    return Tickets(str(current_app.config["SECRET_KEY"]))


def _standing(seen: playing.Standing) -> dict[str, Any]:
    return PlaybackAnswer(
        id=seen.playback_id,
        state=seen.ended or "open",
        resume_at=seconds_of(seen.resume_at_ms),
        furthest=seconds_of(seen.furthest_ms),
        pending_seconds=seconds_of(seen.pending_ms),
        checked_seconds=seconds_of(seen.checked_ms),
        complete=seen.complete,
        challenge=challenge_item(seen.asked),
    ).model_dump()
