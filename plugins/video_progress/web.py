"""The page on which a lesson is played."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from app.sdk.auth import signed_in
from app.sdk.errors import NotFoundError
from app.sdk.quantities import minutes_and_seconds
from app.sdk.runtime import runtime
from app.sdk.web import requires
from plugins.video_progress.permissions import LEARN

pages = Blueprint(
    "video_progress",
    __name__,
    template_folder="templates",
    static_folder="static/video_progress",
    static_url_path="/static/video_progress",
)


@pages.get("/lessons/<lesson_id>")
@requires(LEARN)
def player(lesson_id: str) -> str:
    """The player of a lesson of the own category; anybody else's is not found."""
    enrolment = runtime().people.enrolment_of(signed_in().person_id)
    if enrolment is None:
        raise NotFoundError
    offering = runtime().catalogue.visible_with_lesson(enrolment.category, enrolment.industry, lesson_id)
    lesson = offering.lesson(lesson_id) if offering else None
    if offering is None or lesson is None:
        raise NotFoundError
    asset = runtime().media.asset(lesson.asset_id) if lesson.asset_id else None
    return render_template(
        "video_progress/player.html",
        offering={
            "title": offering.title,
            "required": offering.required,
            "url": url_for("learning.course", offering_id=offering.id),
        },
        lesson={
            "id": lesson.id,
            "title": lesson.title,
            "playable": lesson.playable,
            "media_seconds": lesson.media_ms / 1000,
            "length_text": minutes_and_seconds(lesson.media_ms),
            "poster_url": asset.poster_url if asset else None,
            "captions_url": asset.captions_url if asset else None,
            "percent": asset.percent if asset else 0,
            "reason": asset.reason if asset else None,
            "chapters": [
                {
                    "at_seconds": chapter.at_ms / 1000,
                    "at_text": minutes_and_seconds(chapter.at_ms),
                    "title": chapter.title,
                }
                for chapter in lesson.chapters
            ],
        },
        verified=enrolment.identity_verified_at is not None,
        confirmable=bool(runtime().presence_methods),
    )
