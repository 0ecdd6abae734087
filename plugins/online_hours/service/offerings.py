"""Courses and lessons of the hours page: the ledger's totals beside the catalogue's titles.

A course that was withdrawn keeps its hours: they are shown under a name that
says so, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from app.sdk.courses import Catalogue, LessonView, OfferingView
from app.sdk.learning import LessonProgress
from app.sdk.people import EnrolmentView
from plugins.online_hours.domain.totals import Entry, OfferingTotal, balance_ms, by_offering

WITHDRAWN_COURSE, WITHDRAWN_LESSON = "已下架的课程", "已下架的课时"


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonHours:
    """One lesson: measured media, credited and pending time, and the entries behind the credit."""

    id: str
    title: str
    media_ms: int
    credited_ms: int
    pending_ms: int
    complete: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingHours:
    """One course. required is None for one that is no longer in the catalogue."""

    id: str
    title: str
    required: bool | None
    credited_ms: int
    lessons: tuple[LessonHours, ...]


def offerings_spoken_of(
    named: Set[str], *, enrolment: EnrolmentView | None, catalogue: Catalogue
) -> dict[str, OfferingView]:
    """Return, by id, what is on offer to the enrolment, and what else is named though it no longer is."""
    if enrolment is None:
        return {}
    views = {view.id: view for view in catalogue.visible_to(enrolment.category, enrolment.industry)}
    gone = [catalogue.offering(offering_id) for offering_id in sorted(named - views.keys())]
    return views | {view.id: view for view in gone if view is not None}


def hours_by_offering(
    entries: tuple[Entry, ...],
    pending: Mapping[str, int],
    *,
    views: Mapping[str, OfferingView],
    progress: Mapping[str, LessonProgress],
) -> tuple[OfferingHours, ...]:
    """Return the offerings in which time was credited or waits, with all their lessons."""
    earned = {total.offering_id: total for total in by_offering(entries)}
    waiting = {view.id for view in views.values() if any(pending.get(lesson.id) for lesson in view.lessons)}
    order = dict.fromkeys([*(name for name in views if name in earned or name in waiting), *earned])
    return tuple(
        _offering(offering_id, earned.get(offering_id), views.get(offering_id), pending, progress)
        for offering_id in order
    )


def _offering(
    offering_id: str,
    total: OfferingTotal | None,
    view: OfferingView | None,
    pending: Mapping[str, int],
    progress: Mapping[str, LessonProgress],
) -> OfferingHours:
    earned = {lesson.lesson_id: lesson.entries for lesson in total.lessons} if total else {}
    lessons: dict[str, LessonView | None] = {lesson.id: lesson for lesson in view.lessons} if view else {}
    lessons |= {lesson_id: None for lesson_id in earned if lesson_id not in lessons}
    return OfferingHours(
        id=offering_id,
        title=view.title if view else WITHDRAWN_COURSE,
        required=view.required if view else None,
        credited_ms=total.credited_ms if total else 0,
        lessons=tuple(
            LessonHours(
                id=lesson_id,
                title=lesson.title if lesson else WITHDRAWN_LESSON,
                media_ms=lesson.media_ms if lesson else 0,
                credited_ms=balance_ms(earned.get(lesson_id, ())),
                pending_ms=pending.get(lesson_id, 0),
                complete=lesson_id in progress and progress[lesson_id].complete,
                entries=earned.get(lesson_id, ()),
            )
            for lesson_id, lesson in lessons.items()
        ),
    )
