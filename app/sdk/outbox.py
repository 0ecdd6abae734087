"""Facts on their way out: frozen when they happen, delivered when they can be.

A message is written in the transaction of the fact it tells, with its id and
its bytes; one delivery row for each destination says how far it got. Whoever
sends claims rows with a lease, sends without any transaction open, and
settles. At least once, with an id that the receiver knows again: stored once.
Order is kept per ordering key. The manual is docs/outbox.md.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.sdk.db import Base, UtcDateTime, public_id

PENDING, SENDING, DELIVERED, DEAD = "pending", "sending", "delivered", "dead"


class OutboxMessage(Base):
    """A fact as the bytes that will be sent, whenever and however often."""

    __tablename__ = "outbox_message"

    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    id: Mapped[str] = mapped_column(public_id(), unique=True)
    topic: Mapped[str] = mapped_column(String(40))
    ordering_key: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OutboxDelivery(Base):
    """How far one message got at one destination."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (
        UniqueConstraint("message_sequence", "destination"),
        Index("ix_outbox_delivery_due", "destination", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    message_sequence: Mapped[int] = mapped_column(ForeignKey("outbox_message.sequence"))
    destination: Mapped[str] = mapped_column(String(40))
    ordering_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default=PENDING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_status: Mapped[int | None] = mapped_column(Integer)
    last_answer: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
