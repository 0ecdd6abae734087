"""Page for staff: which courses are offered to whom, and whether their videos are prepared."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select

from app.courses.models import Offering
from app.sdk.db import read
from app.sdk.people import CATEGORY_LABELS, TraineeCategory
from app.sdk.quantities import minutes_and_seconds
from app.sdk.runtime import runtime
from app.sdk.web import requires

pages = Blueprint("courses_overview", __name__)


@pages.get("/courses")
@requires("courses.overview")
def overview() -> str:
    """Every offering with its lessons and the state of their videos."""
    offerings = (
        read().execute(select(Offering).order_by(Offering.category, Offering.required.desc())).scalars()
    )
    return render_template(
        "learning/overview.html",
        offerings=[
            {
                "title": row.version.title,
                "version": row.version.number,
                "institution": row.version.institution,
                "category_text": CATEGORY_LABELS[TraineeCategory(row.category)],
                "required": row.required,
                "lessons": [_lesson(lesson.title, lesson.asset_id) for lesson in row.version.lessons],
            }
            for row in offerings
        ],
    )


def _lesson(title: str, asset_id: str | None) -> dict[str, object]:
    asset = runtime().media.asset(asset_id) if asset_id else None
    return {
        "title": title,
        "state": asset.state if asset else "waiting",
        "percent": asset.percent if asset else 0,
        "step": asset.step if asset else "",
        "reason": asset.reason if asset else None,
        "length_text": minutes_and_seconds(asset.duration_ms) if asset else "0:00",
    }
