"""The sample mode: accounts, a cycle, plans and courses to try everything with.

Loading again changes nothing. None of this exists outside the sample mode:
load() refuses it. People and enterprises are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationKind, Person, Role
from app.accounts.service import create_person, person_by_login
from app.courses.loader import load_package
from app.courses.package import read_package
from app.enrolment.categories import Post, category_of
from app.enrolment.models import ProgrammeCycle, TrainingPlan
from app.enrolment.service import enrol
from app.sdk.clock import SHANGHAI, shanghai_day
from app.sdk.people import Industry, TraineeCategory
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork, unit_of_work

COURSES = Path(__file__).resolve().parents[1] / "courses"

STAFF: Mapping[str, tuple[str, Role]] = {
    "author": ("周文静", Role.AUTHOR),
    "reviewer": ("吴建国", Role.REVIEWER),
    "teacher": ("郑海涛", Role.TEACHER),
    "supervisor": ("冯丽华", Role.SUPERVISOR),
    "admin": ("陈立新", Role.ADMIN),
}

TRAINEES: Mapping[str, tuple[str, Post, Industry]] = {
    "trainee.manager": ("赵志远", Post.SAFETY_MANAGER_IN_CHARGE, Industry.MINING),
    "trainee.officer": ("孙晓梅", Post.FULLTIME_SAFETY_PERSON, Industry.METALLURGY),
    "trainee.leader": ("李大勇", Post.TEAM_LEADER, Industry.MINING),
}

# Planned class hours: total, online, practical; inside the ranges of rules.md S-19 to S-21.
PLANS: Mapping[TraineeCategory, tuple[Decimal, Decimal, Decimal]] = {
    TraineeCategory.MANAGER_IN_CHARGE: (Decimal(16), Decimal("6.4"), Decimal(0)),
    TraineeCategory.SAFETY_HEALTH_OFFICER: (Decimal(24), Decimal("9.6"), Decimal(0)),
    TraineeCategory.TEAM_LEADER: (Decimal(24), Decimal("9.6"), Decimal(6)),
}

LOGINS = (*TRAINEES, *STAFF)


class NotSampleModeError(Exception):
    """Sample accounts were asked for in an installation that is not for trying out."""


def load(passwords: Mapping[str, str]) -> None:
    """Make what is missing of the sample. passwords has one for every login in LOGINS.

    Raises NotSampleModeError outside the sample mode.
    """
    if not runtime().deployment.sample:
        raise NotSampleModeError
    with unit_of_work() as uow:
        cycle = _cycle(uow)
        city, enterprise, institution = _organisations(uow.session)
        for login, (name, role) in STAFF.items():
            if person_by_login(uow.session, login) is None:
                home = institution if role in (Role.AUTHOR, Role.REVIEWER, Role.TEACHER) else city
                create_person(
                    uow, login, name=name, password=passwords[login], roles=[role], organisation=home
                )
        plans = {category: _plan(uow.session, cycle, city, category) for category in TraineeCategory}
        for login in TRAINEES:
            if person_by_login(uow.session, login) is None:
                _trainee(uow, login, passwords[login], plans, enterprise)
        uow.commit()
    for folder in sorted(path for path in COURSES.iterdir() if (path / "course.toml").is_file()):
        package = read_package(folder)
        with unit_of_work() as uow:
            load_package(uow, package, cycle=_cycle(uow))
            uow.commit()


def _trainee(
    uow: UnitOfWork,
    login: str,
    password: str,
    plans: Mapping[TraineeCategory, TrainingPlan],
    enterprise: Organisation,
) -> Person:
    name, post, industry = TRAINEES[login]
    person = create_person(
        uow, login, name=name, password=password, roles=[Role.TRAINEE], organisation=enterprise
    )
    plan = next(plan for plan in plans.values() if plan.category == category_of(post))
    enrol(
        uow,
        person,
        plan,
        post=post,
        industry=industry,
        organisation=enterprise,
        identity=("onsite_check", uow.now),
    )
    return person


def _cycle(uow: UnitOfWork) -> ProgrammeCycle:
    session = uow.session
    today = shanghai_day(uow.now)
    cycle = (
        session.execute(
            select(ProgrammeCycle).where(ProgrammeCycle.begins_on <= today, ProgrammeCycle.ends_on >= today)
        )
        .scalars()
        .first()
    )
    if cycle is None:
        cycle = ProgrammeCycle(
            name=f"{today.year} 年度工伤预防能力提升培训（示例）",
            begins_on=date(today.year, 1, 1),
            ends_on=date(today.year + 1, 12, 31),
        )
        session.add(cycle)
        session.flush()
    return cycle


def _organisations(session: Session) -> tuple[Organisation, Organisation, Organisation]:
    province = _organisation(session, OrganisationKind.PROVINCE, "示例省", None)
    city = _organisation(session, OrganisationKind.CITY, "示例市人力资源和社会保障局", province)
    enterprise = _organisation(session, OrganisationKind.KEY_ENTERPRISE, "示例矿业有限公司", city)
    institution = _organisation(session, OrganisationKind.INSTITUTION, "示例安全培训中心", city)
    return city, enterprise, institution


def _organisation(
    session: Session, kind: OrganisationKind, name: str, parent: Organisation | None
) -> Organisation:
    found = session.execute(
        select(Organisation).where(Organisation.kind == kind, Organisation.name == name)
    ).scalar_one_or_none()
    if found is None:
        found = Organisation(kind=kind, name=name, parent_id=parent.id if parent else None)
        session.add(found)
        session.flush()
    return found


def _plan(
    session: Session, cycle: ProgrammeCycle, organiser: Organisation, category: TraineeCategory
) -> TrainingPlan:
    plan = session.execute(
        select(TrainingPlan).where(TrainingPlan.cycle_id == cycle.id, TrainingPlan.category == category)
    ).scalar_one_or_none()
    if plan is None:
        total, online, practical = PLANS[category]
        plan = TrainingPlan(
            cycle_id=cycle.id,
            organiser_id=organiser.id,
            industry=None,
            category=category,
            total_class_hours=total,
            online_class_hours=online,
            practical_class_hours=practical,
            online_deadline=_deadline(cycle),
            basis="示例培训计划，仅供试用",
        )
        session.add(plan)
        session.flush()
    return plan


def _deadline(cycle: ProgrammeCycle) -> datetime:
    """Return the last second of the cycle's 31 October, or of its end if that has passed."""
    last_day = min(cycle.ends_on, date(cycle.ends_on.year, 10, 31))
    return (datetime.combine(last_day, time(0), SHANGHAI) + timedelta(days=1, seconds=-1)).astimezone(UTC)
