"""Answers of video_progress to the core and to other plugins: how far, what waits, what may be fetched."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sdk.db import read
from app.sdk.learning import LessonProgress
from plugins.video_progress.models import LessonProgressRow, Playback

# The span an allowance can hold: what an honest player may have loaded ahead (ux-and-media.md).
SEGMENTS_AHEAD_MS = 120_000


class Progress:
    """Answers app.sdk.learning.LearningProgress."""

    def pending_ms(self, session: Session, person_id: int) -> Mapping[str, int]:
        rows = session.execute(
            select(Playback.lesson_id, Playback.pending_ms).where(
                Playback.person_id == person_id, Playback.ended_at.is_(None), Playback.pending_ms > 0
            )
        )
        return dict(rows.all())

    def of_lessons(self, session: Session, enrolment_id: int) -> Mapping[str, LessonProgress]:
        rows = session.execute(
            select(LessonProgressRow).where(LessonProgressRow.enrolment_id == enrolment_id)
        ).scalars()
        return {
            row.lesson_id: LessonProgress(
                checked_ms=row.checked_ms,
                furthest_ms=row.furthest_ms,
                complete=row.completed_at is not None,
            )
            for row in rows
        }


class SegmentGate:
    """Answers app.sdk.media.MediaGate: only an open playback opens a video, up to its own furthest point."""

    def open_until_ms(self, person_id: int, asset_id: str) -> int | None:
        row = (
            read()
            .execute(
                select(Playback.furthest_ms, Playback.length_ms, LessonProgressRow.completed_at)
                .outerjoin(
                    LessonProgressRow,
                    (LessonProgressRow.enrolment_id == Playback.enrolment_id)
                    & (LessonProgressRow.offering_id == Playback.offering_id)
                    & (LessonProgressRow.lesson_id == Playback.lesson_id),
                )
                .where(
                    Playback.person_id == person_id,
                    Playback.asset_id == asset_id,
                    Playback.ended_at.is_(None),
                )
                .limit(1)
            )
            .first()
        )
        if row is None:
            return None
        furthest_ms, length_ms, completed_at = row
        return int(length_ms if completed_at is not None else furthest_ms + SEGMENTS_AHEAD_MS)
