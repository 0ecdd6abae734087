"""HTTP interface: the own category's offerings."""

from __future__ import annotations

from flask import Blueprint
from pydantic import BaseModel

from app.courses.deadlines import earlier
from app.courses.progress import LessonStanding, OfferingStanding, standings
from app.sdk.auth import signed_in
from app.sdk.clock import timestamp
from app.sdk.db import read
from app.sdk.plans import PlanView
from app.sdk.quantities import seconds_of
from app.sdk.runtime import runtime
from app.sdk.web import operation, requires

api = Blueprint("courses_api", __name__, url_prefix="/api/v1")


class LessonItem(BaseModel):
    """A lesson; seconds of media. locked: it cannot be played yet."""

    id: str
    title: str
    kind: str
    media_seconds: float
    checked_seconds: float
    pending_seconds: float
    furthest_seconds: float
    complete: bool
    locked: bool


class OfferingItem(BaseModel):
    """An offering of the own category. progress is the checked share, 0 to 1, cut to three decimals."""

    id: str
    title: str
    summary: str
    institution: str
    category: str
    required: bool
    deadline: str | None
    progress: float
    complete: bool
    lessons: list[LessonItem]


class Offerings(BaseModel):
    """All offerings that are this trainee's business."""

    offerings: list[OfferingItem]


class MissingItem(BaseModel):
    """Something the certificate still waits for."""

    name: str
    text: str


class Missing(BaseModel):
    """Everything the certificate still waits for, as the plugins say; empty when nothing is."""

    missing: list[MissingItem]


@api.get("/me/requirements")
@requires("learning.own")
@operation(summary="What the certificate still waits for", response=Missing)
def my_requirements() -> dict[str, object]:
    """Return what is missing; nothing before an enrolment."""
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    if enrolment is None:
        return Missing(missing=[]).model_dump()
    found = [
        MissingItem(name=requirement.name, text=text)
        for plugin in runtime().plugins
        for requirement in plugin.requirements()
        if (text := requirement.missing(read(), enrolment.id)) is not None
    ]
    return Missing(missing=found).model_dump()


@api.get("/me/offerings")
@requires("learning.own")
@operation(summary="The offerings of the own category, with progress", response=Offerings)
def my_offerings() -> dict[str, object]:
    """Return the offerings; none before an enrolment."""
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    if enrolment is None:
        return Offerings(offerings=[]).model_dump()
    plan = runtime().plans.plan(enrolment.plan_id)
    return Offerings(offerings=[_offering(standing, plan) for standing in standings(enrolment)]).model_dump()


def _offering(standing: OfferingStanding, plan: PlanView | None) -> OfferingItem:
    offering = standing.offering
    deadline = earlier(offering.deadline, plan.online_deadline if plan else None)
    return OfferingItem(
        id=offering.id,
        title=offering.title,
        summary=offering.summary,
        institution=offering.institution,
        category=offering.category,
        required=offering.required,
        deadline=timestamp(deadline) if deadline else None,
        progress=standing.checked_ms * 1000 // standing.media_ms / 1000 if standing.media_ms else 0,
        complete=standing.complete,
        lessons=[_lesson(lesson) for lesson in standing.lessons],
    )


def _lesson(standing: LessonStanding) -> LessonItem:
    return LessonItem(
        id=standing.lesson.id,
        title=standing.lesson.title,
        kind=standing.lesson.kind,
        media_seconds=seconds_of(standing.lesson.media_ms),
        checked_seconds=seconds_of(standing.checked_ms),
        pending_seconds=seconds_of(standing.pending_ms),
        furthest_seconds=seconds_of(standing.furthest_ms),
        complete=standing.complete,
        locked=not standing.lesson.playable,
    )
