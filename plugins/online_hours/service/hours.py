"""The hours page in figures: what counts, what waits, what was lost and why.

Joins the ledger with the plan, the catalogue and the progress of lessons, in a
number of questions to the database that does not grow with the lessons. All
times are milliseconds; texts are made at the edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from fractions import Fraction
from typing import Protocol

from sqlalchemy.orm import Session

from app.sdk.clock import SHANGHAI, Clock, epoch_ms, shanghai_day
from app.sdk.courses import Catalogue
from app.sdk.errors import Json
from app.sdk.learning import LearningProgress, LessonProgress
from app.sdk.people import EnrolmentView, People
from app.sdk.plans import Plans
from plugins.online_hours import store
from plugins.online_hours.domain.plan_figures import HoursRule, OnlineFigures, Planned, online_figures
from plugins.online_hours.domain.totals import Entry, balance_ms, credited_since_ms
from plugins.online_hours.domain.uncounted import UncountedList
from plugins.online_hours.service.offerings import OfferingHours, hours_by_offering, offerings_spoken_of

DAILY_CAP = "hours.daily_cap_hours"
UNCOUNTED_AT_MOST = 200


class Known(Protocol):
    """Whom the page asks for what is not in the ledger."""

    @property
    def people(self) -> People: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def progress(self) -> LearningProgress | None: ...
    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What was credited for the running day in Asia/Shanghai, and how much a day can earn."""

    credited_ms: int
    cap_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerHours:
    """Everything the hours page says. figures is None without a training plan."""

    rule: HoursRule
    credited_ms: int
    pending_ms: int
    figures: OnlineFigures | None
    today: Today
    offerings: tuple[OfferingHours, ...]
    uncounted: UncountedList
    lesson_titles: Mapping[str, str]
    """By lesson id, for what is not among the offerings, too."""


def hours_of(session: Session, person_id: int, *, known: Known) -> LearnerHours:
    """Return the hours of the person's enrolment in the running cycle; all 0 when there is none."""
    enrolment = known.people.enrolment_of(person_id)
    keys = known.plans.rules_for(enrolment.plan_id if enrolment else None).values
    rule = HoursRule.from_keys(keys)
    entries = store.entries_of(session, enrolment.id) if enrolment else ()
    uncounted = UncountedList()
    if enrolment:
        uncounted = store.uncounted_of(session, enrolment.id, at_most=UNCOUNTED_AT_MOST)
    pending = known.progress.pending_ms(session, person_id) if known.progress else {}
    named = {entry.offering_id for entry in entries} | {line.offering_id for line in uncounted.lines}
    views = offerings_spoken_of(named, enrolment=enrolment, catalogue=known.catalogue)
    return LearnerHours(
        rule=rule,
        credited_ms=balance_ms(entries),
        pending_ms=sum(pending.values()),
        figures=_figures(balance_ms(entries), enrolment, known.plans, rule=rule),
        today=_today(entries, keys, rule=rule, now=known.clock.now()),
        offerings=hours_by_offering(
            entries, pending, views=views, progress=_progress(session, enrolment, known)
        ),
        uncounted=uncounted,
        lesson_titles={lesson.id: lesson.title for view in views.values() for lesson in view.lessons},
    )


def figures_of_enrolment(session: Session, enrolment_id: int, *, known: Known) -> OnlineFigures | None:
    """Return the online figures of one enrolment, None when it has no plan."""
    enrolment = known.people.enrolment(enrolment_id)
    if enrolment is None:
        return None
    rule = HoursRule.from_keys(known.plans.rules_for(enrolment.plan_id).values)
    return _figures(store.balance_ms(session, enrolment_id), enrolment, known.plans, rule=rule)


def _figures(
    credited_ms: int, enrolment: EnrolmentView | None, plans: Plans, *, rule: HoursRule
) -> OnlineFigures | None:
    plan = plans.plan(enrolment.plan_id) if enrolment else None
    if plan is None:
        return None
    planned = Planned(
        total=Fraction(plan.total_class_hours),
        online=Fraction(plan.online_class_hours),
        practical=Fraction(plan.practical_class_hours),
    )
    return online_figures(credited_ms, planned, rule=rule)


def _today(entries: tuple[Entry, ...], keys: Mapping[str, Json], *, rule: HoursRule, now: datetime) -> Today:
    midnight = datetime.combine(shanghai_day(now), time(), SHANGHAI)
    cap = Fraction(str(keys.get(DAILY_CAP, 8)))
    return Today(
        credited_ms=credited_since_ms(entries, epoch_ms(midnight)),
        cap_ms=int(cap * rule.credit.ms_per_class_hour),
    )


def _progress(
    session: Session, enrolment: EnrolmentView | None, known: Known
) -> Mapping[str, LessonProgress]:
    if enrolment is None or known.progress is None:
        return {}
    return known.progress.of_lessons(session, enrolment.id)
