"""Courses as plugins may see them: what is offered to whom, and which lessons it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.sdk.people import Industry, TraineeCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question about media [from_ms, to_ms) of a lesson. options[answer] is right."""

    id: str
    from_ms: int
    to_ms: int
    text: str
    options: tuple[str, ...]
    answer: int
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterView:
    """A named point of a lesson's video."""

    at_ms: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonView:
    """One lesson of a version of a course. media_ms is measured, 0 until the video is prepared."""

    id: str
    position: int
    title: str
    kind: str
    asset_id: str | None
    media_ms: int
    playable: bool
    poster_url: str | None = None
    chapters: tuple[ChapterView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingView:
    """A version of a course, offered to exactly one category, required or elective."""

    id: str
    course_slug: str
    version: int
    title: str
    summary: str
    institution: str
    category: TraineeCategory
    industries: frozenset[Industry]
    required: bool
    content: str
    challenge_interval_ms: tuple[int, int] | None
    deadline: datetime | None
    lessons: tuple[LessonView, ...]

    def lesson(self, lesson_id: str) -> LessonView | None:
        """Return the lesson of this offering that has lesson_id."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)


class Catalogue(Protocol):
    """Looks offerings up. "Visible" means: of the enrolment's own category, and industry."""

    def offering(self, offering_id: str) -> OfferingView | None: ...
    def visible_to(self, category: TraineeCategory, industry: Industry | None) -> Sequence[OfferingView]: ...
    def visible_with_lesson(
        self, category: TraineeCategory, industry: Industry | None, lesson_id: str
    ) -> OfferingView | None:
        """Return the visible offering with the lesson; one lesson may be offered to several categories."""
        ...

    def questions(self, lesson_id: str) -> Sequence[QuestionView]: ...
    def lessons_with_asset(self, asset_id: str) -> Sequence[str]: ...
