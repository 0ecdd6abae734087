"""GET /api/v1/me/hours: the hours page's figures for programs, in seconds, with the entries behind them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from pydantic import BaseModel, Field

from app.sdk.auth import signed_in
from app.sdk.clock import timestamp
from app.sdk.db import read
from app.sdk.quantities import seconds_of
from app.sdk.runtime import runtime
from app.sdk.web import operation, requires
from plugins.online_hours.domain.plan_figures import OnlineFigures
from plugins.online_hours.domain.stretches import media_spans
from plugins.online_hours.domain.totals import Entry
from plugins.online_hours.domain.uncounted import Uncounted
from plugins.online_hours.permissions import OWN
from plugins.online_hours.service.hours import LearnerHours, hours_of
from plugins.online_hours.service.offerings import OfferingHours

calls = Blueprint("online_hours_api", __name__, url_prefix="/api/v1")

Seconds = int | float


class LedgerEntryAnswer(BaseModel):
    """One entry of the ledger. credited_seconds is negative in a reversal."""

    id: str
    kind: str
    credited_seconds: Seconds
    media: list[tuple[Seconds, Seconds]]
    method: str | None
    reason: str | None
    rule_version: str
    recorded_at: str


class LessonHoursAnswer(BaseModel):
    """One lesson. confirmed_seconds is the sum of its entries."""

    id: str
    title: str
    media_seconds: Seconds
    confirmed_seconds: Seconds
    pending_seconds: Seconds
    complete: bool
    entries: list[LedgerEntryAnswer]


class OfferingHoursAnswer(BaseModel):
    """One course. required is null for one that was withdrawn."""

    id: str
    title: str
    required: bool | None
    confirmed_seconds: Seconds
    class_hours: str
    lessons: list[LessonHoursAnswer]


class UncountedAnswer(BaseModel):
    """Time that earned nothing: why, in words, and since where in the lesson."""

    code: str
    text: str
    seconds: Seconds
    times: int
    lesson_id: str
    media_from: Seconds
    last_at: str


class OnlinePlanAnswer(BaseModel):
    """Confirmed time against the plan, in class hours. ceiling is null where the rules set none."""

    countable: str
    ceiling: str | None
    surplus: str
    missing: str = Field(description="rounded up: 0.0 means nothing is missing")


class HoursAnswer(BaseModel):
    """The own hours. Class hours are texts, cut to one decimal and never rounded up."""

    confirmed_seconds: Seconds
    class_hours: str
    pending_seconds: Seconds
    uncounted_seconds: Seconds
    today_seconds: Seconds
    daily_cap_seconds: Seconds
    online: OnlinePlanAnswer | None
    offerings: list[OfferingHoursAnswer]
    uncounted: list[UncountedAnswer]
    uncounted_more: int


@calls.get("/me/hours")
@requires(OWN)
@operation(summary="The own learning time: confirmed, pending, not counted and why", response=HoursAnswer)
def my_hours() -> dict[str, Any]:
    """Return the own hours."""
    known = runtime()
    return _answer(hours_of(read(), signed_in().person_id, known=known)).model_dump(mode="json")


def _answer(hours: LearnerHours) -> HoursAnswer:
    return HoursAnswer(
        confirmed_seconds=seconds_of(hours.credited_ms),
        class_hours=hours.rule.credit.shown(hours.credited_ms),
        pending_seconds=seconds_of(hours.pending_ms),
        uncounted_seconds=seconds_of(hours.uncounted.lasts_ms),
        today_seconds=seconds_of(hours.today.credited_ms),
        daily_cap_seconds=seconds_of(hours.today.cap_ms),
        online=_online(hours.figures) if hours.figures else None,
        offerings=[_offering(offering, hours) for offering in hours.offerings],
        uncounted=[_uncounted(line) for line in hours.uncounted.lines],
        uncounted_more=hours.uncounted.more,
    )


def _online(figures: OnlineFigures) -> OnlinePlanAnswer:
    return OnlinePlanAnswer(
        countable=figures.shown(figures.countable),
        ceiling=None if figures.ceiling is None else figures.shown(figures.ceiling),
        surplus=figures.shown(figures.surplus),
        missing=figures.missing_shown,
    )


def _offering(offering: OfferingHours, hours: LearnerHours) -> OfferingHoursAnswer:
    return OfferingHoursAnswer(
        id=offering.id,
        title=offering.title,
        required=offering.required,
        confirmed_seconds=seconds_of(offering.credited_ms),
        class_hours=hours.rule.credit.shown(offering.credited_ms),
        lessons=[
            LessonHoursAnswer(
                id=lesson.id,
                title=lesson.title,
                media_seconds=seconds_of(lesson.media_ms),
                confirmed_seconds=seconds_of(lesson.credited_ms),
                pending_seconds=seconds_of(lesson.pending_ms),
                complete=lesson.complete,
                entries=[_entry(entry) for entry in lesson.entries],
            )
            for lesson in offering.lessons
        ],
    )


def _entry(entry: Entry) -> LedgerEntryAnswer:
    return LedgerEntryAnswer(
        id=entry.id,
        kind=entry.kind,
        credited_seconds=seconds_of(entry.credited_ms),
        media=[(seconds_of(begin), seconds_of(end)) for begin, end in media_spans(entry.stretches)],
        method=entry.method,
        reason=entry.reason,
        rule_version=entry.rule_version,
        recorded_at=timestamp(entry.recorded_at),
    )


def _uncounted(line: Uncounted) -> UncountedAnswer:
    return UncountedAnswer(
        code=line.code,
        text=line.text,
        seconds=seconds_of(line.lasts_ms),
        times=line.times,
        lesson_id=line.lesson_id,
        media_from=seconds_of(line.media_from_ms),
        last_at=timestamp(line.happened_at),
    )
