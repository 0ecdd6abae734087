"""The hours page and its call: the own figures, the ledger behind each, in few questions to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select

from app.accounts.models import Role
from app.courses.models import Offering
from app.sdk.db import read
from app.sdk.learning import CreditGiven, LessonProgress
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.uow import UnitOfWork, unit_of_work
from plugins.online_hours.domain.reasons import REASONS
from plugins.online_hours.handlers import hear_confirmed, hear_unconfirmed
from plugins.online_hours.models import LedgerEntry
from plugins.online_hours.service.requirements import online_hours_missing
from tests.support.learning_time import confirmed, lost, stretch
from tests.support.school import School, add_offering, add_person, add_trainee, open_school, sign_in

QUESTIONS_AT_MOST = 12
RECOGNISING = re.compile("^BEGIN|FROM account_person|FROM account_role_grant")
"""What every page asks to know who is signed in; not this page's doing."""


class Learner:
    """A team leader with one course of two lessons of five minutes, signed in.

    Writes happen in contexts of their own: a request made inside another
    context would share its reading session, which no real request does.
    """

    def __init__(self, app: Flask, client: FlaskClient) -> None:
        self.app = app
        self.client = client
        with app.app_context():
            self.school: School = open_school()
            self.offering_id = add_offering(self.school, "班前会与交接班", lessons=2)
            self.person_id, self.enrolment_id = add_trainee(self.school, "leader")
        self.lessons = self.school.offerings[self.offering_id]
        sign_in(client, "leader")

    @property
    def runtime(self) -> Runtime:
        return self.app.extensions[EXTENSION]  # type: ignore[no-any-return]

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        with self.app.app_context(), unit_of_work() as uow:
            yield uow
            uow.commit()

    def join(self, login: str, role: Role | None = None) -> None:
        """Let somebody else use this client: a colleague in the same plan, or a role without a plan."""
        with self.app.app_context():
            if role is None:
                add_trainee(self.school, login)
            else:
                add_person(login, role)
        sign_in(self.client, login)

    def where(self, lesson: int = 0) -> dict[str, Any]:
        return {
            "person_id": self.person_id,
            "enrolment_id": self.enrolment_id,
            "offering_id": self.offering_id,
            "lesson_id": self.lessons[lesson],
        }

    def earn(self, media: int, seconds: int, *, server: int | None = None, lesson: int = 0) -> None:
        with self.writing() as uow:
            hear_confirmed(confirmed(stretch(media, seconds, server=server), **self.where(lesson)), uow)

    def lose(self, code: str, seconds: int, **more: Any) -> None:
        with self.writing() as uow:
            hear_unconfirmed(lost(code, seconds, **self.where(), **more), uow)

    def hours(self) -> dict[str, Any]:
        answer = self.client.get("/api/v1/me/hours")
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[return-value]

    def page(self) -> str:
        answer = self.client.get("/me/hours")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def learner(app: Flask, client: FlaskClient) -> Learner:
    return Learner(app, client)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_the_page_equals_the_ledger(learner: Learner) -> None:
    learner.earn(0, 30)
    learner.earn(0, 45, server=30, lesson=1)

    with learner.writing() as uow:
        in_the_ledger = uow.session.execute(select(func.sum(LedgerEntry.credited_ms))).scalar_one()
    assert learner.hours()["confirmed_seconds"] == in_the_ledger / 1000 == 75


def test_every_figure_is_the_sum_of_the_entries_shown_behind_it(learner: Learner) -> None:
    learner.earn(0, 30)
    learner.earn(30, 15)
    learner.earn(0, 45, server=60, lesson=1)

    lessons = learner.hours()["offerings"][0]["lessons"]
    assert [lesson["confirmed_seconds"] for lesson in lessons] == [
        sum(entry["credited_seconds"] for entry in lesson["entries"]) for lesson in lessons
    ]


