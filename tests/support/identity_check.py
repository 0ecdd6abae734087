"""People who are checked: they agree, enrol and answer, at moments of a camera that never repeats."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.courses.models import Lesson
from app.sdk.clock import FixedClock
from app.sdk.courses import QuestionView
from app.sdk.db import new_id
from app.sdk.presence import PresenceAsk, PresenceVerdict
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.identity_check.domain.consent import FACE_PURPOSES, notice
from plugins.identity_check.service import consents, references, snapshots
from plugins.identity_check.service.face_way import FaceTools, face_tools
from plugins.identity_check.service.looking import look_at
from tests.support.camera import picture_at
from tests.support.school import School, add_offering, add_trainee, open_school, sign_in

ME, SOMEBODY = 1, 2
MY_FACE, ANOTHER_FACE, THIRD_FACE = "obama_senate.jpg", "collins_nasa.jpg", "biden_vp.jpg"

QUESTIONS = tuple(
    QuestionView(
        id=f"question-{number}",
        from_ms=number * 10_000,
        to_ms=number * 10_000 + 10_000,
        text=f"第 {number} 问",
        options=("对的", "错的", "不知道"),
        answer=0,
        explanation="",
    )
    for number in range(12)
)


def ask(
    *,
    challenge_id: str | None = None,
    attempt: int = 1,
    nonce: str = "nonce",
    person_id: int = ME,
    watched: Sequence[tuple[int, int]] = ((0, 20_000),),
) -> PresenceAsk:
    """Return an attempt at a check; of a check of its own unless one is named."""
    return PresenceAsk(
        challenge_id=challenge_id or new_id(),
        attempt=attempt,
        nonce=nonce,
        person_id=person_id,
        lesson_id="lesson",
        watched=tuple(watched),
        issued_at=runtime().clock.now(),
    )


def agree(person_id: int = ME) -> None:
    """Let the person agree to both face notices."""
    with unit_of_work() as uow:
        for purpose in sorted(FACE_PURPOSES):
            consents.give(uow, person_id, purpose, text_digest=notice(purpose).digest)
        uow.commit()


def enrol(pictures: Sequence[bytes], person_id: int = ME) -> None:
    """Take pictures as the person's reference; may raise what references.enrol raises."""
    tools = face_tools()
    looks = [look_at(picture, tools) for picture in pictures]
    with unit_of_work() as uow:
        references.enrol(uow, person_id, looks, tools=tools)
        uow.commit()


def enrolled(person_id: int = ME, face: str = MY_FACE) -> list[bytes]:
    """Let the person agree and enrol; return the pictures of the enrolment."""
    agree(person_id)
    pictures = [picture_at(face, moment) for moment in range(3)]
    enrol(pictures, person_id)
    return pictures


def answered(attempt: PresenceAsk, *frames: bytes, tools: FaceTools | None = None) -> PresenceVerdict:
    """Answer a check with pictures, for good."""
    with unit_of_work() as uow:
        verdict = snapshots.judge(attempt, frames, uow=uow, tools=tools or face_tools())
        uow.commit()
    return verdict


def codes(verdict: PresenceVerdict) -> list[str]:
    """Return why."""
    return [reason.code for reason in verdict.reasons]


def multipart(frames: Sequence[bytes], **fields: str) -> dict[str, Any]:
    """Return a form with pictures as the test client takes it; it would leave large files open by itself."""
    pictures = [FileStorage(io.BytesIO(frame), "frame.jpg") for frame in frames]
    boundary, content = encode_multipart({**fields, "frame": pictures})
    return {"data": content, "content_type": f"multipart/form-data; boundary={boundary}"}


class Watcher:
    """A team leader who watches a lesson of two minutes through the HTTP interface, signed in."""

    def __init__(self, app: Flask, clock: FixedClock, login: str, school: School) -> None:
        self.app, self.clock, self.client = app, clock, app.test_client()
        with app.app_context():
            self.person_id, _ = add_trainee(school, login)
        self.lesson_id = next(iter(school.offerings.values()))[0]
        self.headers = {"X-CSRF-Token": sign_in(self.client, login)}
        self.watched_seconds = 0

    def choose_face(self, face: str) -> None:
        """Agree and enrol."""
        with self.app.app_context():
            enrolled(self.person_id, face)

    def watch_until_asked(self) -> str:
        """Play the lesson until a check comes up; return its id."""
        opened = dict(self.post("/api/v1/playbacks", json={"lesson_id": self.lesson_id}).json or {})
        for seq in range(1, 8):
            self.clock.advance(10)
            position = opened["resume_at"] + 10 * seq
            beat = {"seq": seq, "played": [position - 10, position], "rate": 1, "visible": True}
            beats = {"ticket": opened["ticket"], "beats": [beat]}
            said = self.post(f"/api/v1/playbacks/{opened['id']}/beats", json=beats)
            assert said.status_code == 200, said.text
            self.watched_seconds = 10 * seq
            challenge = dict(said.json or {})["challenge"]
            if challenge:
                return str(challenge["id"])
        raise AssertionError("no check came up within seventy seconds")

    def check(self, challenge_id: str) -> dict[str, Any]:
        """Return the open check as the page sees it."""
        answer = self.client.get(f"/api/v1/challenges/{challenge_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    def answer(
        self,
        challenge_id: str,
        *frames: bytes,
        nonce: str | None = None,
        method: str = "snapshot",
        **fields: str,
    ) -> TestResponse:
        """Answer a check; with the nonce of the present attempt unless another is given."""
        form: dict[str, Any] = {
            "method": method,
            "nonce": nonce or self.check(challenge_id)["nonce"],
            **fields,
        }
        return self.post(f"/api/v1/challenges/{challenge_id}/answers", **multipart(frames, **form))

    def confirmed_seconds(self) -> float:
        """Return the learning time that was credited."""
        return float(dict(self.client.get("/api/v1/me/hours").json or {})["confirmed_seconds"])

    def post(self, address: str, **what: Any) -> TestResponse:
        return self.client.post(address, headers=self.headers, **what)


def school_with_questions(app: Flask) -> School:
    """Open a school whose one lesson lasts two minutes and has a question for every ten seconds."""
    with app.app_context():
        school = open_school()
        offering = add_offering(school, "班前会与交接班", media_ms=120_000)
        with unit_of_work() as uow:
            lesson = uow.session.get_one(Lesson, school.offerings[offering][0])
            lesson.questions = [dataclasses.asdict(question) for question in QUESTIONS]
            uow.commit()
    return school
