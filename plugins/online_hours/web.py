"""The page 我的学时. Turns figures into texts, cut and never rounded up; decides nothing.

There is no id in its address: everybody sees the own hours, and there is no
way to ask for another person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from app.sdk.auth import signed_in
from app.sdk.clock import SHANGHAI
from app.sdk.db import read
from app.sdk.learning import HoursSummary
from app.sdk.quantities import minutes_and_seconds
from app.sdk.runtime import runtime
from app.sdk.web import requires
from plugins.online_hours.domain.plan_figures import OnlineFigures
from plugins.online_hours.domain.stretches import media_spans
from plugins.online_hours.domain.totals import Entry
from plugins.online_hours.permissions import OWN
from plugins.online_hours.service.hours import LearnerHours, hours_of
from plugins.online_hours.service.offerings import WITHDRAWN_LESSON, LessonHours
from plugins.online_hours.service.summary import OFFLINE_LATER, at_most, percent, summary_of, up_to

pages = Blueprint("online_hours", __name__, template_folder="templates")


class FirstPageHours:
    """Answers app.sdk.learning.HoursSummaries for the core's first page."""

    def of_enrolment(self, session: Session, enrolment_id: int) -> HoursSummary | None:
        return summary_of(session, enrolment_id, known=runtime(), url=url_for("online_hours.my_hours"))


@pages.get("/me/hours")
@requires(OWN)
def my_hours() -> str:
    """Show the own hours."""
    known = runtime()
    hours = hours_of(read(), signed_in().person_id, known=known)
    return render_template("online_hours/hours.html", **_context(hours))


def _context(hours: LearnerHours) -> Mapping[str, object]:
    credit = hours.rule.credit
    return {
        "totals": {
            "class_hours": credit.shown(hours.credited_ms),
            "minutes": minutes_and_seconds(hours.credited_ms),
            "pending_minutes": minutes_and_seconds(hours.pending_ms),
            "refused_minutes": minutes_and_seconds(hours.uncounted.lasts_ms),
        },
        "daily": {
            "counted": credit.shown(hours.today.credited_ms),
            "cap": at_most(credit.class_hours(hours.today.cap_ms)),
            "reached": hours.today.credited_ms >= hours.today.cap_ms,
        },
        "minutes_per_class_hour": credit.minutes_per_class_hour,
        "online": _online(hours.figures) if hours.figures else None,
        "offerings": [
            {
                "title": offering.title,
                "required": offering.required,
                "class_hours": credit.shown(offering.credited_ms),
                "minutes": minutes_and_seconds(offering.credited_ms),
                "lessons": [_lesson(lesson) for lesson in offering.lessons],
            }
            for offering in hours.offerings
        ],
        "refused": [
            {
                "when_text": _when(line.happened_at),
                "lesson_title": hours.lesson_titles.get(line.lesson_id, WITHDRAWN_LESSON),
                "length_text": minutes_and_seconds(line.lasts_ms),
                "sentence": line.text,
                "code": line.code,
            }
            for line in hours.uncounted.lines
        ],
        "refused_more": hours.uncounted.more,
    }


def _online(figures: OnlineFigures) -> Mapping[str, object]:
    return {
        "figure": up_to(figures.shown(figures.countable), figures.ceiling),
        "percent": percent(figures.countable, figures.target),
        "surplus": figures.shown(figures.surplus) if figures.surplus else None,
        "offline_note": OFFLINE_LATER,
    }


def _lesson(lesson: LessonHours) -> Mapping[str, object]:
    return {
        "title": lesson.title,
        "url": f"/lessons/{lesson.id}",
        "media_text": minutes_and_seconds(lesson.media_ms),
        "confirmed_text": minutes_and_seconds(lesson.credited_ms),
        # A fraction of a second is left over by nearly every check; "0:00 waits" would only puzzle.
        "pending_text": minutes_and_seconds(lesson.pending_ms) if lesson.pending_ms >= 1000 else None,
        "percent": percent(Fraction(lesson.credited_ms), Fraction(lesson.media_ms)),
        "pending_percent": percent(Fraction(lesson.pending_ms), Fraction(lesson.media_ms)),
        "complete": lesson.complete,
        "entries": [_entry(entry) for entry in lesson.entries],
    }


def _entry(entry: Entry) -> Mapping[str, object]:
    return {
        "id": entry.id,
        "when_text": _when(entry.recorded_at),
        "length_text": minutes_and_seconds(entry.credited_ms),
        "media_text": "、".join(
            f"{minutes_and_seconds(begin)}–{minutes_and_seconds(end)}"
            for begin, end in media_spans(entry.stretches)
        ),
        "reason": entry.reason,
    }


def _when(instant: datetime) -> str:
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
