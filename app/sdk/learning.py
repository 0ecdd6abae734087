"""Time that has been watched and waits for a check: asked of whoever knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonProgress:
    """How far a trainee is with a lesson, in media milliseconds."""

    checked_ms: int
    furthest_ms: int
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditGiven:
    """What was credited of one lesson to one enrolment, by the books of whoever watched over the watching."""

    enrolment_id: int
    lesson_id: str
    credited_ms: int


class LearningProgress(Protocol):
    """Knows progress and pending time; a plugin answers, others ask.

    source: what its learning time is published as.
    """

    source: str

    def pending_ms(self, session: Session, person_id: int) -> Mapping[str, int]:
        """Return watched, not yet confirmed milliseconds by lesson id; empty when nothing waits."""
        ...

    def of_lessons(self, session: Session, enrolment_id: int) -> Mapping[str, LessonProgress]:
        """Return progress by lesson id; lessons never opened are absent."""
        ...

    def credit_given(self, session: Session, enrolment_id: int | None = None) -> Iterator[CreditGiven]:
        """Yield what was credited, by enrolment in rising order, of one enrolment or of all: for audits."""
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
