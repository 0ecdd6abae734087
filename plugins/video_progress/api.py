"""HTTP interface of playing: open, beats, checks, close. Seconds outside, milliseconds inside."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, current_app, request
from pydantic import BaseModel, Field, FiniteFloat

from app.sdk.auth import signed_in
from app.sdk.errors import InvalidError, NotFoundError, TooLargeError
from app.sdk.presence import PresenceAnswer
from app.sdk.quantities import milliseconds_of, seconds_of
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import Body, body, operation, requires, without_csrf_token
from plugins.video_progress.domain.beat import Beat, BeatError
from plugins.video_progress.errors import ChallengeOverError
from plugins.video_progress.permissions import LEARN
from plugins.video_progress.service import checking, ending, playing
from plugins.video_progress.service.tickets import Tickets

api = Blueprint("video_progress_api", __name__, url_prefix="/api/v1")

MOST_BEATS = 200
MOST_FRAMES = 5
FRAME_BYTES_AT_MOST = 2 * 1024 * 1024
FIELD_LENGTH_AT_MOST = 2000

# 10^9 s is thirty years of film: nothing true is longer, and no arithmetic overflows.
MediaSeconds = Annotated[FiniteFloat, Field(ge=0, le=1e9)]


class OpenRequest(Body):
    """The lesson to be played."""

    lesson_id: str = Field(min_length=1, max_length=64)


class BeatItem(Body):
    """Media [from, to) in seconds was played, at a rate, in a visible page or not."""

    seq: int = Field(ge=0, lt=2**53)
    played: tuple[MediaSeconds, MediaSeconds]
    rate: Annotated[FiniteFloat, Field(ge=0, le=1000)] = 1.0
    visible: bool = True


class BeatsRequest(Body):
    """The playback's ticket and its beats, oldest first."""

    ticket: str = Field(max_length=500)
    beats: list[BeatItem] = Field(max_length=MOST_BEATS)


class ChallengeItem(BaseModel):
    """An open check: answer it with the nonce, within expires_in seconds."""

    id: str
    kind: str
    nonce: str
    attempt: int
    attempts_left: int
    expires_in: float
    methods: list[str]


class OpenedPlayback(BaseModel):
    """A playback that has begun; positions in seconds."""

    id: str
    ticket: str
    resume_at: float
    furthest: float
    manifest_url: str
    beat_seconds: float
    media_seconds: float


class BeatsAnswer(BaseModel):
    """How many beats were accepted, what was noted, and what it came to."""

    accepted: int
    codes: list[str]
    pending_seconds: float
    checked_seconds: float
    furthest: float
    challenge: ChallengeItem | None


class PlaybackAnswer(BaseModel):
    """A playback as the server sees it. state is open, closed, replaced or lost."""

    id: str
    state: str
    resume_at: float
    furthest: float
    pending_seconds: float
    checked_seconds: float
    complete: bool
    challenge: ChallengeItem | None


class MethodItem(BaseModel):
    """A way to answer; reason says why it is closed."""

    name: str
    label: str
    available: bool
    reason: str | None


class ChallengeAnswer(BaseModel):
    """An open check with its ways to answer and what the page shows for each."""

    id: str
    kind: str
    nonce: str
    attempt: int
    attempts_left: int
    expires_in: float
    methods: list[MethodItem]
    prompts: dict[str, Any]


class ReasonItem(BaseModel):
    """Why an answer did not pass."""

    code: str
    text: str


class AnswerResult(BaseModel):
    """passed, failed (an attempt is lost) or retry (none is lost). nonce is for the next attempt."""

    result: str
    reasons: list[ReasonItem]
    attempts_left: int
    nonce: str | None
    expires_in: float | None


class EndCheckAnswer(BaseModel):
    """The check that confirms what is pending."""

    challenge: ChallengeItem


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
        ).model_dump(),
        201,
    )


@api.get("/playbacks/<playback_id>")
@requires(LEARN)
@operation(summary="A playback as the server sees it", response=PlaybackAnswer)
def show_playback(playback_id: str) -> dict[str, Any]:
    """The state of the own playback."""
    with unit_of_work() as uow:
        seen = playing.standing(uow, checking.hold(uow, playback_id, signed_in().person_id))
        uow.commit()
    return _standing(seen)


@api.post("/playbacks/<playback_id>/beats")
@requires(LEARN)
@operation(summary="What was played since the last beats", request=BeatsRequest, response=BeatsAnswer)
def beats(playback_id: str) -> dict[str, Any]:
    """Hear beats."""
    heard = _hear(playback_id)
    seen = heard.standing
    return BeatsAnswer(
        accepted=heard.accepted,
        codes=list(heard.codes),
        pending_seconds=seconds_of(seen.pending_ms),
        checked_seconds=seconds_of(seen.checked_ms),
        furthest=seconds_of(seen.furthest_ms),
        challenge=_challenge(seen.asked),
    ).model_dump()


@api.post("/playbacks/<playback_id>/beacon")
@without_csrf_token
@requires(LEARN)
@operation(summary="The last beats of a page that is going away", request=BeatsRequest, status=204)
def beacon(playback_id: str) -> tuple[str, int]:
    """Hear beats that the browser sends after the page; it cannot bear the token, so Origin is checked."""
    _hear(playback_id)
    return "", 204