def test_an_entry_says_which_part_of_the_video_it_is_for(learner: Learner) -> None:
    learner.earn(30, 15)

    entry = learner.hours()["offerings"][0]["lessons"][0]["entries"][0]
    assert (entry["media"], entry["method"], entry["kind"]) == ([[30, 45]], "otp_quiz", "credit")


def test_one_second_short_of_a_class_hour_is_nine_tenths_everywhere(learner: Learner) -> None:
    learner.earn(0, 2699)

    assert learner.hours()["class_hours"] == "0.9"
    assert '<span data-testid="class-hours">0.9</span>' in learner.page()


def test_minutes_and_seconds_stand_beside_class_hours(learner: Learner) -> None:
    learner.earn(0, 269)

    assert 'data-testid="confirmed-minutes">4:29<' in learner.page()


def test_time_above_the_plan_is_shown_apart_and_not_counted(learner: Learner) -> None:
    learner.earn(0, 10 * 2700)

    online = learner.hours()["online"]
    assert (online["countable"], online["ceiling"], online["surplus"]) == ("9.6", "9.6", "0.4")


def test_the_page_says_that_surplus_is_kept(learner: Learner) -> None:
    learner.earn(0, 10 * 2700)

    assert "超出线上学时上限的部分已保存，不计入总学时：0.4 学时" in learner.page()


def test_lost_time_is_shown_with_its_reason_in_words(learner: Learner) -> None:
    learner.lose("TAIL_DISCARDED", 15)

    assert REASONS["TAIL_DISCARDED"] in learner.page()


def test_lost_time_is_answered_with_code_words_seconds_and_when(learner: Learner) -> None:
    learner.lose("RATE_EXCEEDED", 2, media=7)
    learner.lose("RATE_EXCEEDED", 3, media=20)

    line = learner.hours()["uncounted"][0]
    assert {key: line[key] for key in ("code", "seconds", "times", "media_from", "last_at")} == {
        "code": "RATE_EXCEEDED",
        "seconds": 5,
        "times": 2,
        "media_from": 7,
        "last_at": "2026-03-02T04:00:00.000Z",
    }


def test_pending_time_comes_from_whoever_knows_it(learner: Learner) -> None:
    learner.runtime.progress = Waiting({learner.lessons[1]: 20_000})

    answer = learner.hours()
    assert (answer["pending_seconds"], answer["offerings"][0]["lessons"][1]["pending_seconds"]) == (20, 20)


def test_less_than_a_second_that_waits_is_not_spoken_of(learner: Learner) -> None:
    learner.runtime.progress = Waiting({learner.lessons[0]: 1_000, learner.lessons[1]: 999})

    page = learner.page()
    assert "还有 0:01 待确认" in page
    assert "还有 0:00 待确认" not in page


def test_without_anybody_who_knows_pending_time_it_is_none(learner: Learner) -> None:
    learner.runtime.progress = None

    assert learner.hours()["pending_seconds"] == 0


def test_a_withdrawn_course_keeps_its_hours_and_its_name(learner: Learner) -> None:
    learner.earn(0, 30)
    with learner.writing() as uow:
        uow.session.get_one(Offering, learner.offering_id).open = False

    offering = learner.hours()["offerings"][0]
    assert (offering["title"], offering["confirmed_seconds"]) == ("班前会与交接班", 30)


def test_hours_of_a_course_that_nobody_knows_any_more_are_still_there(learner: Learner) -> None:
    with learner.writing() as uow:
        gone = {"offering_id": "gone", "lesson_id": "gone"}
        hear_confirmed(confirmed(stretch(0, 30), **{**learner.where(), **gone}), uow)

    assert learner.hours()["offerings"][0]["title"] == "已下架的课程"


def test_another_persons_hours_are_nowhere_in_mine(learner: Learner) -> None:
    learner.earn(0, 30)
    learner.join("colleague")

    assert (learner.hours()["confirmed_seconds"], learner.hours()["offerings"]) == (0, [])


