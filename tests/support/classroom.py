"""A small classroom in a database: organisations, plans, people, courses whose videos are ready.

The rows are those of the sample mode, without the videos themselves: what is
tested on it is who may do what, and what is counted. clock is the one the
application was made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, OrganisationKind, Role
from app.accounts.service import create_person
from app.courses.models import Course, CourseVersion, Lesson, Offering
from app.enrolment.categories import Post, category_of
from app.enrolment.models import ProgrammeCycle, TrainingPlan
from app.enrolment.service import enrol
from app.media.models import MediaAsset
from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.people import TraineeCategory
from app.sdk.uow import UnitOfWork, unit_of_work

PASSWORD = "a long enough phrase"
LESSON_SECONDS = 60

LEADER, OTHER_LEADER, MANAGER = "leader", "leader.two", "manager"
_POSTS = {
    LEADER: Post.TEAM_LEADER,
    OTHER_LEADER: Post.WORKSHOP_DIRECTOR,
    MANAGER: Post.SAFETY_MANAGER_IN_CHARGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Classroom:
    """Ids of what was made. lessons: by category."""

    lessons: dict[TraineeCategory, str]
    offerings: dict[TraineeCategory, str]
    assets: dict[TraineeCategory, str]
    enrolments: dict[str, int]
    people: dict[str, int]


def furnish(app: Flask, *, deadline: datetime | None = None, verified: bool = True) -> Classroom:
    """Return a classroom with one lesson of LESSON_SECONDS per category, checked every 20 to 20 s."""
    with app.app_context(), unit_of_work() as uow:
        cycle = ProgrammeCycle(name="2025", begins_on=date(2023, 1, 1), ends_on=date(2027, 12, 31))
        city = Organisation(kind=OrganisationKind.CITY, name="示例市")
        uow.session.add_all([cycle, city])
        uow.session.flush()
        plans = {category: _plan(uow, cycle, city, category, deadline) for category in TraineeCategory}
        made = {category: _offering(uow, cycle, category) for category in TraineeCategory}
        people, enrolments = {}, {}
        for login, post in _POSTS.items():
            person = create_person(
                uow, login, name="学员", password=PASSWORD, roles=[Role.TRAINEE], organisation=city
            )
            enrolment = enrol(
                uow,
                person,
                plans[category_of(post)],
                post=post,
                industry="mining",
                organisation=city,
                identity=("onsite_check", datetime(2023, 1, 1, tzinfo=UTC)) if verified else None,
            )
            people[login], enrolments[login] = person.id, enrolment.id
        create_person(uow, "author", name="编辑", password=PASSWORD, roles=[Role.AUTHOR], organisation=city)
        uow.commit()
    return Classroom(
        lessons={category: lesson for category, (_, lesson, _) in made.items()},
        offerings={category: offering for category, (offering, _, _) in made.items()},
        assets={category: asset for category, (_, _, asset) in made.items()},
        enrolments=enrolments,
        people=people,
    )


def _plan(
    uow: UnitOfWork,
    cycle: ProgrammeCycle,
    city: Organisation,
    category: TraineeCategory,
    deadline: datetime | None,
) -> TrainingPlan:
    plan = TrainingPlan(
        cycle_id=cycle.id,
        organiser_id=city.id,
        category=category,
        total_class_hours=Decimal(24),
        online_class_hours=Decimal("9.6"),
        practical_class_hours=Decimal(6),
        online_deadline=deadline or datetime(2027, 10, 31, 15, 59, 59, tzinfo=UTC),
        basis="测试",
    )
    uow.session.add(plan)
    uow.session.flush()
    return plan


def _offering(uow: UnitOfWork, cycle: ProgrammeCycle, category: TraineeCategory) -> tuple[str, str, str]:
    course = Course(slug=f"course-{category.replace('_', '-')}")
    asset = MediaAsset(
        id=new_id(),
        digest=f"{category:0>64}"[-64:],
        master="originals/none.mp4",
        master_bytes=1,
        folder="prepared",
        duration_ms=LESSON_SECONDS * 1000,
        key_sealed_with="vault-1",
        key_sealed=b"",
        made_at=uow.now,
    )
    uow.session.add_all([course, asset])
    uow.session.flush()
    version = CourseVersion(
        course_id=course.id,
        number=1,
        label="1.0",
        digest=f"{category:1>64}"[-64:],
        title=f"课程 {category}",
        summary="",
        institution="测试机构",
        content="general",
        topics=["accident_prevention"],
        industries=[],
        challenge_interval_ms=[20_000, 20_000],
        published_at=uow.now,
    )
    uow.session.add(version)
    uow.session.flush()
    lesson = Lesson(
        version_id=version.id,
        position=1,
        key="one",
        title="第一课",
        kind="video",
        asset_id=asset.id,
        declared_class_hours=Decimal(0),
        chapters=[],
        questions=[
            {
                "id": f"q{n}",
                "from_ms": 0,
                "to_ms": LESSON_SECONDS * 1000,
                "text": f"问题 {n}？",
                "options": ["对的", "错的", "也错"],
                "answer": 0,
                "explanation": "",
            }
            for n in range(4)
        ],
    )
    uow.session.add(lesson)
    offering = Offering(
        version_id=version.id, cycle_id=cycle.id, category=category, required=True, made_at=uow.now
    )
    uow.session.add(offering)
    uow.session.flush()
    return offering.id, lesson.id, asset.id


class Learner:
    """A trainee at the HTTP interface, honest unless told otherwise."""

    def __init__(self, app: Flask, clock: FixedClock, login: str = LEADER) -> None:
        self.client: FlaskClient = app.test_client()
        self.clock = clock
        self.seq = 0
        opened = self.client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
        assert opened.status_code == 200, opened.text
        self.token = {"X-CSRF-Token": opened.json["csrf_token"]}  # type: ignore[index]
        self.playback: dict[str, Any] = {}

    def post(self, path: str, **sent: Any) -> TestResponse:
        """Post with the session's token."""
        return self.client.post(path, headers=self.token, **sent)

    def open(self, lesson_id: str) -> dict[str, Any]:
        """Open a lesson and keep its playback."""
        answer = self.post("/api/v1/playbacks", json={"lesson_id": lesson_id})
        assert answer.status_code == 201, answer.text
        self.playback = answer.get_json()
        return self.playback

    def beat(self, start: float, end: float, **changes: Any) -> TestResponse:
        """Send one beat at the clock's present instant."""
        self.seq += 1
        beat = {"seq": self.seq, "played": [start, end], "rate": 1, "visible": True, **changes}
        return self.beats([beat])

    def beats(self, beats: list[dict[str, Any]]) -> TestResponse:
        """Send beats of the open playback."""
        return self.post(
            f"/api/v1/playbacks/{self.playback['id']}/beats",
            json={"ticket": self.playback["ticket"], "beats": beats},
        )

    def watch(self, start: float, end: float, step: float = 10) -> dict[str, Any]:
        """Watch [start, end) as time passes; stop where a check comes up. Return the last answer."""
        answer: dict[str, Any] = {}
        while start < end and not answer.get("challenge"):
            stop = min(start + step, end)
            self.clock.advance(stop - start)
            heard = self.beat(start, stop)
            assert heard.status_code == 200, heard.text
            answer, start = heard.get_json(), stop
        return answer

    def challenge(self, challenge_id: str) -> dict[str, Any]:
        """Look at an open check."""
        answer: dict[str, Any] = self.client.get(f"/api/v1/challenges/{challenge_id}").get_json()
        return answer

    def answer(self, challenge_id: str, *, right: bool = True, **changes: str) -> TestResponse:
        """Answer a check with code and question."""
        shown = self.challenge(challenge_id)
        prompt = shown["prompts"]["otp_quiz"]
        wanted = next(option["key"] for option in prompt["options"] if (option["text"] == "对的") is right)
        sent = {
            "method": "otp_quiz",
            "nonce": shown["nonce"],
            "code": prompt["code"],
            "answer": wanted,
            **changes,
        }
        return self.post(
            f"/api/v1/challenges/{challenge_id}/answers", data=sent, content_type="multipart/form-data"
        )

    def hours(self) -> dict[str, Any]:
        """Return the figures of the hours page."""
        answer: dict[str, Any] = self.client.get("/api/v1/me/hours").get_json()
        return answer
