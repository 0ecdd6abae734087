"""HTTP interface of checks: ask for one, look at it, answer it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from app.sdk.auth import signed_in
from app.sdk.errors import TooLargeError
from app.sdk.presence import PresenceAnswer
from app.sdk.quantities import seconds_of
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import operation, requires
from plugins.video_progress.api.schemas import (
    AnswerResult,
    ChallengeAnswer,
    ChallengeItem,
    EndCheckAnswer,
    MethodItem,
    ReasonItem,
)
from plugins.video_progress.errors import ChallengeOverError
from plugins.video_progress.permissions import LEARN
from plugins.video_progress.service import checking, settling

api = Blueprint("video_progress_challenges", __name__, url_prefix="/api/v1")

MOST_FRAMES = 5
FRAME_BYTES_AT_MOST = 2 * 1024 * 1024
FIELD_LENGTH_AT_MOST = 2000


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
        held = settling.hold(uow, playback_id, person_id)
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
    return EndCheckAnswer.model_validate({"challenge": challenge_item(asked)}).model_dump()


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


def challenge_item(asked: checking.Asked | None) -> ChallengeItem | None:
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


def _answer_of_request() -> PresenceAnswer:
    frames = request.files.getlist("frame")
    if len(frames) > MOST_FRAMES:
        raise TooLargeError
    pictures = tuple(frame.read(FRAME_BYTES_AT_MOST + 1) for frame in frames)
    if any(len(picture) > FRAME_BYTES_AT_MOST for picture in pictures):
        raise TooLargeError("图片过大，每张不超过 2 MB。")
    fields = {name: value[:FIELD_LENGTH_AT_MOST] for name, value in request.form.items()}
    return PresenceAnswer(fields=fields, frames=pictures)


def _result(answered: checking.Answered) -> dict[str, Any]:
    asked = answered.asked
    return AnswerResult(
        result=answered.result,
        reasons=[ReasonItem(code=reason.code, text=reason.text) for reason in answered.reasons],
        attempts_left=asked.attempts_left if asked else 0,
        nonce=asked.nonce if asked else None,
        expires_in=seconds_of(asked.expires_in_ms) if asked else None,
    ).model_dump()
