"""The two ways to answer a check, as video_progress (or whoever asks) calls them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from sqlalchemy.orm import Session

from app.sdk.errors import Json
from app.sdk.presence import PresenceAnswer, PresenceAsk, PresenceVerdict
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork
from plugins.identity_check.service import otp_quiz, snapshots
from plugins.identity_check.service.face_way import closed_to, face_tools


class SnapshotMethod:
    """Way 1: a picture taken now, compared with the person's reference."""

    name = snapshots.METHOD
    label = "拍照核验"

    def unavailable(self, ask: PresenceAsk, session: Session) -> str | None:
        return closed_to(session, ask.person_id, face_tools())

    def prompt(self, ask: PresenceAsk, uow: UnitOfWork) -> Mapping[str, Json]:  # noqa: ARG002 - the signature is PresenceMethod's
        return {
            "camera_module": url_for("identity_check.static", filename="camera.js"),
            "advice": "请正对镜头，光线从前方来，画面里只有您本人。",
        }

    def judge(self, ask: PresenceAsk, answer: PresenceAnswer, uow: UnitOfWork) -> PresenceVerdict:
        return snapshots.judge(ask, answer.frames, uow=uow, tools=face_tools())


class OtpQuizMethod:
    """Way 2, without a face: a one-time code and a question about the minutes just watched."""

    name = otp_quiz.METHOD
    label = "验证码和问答"

    def unavailable(self, ask: PresenceAsk, session: Session) -> str | None:  # noqa: ARG002 - the signature is PresenceMethod's
        has_questions = bool(runtime().catalogue.questions(ask.lesson_id))
        return None if has_questions else otp_quiz.NoQuestionError.sentence

    def prompt(self, ask: PresenceAsk, uow: UnitOfWork) -> Mapping[str, Json]:
        known = runtime()
        shown = otp_quiz.prompt(ask, known.catalogue.questions(ask.lesson_id), uow=uow, rng=known.rng)
        return {
            "code": shown.code,
            "question": shown.text,
            "options": [{"key": option.key, "text": option.text} for option in shown.options],
        }

    def judge(self, ask: PresenceAsk, answer: PresenceAnswer, uow: UnitOfWork) -> PresenceVerdict:
        return otp_quiz.judge(ask, answer.fields, uow=uow)
