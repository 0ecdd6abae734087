"""What is kept of playing: learners' leases, playbacks, lessons, beats as evidence, checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, public_id

Counter = BigInteger().with_variant(Integer, "sqlite")


class Learner(Base):
    """One row a person, locked by whoever changes anything of theirs: the lease, and when a check is due.

    learned_ms is learning time since the last check, gap_ms the drawn distance to the next.
    """

    __tablename__ = "video_progress_learner"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    playback_id: Mapped[str | None] = mapped_column(String(36))
    learned_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    gap_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class Playback(Base):
    """One opening of one lesson. state is domain.state.PlaybackState; the other columns are for queries."""

    __tablename__ = "video_progress_playback"
    __table_args__ = (Index("ix_video_progress_playback_open", "ended_at", "last_sign_at"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    enrolment_id: Mapped[int] = mapped_column()
    offering_id: Mapped[str] = mapped_column(public_id())
    lesson_id: Mapped[str] = mapped_column(public_id())
    asset_id: Mapped[str] = mapped_column(String(36))
    length_ms: Mapped[int] = mapped_column(BigInteger)
    rule_version: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_sign_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(12))
    playing: Mapped[bool] = mapped_column(Boolean, default=False)
    position_ms: Mapped[int] = mapped_column(BigInteger)
    furthest_ms: Mapped[int] = mapped_column(BigInteger)
    pending_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[list[Any]] = mapped_column(Json)


class LessonProgressRow(Base):
    """What one enrolment has had checked and credited of one lesson of one offering; flat lists of ms."""

    __tablename__ = "video_progress_lesson"
    __table_args__ = (UniqueConstraint("enrolment_id", "offering_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    enrolment_id: Mapped[int] = mapped_column()
    person_id: Mapped[int] = mapped_column(index=True)
    offering_id: Mapped[str] = mapped_column(public_id())
    lesson_id: Mapped[str] = mapped_column(public_id())
    length_ms: Mapped[int] = mapped_column(BigInteger)
    checked: Mapped[list[int]] = mapped_column(Json)
    credited: Mapped[list[int]] = mapped_column(Json)
    checked_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    furthest_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BeatRow(Base):
    """A beat that was accepted: evidence, one row each, never changed. codes say what was not believed."""

    __tablename__ = "video_progress_beat"
    __table_args__ = (UniqueConstraint("playback_id", "seq"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    playback_id: Mapped[str] = mapped_column(public_id())
    seq: Mapped[int] = mapped_column(BigInteger)
    from_ms: Mapped[int] = mapped_column(BigInteger)
    to_ms: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[float] = mapped_column(Float)
    visible: Mapped[bool] = mapped_column(Boolean)
    client_ms: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    believed_ms: Mapped[int] = mapped_column(BigInteger)
    joined_ms: Mapped[int] = mapped_column(BigInteger)
    codes: Mapped[list[str]] = mapped_column(Json)


class Refusal(Base):
    """Beats refused or believed only in part, per playback and code; lost_ms did not count."""

    __tablename__ = "video_progress_refusal"
    __table_args__ = (UniqueConstraint("playback_id", "code"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    playback_id: Mapped[str] = mapped_column(public_id())
    person_id: Mapped[int] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(40))
    times: Mapped[int] = mapped_column(Integer, default=1)
    lost_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChallengeRow(Base):
    """One check. nonce belongs to the present attempt; outcome is open, passed, failed or cancelled.

    Evidence as well (service/proving.py): *_after_beat is the row of the last beat that was heard
    before, because two instants of one millisecond have no order; lost_at_ms, when attempts were
    lost; judged_by, the rules and grounds a pass was settled by, which may have changed since.
    """

    __tablename__ = "video_progress_challenge"

    id: Mapped[str] = mapped_column(public_id(), primary_key=True)
    playback_id: Mapped[str] = mapped_column(public_id(), index=True)
    person_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    nonce: Mapped[str] = mapped_column(String(48))
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    method: Mapped[str | None] = mapped_column(String(24))
    answers: Mapped[int] = mapped_column(Integer, default=0)
    evidence_digest: Mapped[str | None] = mapped_column(String(64))
    issued_after_beat: Mapped[int] = mapped_column(BigInteger)
    settled_after_beat: Mapped[int | None] = mapped_column(BigInteger)
    lost_at_ms: Mapped[list[int]] = mapped_column(Json, default=list)
    judged_by: Mapped[dict[str, Any] | None] = mapped_column(Json)


class CreditedDay(Base):
    """How much a person has been credited of a day in Asia/Shanghai, for the daily cap."""

    __tablename__ = "video_progress_credited_day"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    credited_ms: Mapped[int] = mapped_column(BigInteger)
