"""The catalogue: offerings as frozen views, for the core and the plugins.

Whether an offering is anybody's business is decided in visible_to and
visible_with_lesson, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.courses.models import CourseVersion, Lesson, Offering
from app.media.library import poster_url
from app.media.models import MediaAsset
from app.sdk.courses import ChapterView, LessonView, OfferingView, QuestionView
from app.sdk.db import read
from app.sdk.people import Industry, TraineeCategory
from app.sdk.remember import once_per_request


class OfferedCourses:
    """Answers app.sdk.courses.Catalogue from the reading session."""

    def offering(self, offering_id: str) -> OfferingView | None:
        return once_per_request(("offering", offering_id), lambda: self._one(offering_id))

    def visible_to(self, category: TraineeCategory, industry: Industry | None) -> Sequence[OfferingView]:
        offered = once_per_request(("offered to", category), lambda: self._offered_to(category))
        return [view for view in offered if not view.industries or industry in view.industries]

    def visible_with_lesson(
        self, category: TraineeCategory, industry: Industry | None, lesson_id: str
    ) -> OfferingView | None:
        return next(
            (view for view in self.visible_to(category, industry) if view.lesson(lesson_id) is not None), None
        )

    def questions(self, lesson_id: str) -> Sequence[QuestionView]:
        lesson = read().get(Lesson, lesson_id)
        if lesson is None:
            return ()
        return [
            QuestionView(
                id=question["id"],
                from_ms=question["from_ms"],
                to_ms=question["to_ms"],
                text=question["text"],
                options=tuple(question["options"]),
                answer=question["answer"],
                explanation=question["explanation"],
            )
            for question in lesson.questions
        ]

    def lessons_with_asset(self, asset_id: str) -> Sequence[str]:
        return list(read().execute(select(Lesson.id).where(Lesson.asset_id == asset_id)).scalars())

    @staticmethod
    def _one(offering_id: str) -> OfferingView | None:
        row = read().get(Offering, offering_id)
        return None if row is None else _views([row])[0]

    @staticmethod
    def _offered_to(category: TraineeCategory) -> list[OfferingView]:
        rows = (
            read()
            .execute(
                select(Offering)
                .where(Offering.category == category, Offering.open.is_(True))
                .order_by(Offering.required.desc(), Offering.made_at, Offering.id)
            )
            .scalars()
        )
        return _views(list(rows))


def _views(rows: Sequence[Offering]) -> list[OfferingView]:
    assets = _assets(lesson.asset_id for row in rows for lesson in row.version.lessons)
    return [_view(row, row.version, assets) for row in rows]


def _assets(asset_ids: Iterable[str | None]) -> dict[str, MediaAsset]:
    wanted = {asset_id for asset_id in asset_ids if asset_id is not None}
    rows = read().execute(select(MediaAsset).where(MediaAsset.id.in_(wanted))).scalars() if wanted else ()
    return {asset.id: asset for asset in rows}


def _view(row: Offering, version: CourseVersion, assets: dict[str, MediaAsset]) -> OfferingView:
    interval = version.challenge_interval_ms
    return OfferingView(
        id=row.id,
        course_slug=version.course.slug,
        version=version.number,
        title=version.title,
        summary=version.summary,
        institution=version.institution,
        category=TraineeCategory(row.category),
        industries=frozenset(Industry(industry) for industry in version.industries),
        required=row.required,
        content=version.content,
        challenge_interval_ms=(interval[0], interval[1]) if interval else None,
        deadline=row.deadline,
        lessons=tuple(_lesson(lesson, assets.get(lesson.asset_id or "")) for lesson in version.lessons),
    )


def _lesson(lesson: Lesson, asset: MediaAsset | None) -> LessonView:
    return LessonView(
        id=lesson.id,
        position=lesson.position,
        title=lesson.title,
        kind=lesson.kind,
        asset_id=lesson.asset_id,
        media_ms=asset.duration_ms if asset else 0,
        playable=asset is not None and asset.state == "ready",
        poster_url=poster_url(asset) if asset is not None and asset.state == "ready" else None,
        chapters=tuple(ChapterView(at_ms=at_ms, title=title) for at_ms, title in lesson.chapters),
    )
