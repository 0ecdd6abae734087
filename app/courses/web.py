"""Pages: 我的学习, and one course with its lessons."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.courses.deadlines import days_left, earlier, in_words
from app.courses.progress import LessonStanding, OfferingStanding, standings
from app.sdk.auth import signed_in
from app.sdk.courses import LessonView
from app.sdk.db import read
from app.sdk.errors import NotFoundError
from app.sdk.media import AssetView
from app.sdk.people import CATEGORY_LABELS, INDUSTRY_LABELS, EnrolmentView
from app.sdk.quantities import CreditRule, minutes_and_seconds
from app.sdk.runtime import runtime
from app.sdk.web import requires

pages = Blueprint("learning", __name__)


@pages.get("/")
@requires("account.own")
def home() -> str | Response:
    """What do I do next, by when, and why. Staff land on their own first page."""
    if not signed_in().may("learning.own"):
        return redirect(
            url_for("courses_overview.overview")
            if signed_in().may("courses.overview")
            else url_for("accounts.password")
        )
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    mine = standings(enrolment) if enrolment else []
    plan = runtime().plans.plan(enrolment.plan_id) if enrolment else None
    known = runtime().hours
    hours = known.of_enrolment(read(), enrolment.id) if enrolment and known else None
    required = [standing for standing in mine if standing.offering.required]
    elective = [standing for standing in mine if not standing.offering.required]
    return render_template(
        "learning/home.html",
        category_text=category_text(enrolment) if enrolment else None,
        next_lesson=_next(required + elective),
        hours=hours,
        hours_url=hours.url if hours else None,
        required_done=sum(standing.complete for standing in required),
        required_total=len(required),
        elective_done=sum(standing.complete for standing in elective),
        deadline=_deadline(earlier(None, plan.online_deadline if plan else None)),
        required=[_tile(standing) for standing in required],
        elective=[_tile(standing) for standing in elective],
        todos=[],
        missing=hours.missing if hours else (),
    )


@pages.get("/courses/<offering_id>")
@requires("learning.own")
def course(offering_id: str) -> str:
    """One course of the own category; anybody else's is not found."""
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    found = (
        next((own for own in standings(enrolment) if own.offering.id == offering_id), None)
        if enrolment
        else None
    )
    if enrolment is None or found is None:
        raise NotFoundError
    plan = runtime().plans.plan(enrolment.plan_id)
    deadline = earlier(found.offering.deadline, plan.online_deadline if plan else None)
    return render_template(
        "learning/course.html",
        course={
            **_tile(found),
            "category_text": CATEGORY_LABELS[found.offering.category],
            "deadline_text": in_words(deadline, runtime().clock.now()) if deadline else None,
            "hours_text": f"{CreditRule().shown(found.media_ms)} 学时",
            "objectives": [],
            "sources": [],
        },
        lessons=[_lesson(number, standing) for number, standing in enumerate(found.lessons, start=1)],
        back_url=url_for("learning.home"),
    )


def category_text(enrolment: EnrolmentView) -> str:
    """Return the category with the industry: 班组长（矿山）."""
    industry = f"（{INDUSTRY_LABELS[enrolment.industry]}）" if enrolment.industry else ""
    return CATEGORY_LABELS[enrolment.category] + industry


def lesson_url(lesson_id: str) -> str:
    """Return where a lesson is played."""
    return f"/lessons/{lesson_id}"


def _next(mine: list[OfferingStanding]) -> dict[str, Any] | None:
    candidates = [(standing, standing.next_lesson) for standing in mine if standing.next_lesson]
    # What was begun comes before what was not; required before elective is the order already.
    candidates.sort(key=lambda pair: not (pair[1] and pair[1].begun))
    if not candidates:
        return None
    standing, lesson = candidates[0]
    if lesson is None:
        return None
    return {
        "url": lesson_url(lesson.lesson.id),
        "title": lesson.lesson.title,
        "course_title": standing.offering.title,
        "started": lesson.begun,
        "resume_text": minutes_and_seconds(lesson.furthest_ms) if lesson.furthest_ms else None,
    }


def _deadline(deadline: Any) -> dict[str, Any] | None:
    if deadline is None:
        return None
    now = runtime().clock.now()
    return {
        "text": in_words(deadline, now),
        "days_left": max(0, days_left(deadline, now)),
        "past": now > deadline,
    }


def _tile(standing: OfferingStanding) -> dict[str, Any]:
    return {
        "title": standing.offering.title,
        "url": url_for("learning.course", offering_id=standing.offering.id),
        "summary": standing.offering.summary,
        "required": standing.offering.required,
        "poster_url": next(
            (each.lesson.poster_url for each in standing.lessons if each.lesson.poster_url), None
        ),
        "percent": _percent(standing.checked_ms, standing.media_ms),
        "pending_percent": _percent(standing.pending_ms, standing.media_ms),
        "lessons_done": sum(lesson.complete for lesson in standing.lessons),
        "lessons_total": len(standing.lessons),
        "length_text": minutes_and_seconds(standing.media_ms),
        "state": _course_state(standing),
    }


def _course_state(standing: OfferingStanding) -> str:
    if standing.complete:
        return "done"
    if not any(each.lesson.playable for each in standing.lessons):
        # Only now the job is asked: while a video is being prepared, or could not be.
        assets = [_unready(each.lesson) for each in standing.lessons]
        return "failed" if any(asset and asset.state == "failed" for asset in assets) else "preparing"
    return "going" if standing.begun else "new"


def _unready(lesson: LessonView) -> AssetView | None:
    return runtime().media.asset(lesson.asset_id) if lesson.asset_id and not lesson.playable else None


def _lesson(number: int, standing: LessonStanding) -> dict[str, Any]:
    lesson = standing.lesson
    asset = _unready(lesson)
    state = "done" if standing.complete else "going" if standing.begun else "new"
    if not lesson.playable:
        state = "failed" if asset is not None and asset.state == "failed" else "preparing"
    return {
        "number": number,
        "title": lesson.title,
        "url": lesson_url(lesson.id),
        "summary": "",
        "length_text": minutes_and_seconds(lesson.media_ms),
        "kind_label": "视频",
        "state": state,
        "percent": _percent(standing.checked_ms, lesson.media_ms),
        "pending_percent": _percent(standing.pending_ms, lesson.media_ms),
        "resume_text": minutes_and_seconds(standing.furthest_ms)
        if standing.furthest_ms and state == "going"
        else None,
        "reason": asset.reason if asset is not None and state == "failed" else None,
        "preparing_percent": asset.percent if asset is not None and state == "preparing" else None,
    }


def _percent(part_ms: int, whole_ms: int) -> int:
    """Return whole percent, cut: 100 is shown only when nothing is missing."""
    return part_ms * 100 // whole_ms if whole_ms else 0
