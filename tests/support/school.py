"""A small school for tests: people, a plan, courses with lessons, in the running application's database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from app.accounts.models import Organisation, OrganisationKind, Person, Role
from app.accounts.service import create_person
from app.courses.models import Course, CourseVersion, Lesson, Offering
from app.enrolment.models import Enrolment, ProgrammeCycle, TrainingPlan
from app.enrolment.service import enrol
from app.media.models import MediaAsset
from app.sdk.db import new_id
from app.sdk.uow import UnitOfWork, unit_of_work

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PASSWORD = "learn-a-little-every-day"


@dataclass
class School:
    """Ids of what was made; offerings maps an offering's id to its lessons' ids."""

    cycle_id: int
    plan_id: int
    organisation_id: int
    offerings: dict[str, list[str]] = field(default_factory=dict)


def open_school(*, online: str = "9.6", total: str = "24") -> School:
    """Make a cycle, an enterprise and a plan for team leaders."""
    with unit_of_work() as uow:
        cycle = ProgrammeCycle(name="2025", begins_on=date(2025, 1, 1), ends_on=date(2026, 12, 31))
        city = Organisation(kind=OrganisationKind.CITY, name="示例市", parent_id=None)
        uow.session.add_all([cycle, city])
        uow.session.flush()
        plan = TrainingPlan(
            cycle_id=cycle.id,
            organiser_id=city.id,
            industry=None,
            category="team_leader",
            total_class_hours=Decimal(total),
            online_class_hours=Decimal(online),
            practical_class_hours=Decimal(6),
            online_deadline=None,
            basis="test",
        )
        uow.session.add(plan)
        uow.session.flush()
        school = School(cycle_id=cycle.id, plan_id=plan.id, organisation_id=city.id)
        uow.commit()
    return school


def add_offering(
    school: School, title: str, *, lessons: int = 1, media_ms: int = 300_000, required: bool = True
) -> str:
    """Offer team leaders a course with so many lessons; return the offering's id."""
    with unit_of_work() as uow:
        version = _version(uow, title)
        offering = Offering(
            version_id=version.id,
            cycle_id=school.cycle_id,
            category="team_leader",
            required=required,
            deadline=None,
            made_at=uow.now,
        )
        uow.session.add(offering)
        made = [_lesson(uow, version, number, media_ms=media_ms) for number in range(1, lessons + 1)]
        uow.session.flush()
        school.offerings[offering.id] = [lesson.id for lesson in made]
        uow.commit()
    return offering.id


def add_trainee(school: School, login: str) -> tuple[int, int]:
    """Enrol a team leader; return the ids of person and enrolment."""
    with unit_of_work() as uow:
        organisation = uow.session.get_one(Organisation, school.organisation_id)
        person = _person(uow, login, Role.TRAINEE, organisation)
        enrolment = _enrolment(uow, person, school, organisation)
        ids = person.id, enrolment.id
        uow.commit()
    return ids


def add_person(login: str, role: Role) -> int:
    """Make somebody who is not enrolled; return the person's id."""
    with unit_of_work() as uow:
        person_id = _person(uow, login, role, None).id
        uow.commit()
    return person_id


def sign_in(client: FlaskClient, login: str) -> str:
    """Sign in and return the token that unsafe requests bear."""
    answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json["csrf_token"])  # type: ignore[index]


def _version(uow: UnitOfWork, title: str) -> CourseVersion:
    course = Course(slug=f"course-{new_id()[:8]}")
    uow.session.add(course)
    uow.session.flush()
    version = CourseVersion(
        course_id=course.id,
        number=1,
        label="1.0",
        digest=new_id().replace("-", ""),
        title=title,
        summary="",
        institution="示例安全培训中心",
        content="general",
        topics=[],
        industries=[],
        challenge_interval_ms=[20_000, 40_000],
        published_at=uow.now,
    )
    uow.session.add(version)
    uow.session.flush()
    return version


def _lesson(uow: UnitOfWork, version: CourseVersion, number: int, *, media_ms: int) -> Lesson:
    asset = MediaAsset(
        id=new_id(),
        digest=new_id().replace("-", ""),
        master="originals/none.mp4",
        master_bytes=1,
        key_sealed_with="current",
        key_sealed=b"",
        made_at=uow.now,
        folder=new_id(),
        duration_ms=media_ms,
    )
    lesson = Lesson(
        id=new_id(),
        version_id=version.id,
        position=number,
        key=f"lesson-{number}",
        title=f"第 {number} 课",
        kind="video",
        asset_id=asset.id,
        declared_class_hours=Decimal(0),
        chapters=[],
        questions=[],
    )
    uow.session.add_all([asset, lesson])
    return lesson


def _person(uow: UnitOfWork, login: str, role: Role, organisation: Organisation | None) -> Person:
    return create_person(
        uow, login, name="李大勇", password=PASSWORD, roles=[role], organisation=organisation
    )


def _enrolment(uow: UnitOfWork, person: Person, school: School, organisation: Organisation) -> Enrolment:
    return enrol(
        uow,
        person,
        uow.session.get_one(TrainingPlan, school.plan_id),
        post="team_leader",
        industry="mining",
        organisation=organisation,
        identity=("onsite_check", uow.now),
    )
