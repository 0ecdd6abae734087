"""Rows of viewing sessions, read and written as values."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.xapi_feed.domain.viewing import Past, Segments, Viewing, together
from plugins.xapi_feed.models import ViewingSession


def viewing_of(session: Session, playback_id: str) -> Viewing | None:
    """Return the session of a playback, as far as it was told."""
    row = session.get(ViewingSession, playback_id)
    if row is None:
        return None
    return Viewing(
        session_id=row.initialized_id,
        playing_since=row.playing_since,
        spent_ms=row.spent_ms,
        watched=_segments(row.watched),
        over=row.over,
    )


def past_of(session: Session, *, registration: str, lesson_id: str, playback_id: str) -> Past:
    """Return what the other sessions of the same registration and lesson left behind."""
    others = session.execute(
        select(ViewingSession.spent_ms, ViewingSession.watched).where(
            ViewingSession.registration == registration,
            ViewingSession.lesson_id == lesson_id,
            ViewingSession.playback_id != playback_id,
        )
    ).all()
    return Past(
        spent_ms=sum(spent_ms for spent_ms, _ in others),
        watched=together(*(_segments(watched) for _, watched in others)),
    )


def keep(session: Session, viewing: Viewing, *, playback_id: str, registration: str, lesson_id: str) -> None:
    """Remember the session of a playback."""
    row = session.get(ViewingSession, playback_id)
    if row is None:
        row = ViewingSession(playback_id=playback_id, registration=registration, lesson_id=lesson_id)
        session.add(row)
    row.initialized_id = viewing.session_id
    row.playing_since = viewing.playing_since
    row.spent_ms = viewing.spent_ms
    row.watched = [list(segment) for segment in viewing.watched]
    row.over = viewing.over
    session.flush()


def _segments(kept: list[list[int]]) -> Segments:
    return tuple((start, end) for start, end in kept)
