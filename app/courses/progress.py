"""How far a trainee is with each visible offering: the catalogue joined with whoever knows progress.

With no such plugin everything reads as not begun; the pages stay usable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.sdk.courses import LessonView, OfferingView
from app.sdk.db import read
from app.sdk.learning import LessonProgress
from app.sdk.people import EnrolmentView
from app.sdk.runtime import runtime

_NOTHING = LessonProgress(checked_ms=0, furthest_ms=0, complete=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonStanding:
    """One lesson as one trainee stands in it; milliseconds of media."""

    lesson: LessonView
    checked_ms: int
    pending_ms: int
    furthest_ms: int
    complete: bool

    @property
    def begun(self) -> bool:
        return self.furthest_ms > 0 or self.pending_ms > 0 or self.checked_ms > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingStanding:
    """One offering as one trainee stands in it."""

    offering: OfferingView
    lessons: tuple[LessonStanding, ...]

    @property
    def media_ms(self) -> int:
        return sum(standing.lesson.media_ms for standing in self.lessons)

    @property
    def checked_ms(self) -> int:
        return sum(standing.checked_ms for standing in self.lessons)

    @property
    def pending_ms(self) -> int:
        return sum(standing.pending_ms for standing in self.lessons)

    @property
    def complete(self) -> bool:
        return bool(self.lessons) and all(standing.complete for standing in self.lessons)

    @property
    def begun(self) -> bool:
        return any(standing.begun for standing in self.lessons)

    @property
    def next_lesson(self) -> LessonStanding | None:
        """The first playable lesson that is not complete."""
        return next(
            (standing for standing in self.lessons if standing.lesson.playable and not standing.complete),
            None,
        )


def standings(enrolment: EnrolmentView) -> list[OfferingStanding]:
    """Return every offering visible to the enrolment with its progress, required ones first."""
    now = runtime()
    progress: Mapping[str, LessonProgress] = {}
    pending: Mapping[str, int] = {}
    if now.progress is not None:
        progress = now.progress.of_lessons(read(), enrolment.id)
        pending = now.progress.pending_ms(read(), enrolment.person_id)
    return [
        OfferingStanding(
            offering=offering,
            lessons=tuple(
                _standing(lesson, progress.get(lesson.id, _NOTHING), pending.get(lesson.id, 0))
                for lesson in offering.lessons
            ),
        )
        for offering in now.catalogue.visible_to(enrolment.category, enrolment.industry)
    ]


def _standing(lesson: LessonView, progress: LessonProgress, pending_ms: int) -> LessonStanding:
    return LessonStanding(
        lesson=lesson,
        checked_ms=min(progress.checked_ms, lesson.media_ms),
        pending_ms=pending_ms,
        furthest_ms=progress.furthest_ms,
        complete=progress.complete,
    )