def test_nobody_can_ask_for_another_persons_hours(learner: Learner) -> None:
    learner.earn(0, 30)
    learner.join("colleague")

    asked = learner.client.get(
        f"/api/v1/me/hours?person_id={learner.person_id}&enrolment_id={learner.enrolment_id}"
    )
    assert asked.json["confirmed_seconds"] == 0  # type: ignore[index]


@pytest.mark.parametrize("address", ["/api/v1/me/hours", "/me/hours"])
def test_staff_have_no_hours_page(learner: Learner, address: str) -> None:
    learner.join("supervisor", Role.SUPERVISOR)

    assert learner.client.get(address).status_code == 403


def test_whoever_is_not_signed_in_gets_no_figures(app: Flask) -> None:
    assert app.test_client().get("/api/v1/me/hours").status_code == 401


def test_a_trainee_without_a_plan_sees_an_empty_page(learner: Learner) -> None:
    learner.join("newcomer", Role.TRAINEE)

    assert "还没有学习记录" in learner.page()


def test_a_trainee_without_a_plan_has_no_hours(learner: Learner) -> None:
    learner.join("newcomer", Role.TRAINEE)

    answer = learner.hours()
    assert (answer["confirmed_seconds"], answer["online"], answer["uncounted"]) == (0, None, [])


@pytest.mark.parametrize("address", ["/api/v1/me/hours", "/me/hours"])
def test_the_number_of_questions_does_not_grow_with_lessons(learner: Learner, address: str) -> None:
    with learner.app.app_context():
        many = add_offering(learner.school, "四十节课", lessons=40)
    for number, lesson_id in enumerate(learner.school.offerings[many]):
        with learner.writing() as uow:
            where = {**learner.where(), "offering_id": many, "lesson_id": lesson_id}
            hear_confirmed(confirmed(stretch(0, 10, server=number * 10), **where), uow)
            hear_unconfirmed(lost("TAIL_DISCARDED", 5, playback_id=f"playback-{number}", **where), uow)

    with counted(learner.runtime.engine) as asked:
        answer = learner.client.get(address)

    assert answer.status_code == 200
    assert 0 < len([question for question in asked if not RECOGNISING.search(question)]) <= QUESTIONS_AT_MOST


def test_the_first_page_shows_counted_and_planned_hours(learner: Learner) -> None:
    learner.earn(0, 2 * 2700)

    assert learner.runtime.hours is not None
    with learner.app.test_request_context():
        summary = learner.runtime.hours.of_enrolment(read(), learner.enrolment_id)
    assert summary is not None
    assert (summary.counted, summary.planned, summary.url) == ("2.0", "24", "/me/hours")


def test_the_page_says_when_offline_hours_come(learner: Learner) -> None:
    assert "线下学时将在线下培训后计入" in learner.page()


def test_the_first_page_says_when_offline_hours_come(learner: Learner) -> None:
    assert "线下学时将在线下培训后计入" in learner.client.get("/").text


def test_the_certificate_waits_for_the_planned_online_hours(learner: Learner) -> None:
    learner.earn(0, 2700)

    with learner.writing() as uow:
        assert online_hours_missing(uow.session, learner.enrolment_id) == "还差线上 8.6 学时"


def test_the_certificate_does_not_wait_for_hours_that_are_there(learner: Learner) -> None:
    learner.earn(0, 26 * 1000)

    with learner.writing() as uow:
        assert online_hours_missing(uow.session, learner.enrolment_id) is None


def test_the_call_is_described_for_programs(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json

    assert "confirmed_seconds" in str(described["components"]["schemas"]["HoursAnswer"])  # type: ignore[index]


class Waiting:
    """Somebody who knows what waits for a check."""

    source = "waiting"

    def __init__(self, pending: Mapping[str, int]) -> None:
        self.pending = pending

    def pending_ms(self, session: object, person_id: int) -> Mapping[str, int]:
        return self.pending

    def of_lessons(self, session: object, enrolment_id: int) -> Mapping[str, LessonProgress]:
        return {}

    def credit_given(self, session: object, enrolment_id: int | None = None) -> Iterator[CreditGiven]:
        return iter(())
