"""Facts on their way out: frozen when they happen, delivered when they can be.

A message is written in the transaction of the fact it tells, with its id and
its bytes; one delivery row for each destination says how far it got. Whoever
sends claims rows with a lease (outbox_claim.py), sends without any transaction
open, and settles (outbox_settle.py). At least once, with an id that the
receiver knows again: stored once. Order is kept per ordering key. The manual is
docs/outbox.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

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


class OutboxDestination(Base):
    """Where messages go, and how it has been faring.

    Its row is the lock under which deliveries are claimed and settled, one
    transaction after the other: that is what keeps the order (docs/outbox.md).
    """

    __tablename__ = "outbox_destination"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    resume_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Nothing is claimed before this instant: the receiver is away or refuses us as a whole."""
    pause_reason: Mapped[str | None] = mapped_column(Text)
    """Set when a person has to act (401, 403, 404): an alarm, not a hiccup."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """Failed requests in a row."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it last took something."""


_UNSETTLED = text("settled_at IS NULL")


class OutboxDelivery(Base):
    """How far one message got at one destination."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (
        UniqueConstraint("message_sequence", "destination"),
        # Unsettled rows only: however long the history, a claim sees what waits.
        Index(
            "ix_outbox_delivery_waiting",
            "destination",
            "message_sequence",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index(
            "ix_outbox_delivery_order",
            "destination",
            "ordering_key",
            "message_sequence",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index("ix_outbox_delivery_state", "destination", "state"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    message_sequence: Mapped[int] = mapped_column(ForeignKey("outbox_message.sequence"))
    destination: Mapped[str] = mapped_column(String(40))
    ordering_key: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12), default=PENDING)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it may be claimed: now, later after a failure, or when its sender's lease runs out."""
    lease: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    batch_limit: Mapped[int | None] = mapped_column(Integer)
    """How many may travel together, once a larger batch was refused because of one of them."""
    last_status: Mapped[int | None] = mapped_column(Integer)
    last_answer: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What lies in the outbox for one destination."""

    destination: str
    pending: int
    sending: int
    delivered: int
    dead: int
    oldest_waiting_made_at: datetime | None
    resume_at: datetime | None
    pause_reason: str | None
    accepted_at: datetime | None


def enqueue(
    session: Session,
    *,
    topic: str,
    message_id: str,
    body: bytes,
    ordering_key: str,
    destinations: Sequence[str],
    now: datetime,
) -> None:
    """Freeze body under message_id, to be sent to every one of destinations.

    Call it in the transaction of the fact: if the fact is undone, so is this.
    """
    message = OutboxMessage(id=message_id, topic=topic, ordering_key=ordering_key, body=body, made_at=now)
    session.add(message)
    session.flush()
    session.add_all(
        OutboxDelivery(
            message_sequence=message.sequence,
            destination=destination,
            ordering_key=ordering_key,
            state=PENDING,
            due_at=now,
            attempts=0,
        )
        for destination in destinations
    )


def locked_destination(session: Session, destination: str) -> OutboxDestination:
    """Return the row of destination, locked for this transaction; it is made the first time."""
    wanted = select(OutboxDestination).where(OutboxDestination.name == destination).with_for_update()
    lane = session.execute(wanted).scalar_one_or_none()
    if lane is not None:
        return lane
    try:
        with session.begin_nested():
            session.execute(insert(OutboxDestination).values(name=destination, failures=0))
    except IntegrityError:
        # Somebody else was first, and that is as good; the row is there now.
        return session.execute(wanted).scalar_one()
    return session.execute(wanted).scalar_one()


def depth(session: Session, destination: str) -> Depth:
    """Return how much waits, travels, has arrived and is dead, and how old the oldest waiting fact is."""
    by_state = session.execute(
        select(OutboxDelivery.state, func.count())
        .where(OutboxDelivery.destination == destination)
        .group_by(OutboxDelivery.state)
    )
    counts: dict[str, int] = dict(iter(by_state))
    oldest = session.execute(
        select(func.min(OutboxMessage.made_at))
        .join(OutboxDelivery, OutboxDelivery.message_sequence == OutboxMessage.sequence)
        .where(OutboxDelivery.destination == destination, OutboxDelivery.settled_at.is_(None))
    ).scalar_one()
    lane = session.get(OutboxDestination, destination)
    return Depth(
        destination=destination,
        pending=counts.get(PENDING, 0),
        sending=counts.get(SENDING, 0),
        delivered=counts.get(DELIVERED, 0),
        dead=counts.get(DEAD, 0),
        oldest_waiting_made_at=oldest,
        resume_at=lane.resume_at if lane else None,
        pause_reason=lane.pause_reason if lane else None,
        accepted_at=lane.accepted_at if lane else None,
    )


def messages(session: Session, topic: str) -> Iterator[tuple[str, bytes]]:
    """Yield id and frozen bytes of every message of topic, oldest first."""
    rows = select(OutboxMessage.id, OutboxMessage.body).where(OutboxMessage.topic == topic)
    for message_id, frozen in session.execute(
        rows.order_by(OutboxMessage.sequence).execution_options(yield_per=500)
    ):
        yield message_id, bytes(frozen)
