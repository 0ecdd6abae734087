"""The tables of the ledger of learning time. Rows are added and never changed.

The database itself refuses UPDATE, DELETE, TRUNCATE and replacement: the
triggers are in the first migration. Only ids and quantities are kept, so that
the ledger outlives the erasure of a person's data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, public_id

CREDIT: Final = "credit"
REVERSAL: Final = "reversal"
CORRECTION: Final = "correction"

_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


class LedgerEntry(Base):
    """Learning time that was credited, or taken back or put right with a reason by two people.

    stretches is [[media from, server from, lasts], …] in milliseconds; the
    server span is their hull, kept apart because it can be indexed.
    """

    __tablename__ = "online_hours_entry"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'credit' AND credited_ms > 0 AND corrects_id IS NULL AND approved_by_id IS NULL"
            " AND server_from_ms IS NOT NULL AND server_to_ms IS NOT NULL)"
            " OR (kind = 'reversal' AND credited_ms < 0 AND corrects_id IS NOT NULL)"
            " OR (kind = 'correction' AND credited_ms <> 0)",
            name="kind_fits",
        ),
        CheckConstraint(
            "kind = 'credit' OR (reason IS NOT NULL AND requested_by_id IS NOT NULL"
            " AND approved_by_id IS NOT NULL AND requested_by_id <> approved_by_id)",
            name="two_people",
        ),
        CheckConstraint(
            "kind <> 'credit' OR credited_ms <= server_to_ms - server_from_ms", name="within_wall_clock"
        ),
        Index("ix_online_hours_entry_lived", "person_id", "server_to_ms"),
    )

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    id: Mapped[str] = mapped_column(public_id(), unique=True)
    event_id: Mapped[str] = mapped_column(public_id(), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(Integer)
    enrolment_id: Mapped[int] = mapped_column(Integer, index=True)
    offering_id: Mapped[str] = mapped_column(public_id())
    lesson_id: Mapped[str] = mapped_column(public_id())
    playback_id: Mapped[str | None] = mapped_column(public_id())
    challenge_id: Mapped[str | None] = mapped_column(public_id())
    method: Mapped[str | None] = mapped_column(String(40))
    credited_ms: Mapped[int] = mapped_column(BigInteger)
    stretches: Mapped[list[list[int]]] = mapped_column(Json)
    server_from_ms: Mapped[int | None] = mapped_column(BigInteger)
    server_to_ms: Mapped[int | None] = mapped_column(BigInteger)
    rule_version: Mapped[str] = mapped_column(String(40))
    evidence_digest: Mapped[str | None] = mapped_column(String(128))
    corrects_id: Mapped[str | None] = mapped_column(public_id(), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    requested_by_id: Mapped[int | None] = mapped_column(Integer)
    approved_by_id: Mapped[int | None] = mapped_column(Integer)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UncountedTime(Base):
    """Time that was watched and not credited, or refused, with the code that says why (rules.md 5.2)."""

    __tablename__ = "online_hours_uncounted"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("lasts_ms >= 0 AND media_from_ms >= 0", name="not_negative"),
    )

    sequence: Mapped[int] = mapped_column(_SEQUENCE, primary_key=True)
    event_id: Mapped[str] = mapped_column(public_id())
    code: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(Integer, index=True)
    enrolment_id: Mapped[int] = mapped_column(Integer, index=True)
    offering_id: Mapped[str] = mapped_column(public_id())
    lesson_id: Mapped[str] = mapped_column(public_id())
    playback_id: Mapped[str] = mapped_column(public_id())
    challenge_id: Mapped[str | None] = mapped_column(public_id())
    media_from_ms: Mapped[int] = mapped_column(BigInteger)
    lasts_ms: Mapped[int] = mapped_column(BigInteger)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
