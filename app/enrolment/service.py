"""Cycles, plans and enrolments are made here. No HTTP."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Organisation, Person
from app.enrolment.categories import category_of
from app.enrolment.models import Enrolment, TrainingPlan
from app.sdk import audit
from app.sdk.errors import ConflictError, InvalidError
from app.sdk.uow import UnitOfWork


class WrongPlanError(InvalidError):
    """The plan is for another category or industry than the trainee's."""

    code = "CATEGORY_MISMATCH"
    sentence = "培训计划与学员类别或行业不符。"


def enrol(
    uow: UnitOfWork,
    person: Person,
    plan: TrainingPlan,
    *,
    post: str,
    industry: str | None,
    organisation: Organisation,
    identity: tuple[str, datetime] | None = None,
) -> Enrolment:
    """Return the new enrolment of person in plan.

    identity is the method and instant of the real-name verification, if it is
    done. Raises CategoryUnmappedError, WrongPlanError, ConflictError (one
    category per trainee and cycle).
    """
    if category_of(post) != plan.category or (plan.industry is not None and plan.industry != industry):
        raise WrongPlanError
    other = uow.session.execute(
        select(Enrolment)
        .join(TrainingPlan)
        .where(
            Enrolment.person_id == person.id,
            TrainingPlan.cycle_id == plan.cycle_id,
            Enrolment.ended_at.is_(None),
        )
    ).first()
    if other is not None:
        raise ConflictError("该学员在本周期内已报名。")
    enrolment = Enrolment(
        person_id=person.id,
        plan_id=plan.id,
        organisation_id=organisation.id,
        industry=industry,
        post=post,
        enrolled_at=uow.now,
        identity_method=identity[0] if identity else None,
        identity_verified_at=identity[1] if identity else None,
    )
    uow.session.add(enrolment)
    uow.session.flush()
    audit.record(
        uow.session,
        "enrolment.enrolled",
        at=uow.now,
        actor_id=None,
        subject=f"enrolment:{enrolment.id}",
        details={"plan": plan.id, "post": post},
    )
    return enrolment
