"""Time that has been watched and waits for a check: asked of whoever knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProgress:
    """How far a trainee is with a lesson, in media milliseconds."""

    checked_ms: int
    furthest_ms: int
    complete: bool


class LearningProgress(Protocol):
    """Knows progress and pending time; a plugin answers, others ask."""

    def pending_ms(self, session: Session, person_id: int) -> Mapping[str, int]:
        """Return watched, not yet confirmed milliseconds by lesson id; empty when nothing waits."""
        ...

    def of_lessons(self, session: Session, enrolment_id: int) -> Mapping[str, LessonProgress]:
        """Return progress by lesson id; lessons never opened are absent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursBar:
    """One bar of hours: figure is text ("6.4（上限 9.6）"), percent and mark are 0 to 100."""

    label: str
    figure: str
    percent: int
    mark: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursSummary:
    """A trainee's class hours in a few figures, cut and ready to be shown."""

    counted: str
    planned: str
    percent: int
    surplus: str | None
    bars: tuple[HoursBar, ...]
    url: str
    missing: tuple[str, ...] = ()


class HoursSummaries(Protocol):
    """Knows class hours; a plugin answers, the core's first page asks."""

    def of_enrolment(self, session: Session, enrolment_id: int) -> HoursSummary | None: ...
