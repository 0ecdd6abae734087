"""What the feed remembers about viewing sessions between two events of them.

No person: a session belongs to a registration and a lesson.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, public_id


class ViewingSession(Base):
    """A playback as the video profile sees it (domain/viewing.py). watched is [[from, to], …] in media ms."""

    __tablename__ = "xapi_feed_session"
    __table_args__ = (Index("ix_xapi_feed_session_registration", "registration", "lesson_id"),)

    playback_id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    initialized_id: Mapped[str] = mapped_column(public_id(), unique=True)
    registration: Mapped[str] = mapped_column(public_id())
    lesson_id: Mapped[str] = mapped_column(public_id())
    playing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    spent_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    watched: Mapped[list[list[int]]] = mapped_column(Json)
    over: Mapped[bool] = mapped_column(default=False)
