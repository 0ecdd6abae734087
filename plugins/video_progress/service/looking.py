"""Answers of video_progress to the core and to other plugins: how far, what waits, what may be fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sdk.db import read
from app.sdk.learning import CreditGiven, LessonProgress
from plugins.video_progress.domain.intervals import total
from plugins.video_progress.models import LessonProgressRow, Playback
from plugins.video_progress.service.facts import SOURCE
from plugins.video_progress.store import record_of

# The span an allowance can hold: what an honest player may have loaded ahead (ux-and-media.md).
SEGMENTS_AHEAD_MS = 120_000


class Progress:
    """Answers app.sdk.learning.LearningProgress."""

    source = SOURCE

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

    def credit_given(self, session: Session, enrolment_id: int | None = None) -> Iterator[CreditGiven]:
        wanted = select(LessonProgressRow).order_by(LessonProgressRow.enrolment_id)
        if enrolment_id is not None:
            wanted = wanted.where(LessonProgressRow.enrolment_id == enrolment_id)
        for row in session.execute(wanted.execution_options(yield_per=500)).scalars():
            yield CreditGiven(
                enrolment_id=row.enrolment_id,
                lesson_id=row.lesson_id,
                credited_ms=total(record_of(row, row.length_ms).credited),
            )


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