@api.post("/playbacks/<playback_id>/end-check")
@requires(LEARN)
@operation(
    summary="Ask for a check of what is pending; with a method, answer it at once",
    multipart={"method": "optional: snapshot or otp_quiz", "nonce": "of the open check", "frame": "pictures"},
    response=EndCheckAnswer,
)
def end_check(playback_id: str) -> dict[str, Any]:
    """Open the end check, or answer the one that is open."""
    person_id = signed_in().person_id
    with unit_of_work() as uow:
        held = checking.hold(uow, playback_id, person_id)
        asked = checking.end_check(uow, held)
        if "method" in request.form:
            _, challenge = checking.hold_challenge(uow, asked.id, person_id)
            given = _answer_of_request()
            result = checking.answer(
                uow,
                held,
                challenge,
                nonce=request.form.get("nonce", ""),
                method=request.form["method"],
                sent=given,
            )
            uow.commit()
            return _result(result)
        uow.commit()
    return EndCheckAnswer.model_validate({"challenge": _challenge(asked)}).model_dump()


@api.post("/playbacks/<playback_id>/close")
@requires(LEARN)
@operation(summary="End the playback; what is still pending is discarded", response=PlaybackAnswer)
def close(playback_id: str) -> dict[str, Any]:
    """End the own playback; ending it again changes nothing."""
    with unit_of_work() as uow:
        held = checking.hold(uow, playback_id, signed_in().person_id)
        checking.settle_lapsed(uow, held)
        ending.end(uow, held.learner, held.playback, ending.CLOSED)
        seen = playing.standing(uow, held)
        uow.commit()
    return _standing(seen)


@api.get("/challenges/<challenge_id>")
@requires(LEARN)
@operation(summary="An open check: ways to answer, and what the page shows", response=ChallengeAnswer)
def show_challenge(challenge_id: str) -> dict[str, Any]:
    """The own open check."""
    with unit_of_work() as uow:
        held, challenge = checking.hold_challenge(uow, challenge_id, signed_in().person_id)
        still_open = checking.settle_lapsed(uow, held)
        if still_open is None or still_open.id != challenge.id:
            uow.commit()
            raise ChallengeOverError
        asked = checking.shown(uow, held, challenge)
        closed = checking.reasons_closed(uow, held, challenge)
        prompts = checking.prompts(uow, held, challenge)
        uow.commit()
    return ChallengeAnswer(
        id=asked.id,
        kind=asked.kind,
        nonce=asked.nonce,
        attempt=asked.attempt,
        attempts_left=asked.attempts_left,
        expires_in=seconds_of(asked.expires_in_ms),
        methods=[
            MethodItem(
                name=method.name,
                label=method.label,
                available=closed[method.name] is None,
                reason=closed[method.name],
            )
            for method in runtime().presence_methods
        ],
        prompts=dict(prompts),
    ).model_dump()


@api.post("/challenges/<challenge_id>/answers")
@requires(LEARN)
@operation(
    summary="Answer an open check",
    multipart={
        "method": "snapshot or otp_quiz",
        "nonce": "of the present attempt",
        "frame": "snapshot: one or more pictures",
        "code": "otp_quiz: the code shown in the page",
        "answer": "otp_quiz: the key of the chosen option",
    },
    response=AnswerResult,
)
def answer_challenge(challenge_id: str) -> dict[str, Any]:
    """Answer the own check."""
    method, nonce = request.form.get("method", ""), request.form.get("nonce", "")
    given = _answer_of_request()
    with unit_of_work() as uow:
        held, challenge = checking.hold_challenge(uow, challenge_id, signed_in().person_id)
        result = checking.answer(uow, held, challenge, nonce=nonce, method=method, sent=given)
        uow.commit()
    return _result(result)


def _hear(playback_id: str) -> playing.HeardBatch:
    sent = body(BeatsRequest)
    person_id = signed_in().person_id
    _tickets().check(sent.ticket, playback_id=playback_id, person_id=person_id)
    claims = [_beat(item) for item in sent.beats]
    with unit_of_work() as uow:
        heard = playing.hear_beats(uow, playback_id, person_id, claims)
        uow.commit()
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


def _answer_of_request() -> PresenceAnswer:
    frames = request.files.getlist("frame")
    if len(frames) > MOST_FRAMES:
        raise TooLargeError
    pictures = tuple(frame.read(FRAME_BYTES_AT_MOST + 1) for frame in frames)
    if any(len(picture) > FRAME_BYTES_AT_MOST for picture in pictures):
        raise TooLargeError("图片过大，每张不超过 2 MB。")
    fields = {name: value[:FIELD_LENGTH_AT_MOST] for name, value in request.form.items()}
    return PresenceAnswer(fields=fields, frames=pictures)


def _tickets() -> Tickets:
    return Tickets(str(current_app.config["SECRET_KEY"]))


def _challenge(asked: checking.Asked | None) -> ChallengeItem | None:
    if asked is None:
        return None
    return ChallengeItem(
        id=asked.id,
        kind=asked.kind,
        nonce=asked.nonce,
        attempt=asked.attempt,
        attempts_left=asked.attempts_left,
        expires_in=seconds_of(asked.expires_in_ms),
        methods=[method.name for method in asked.methods],
    )


def _standing(seen: playing.Standing) -> dict[str, Any]:
    return PlaybackAnswer(
        id=seen.playback_id,
        state=seen.ended or "open",
        resume_at=seconds_of(seen.resume_at_ms),
        furthest=seconds_of(seen.furthest_ms),
        pending_seconds=seconds_of(seen.pending_ms),
        checked_seconds=seconds_of(seen.checked_ms),
        complete=seen.complete,
        challenge=_challenge(seen.asked),
    ).model_dump()


def _result(answered: checking.Answered) -> dict[str, Any]:
    asked = answered.asked
    return AnswerResult(
        result=answered.result,
        reasons=[ReasonItem(code=reason.code, text=reason.text) for reason in answered.reasons],
        attempts_left=asked.attempts_left if asked else 0,
        nonce=asked.nonce if asked else None,
        expires_in=seconds_of(asked.expires_in_ms) if asked else None,
    ).model_dump()
