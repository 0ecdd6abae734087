"""Pages ask the database a bounded number of questions, whatever the number of courses and lessons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.courses.models import CourseVersion, Lesson
from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.uow import unit_of_work
from tests.support.classroom import Classroom, Learner, furnish

OWN = TraineeCategory.TEAM_LEADER
BUDGET = 12


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Yield the statements that the application sends, but for the one that begins the transaction."""
    engine, seen = app.extensions[EXTENSION].engine, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def classroom(app: Flask) -> Classroom:
    return furnish(app)


def add_lessons(app: Flask, classroom: Classroom, number: int) -> None:
    with app.app_context(), unit_of_work() as uow:
        first = uow.session.get(Lesson, classroom.lessons[OWN])
        assert first is not None
        version = uow.session.execute(
            select(CourseVersion).where(CourseVersion.id == first.version_id)
        ).scalar_one()
        for n in range(2, number + 2):
            uow.session.add(
                Lesson(
                    id=new_id(),
                    version_id=version.id,
                    position=n,
                    key=f"lesson-{n}",
                    title=f"第 {n} 课",
                    kind="video",
                    asset_id=first.asset_id,
                    declared_class_hours=0,
                    chapters=[],
                    questions=[],
                )
            )
        uow.commit()


@pytest.mark.parametrize("page", ["/", "/courses/{offering}", "/me/hours", "/api/v1/me/offerings"])
def test_a_page_keeps_to_its_budget_however_many_lessons_there_are(
    classroom: Classroom, app: Flask, clock: FixedClock, page: str
) -> None:
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    address = page.format(offering=classroom.offerings[OWN])
    with counted(app) as few:
        assert learner.client.get(address).status_code == 200
    add_lessons(app, classroom, 20)
    with counted(app) as many:
        assert learner.client.get(address).status_code == 200
    assert len(many) == len(few)
    assert len(many) <= BUDGET
