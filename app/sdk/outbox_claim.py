"""Taking what waits in the outbox, in order, for one sender at a time.

Claim in a unit of work of its own and commit; send with no transaction open;
settle (outbox_settle.py). Claims and settlements of one destination happen one
after the other, under the lock of its row. So two senders may work at once and
the messages of one ordering key still leave in order: a message is not claimed
while an earlier one of its key travels or waits for a later try. (FOR UPDATE
SKIP LOCKED on the deliveries would hand the second message of a key to a
second sender while the first is being taken.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.sdk.db import new_id
from app.sdk.outbox import SENDING, OutboxDelivery, OutboxDestination, OutboxMessage, locked_destination

BATCH_MESSAGES = 50
BATCH_BYTES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One message in our hands. attempts counts this one."""

    delivery_id: int
    message_id: str
    body: bytes
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Messages of one destination that nobody else sends until the lease ends, in their order."""

    destination: str
    lease: str
    until: datetime
    messages: tuple[Claimed, ...]
    failures: int
    """Requests to the destination that failed in a row, before this one."""
    accepted_at: datetime | None
    """When the destination last took something."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery_id: int
    batch_limit: int | None
    size: int


def claim(
    session: Session,
    destination: str,
    *,
    now: datetime,
    lease: timedelta,
    messages_at_most: int = BATCH_MESSAGES,
    bytes_at_most: int = BATCH_BYTES,
) -> Claim | None:
    """Return the next messages in order, ours until the lease ends; None if nothing may be sent now."""
    lane = locked_destination(session, destination)
    if lane.resume_at is not None and lane.resume_at > now:
        return None
    waiting = _waiting(session, destination, now=now, at_most=messages_at_most)
    delivery_ids = [delivery.delivery_id for delivery in _fitting(waiting, bytes_at_most)]
    if not delivery_ids:
        return None
    token, until = new_id(), now + lease
    session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.id.in_(delivery_ids))
        .values(state=SENDING, lease=token, due_at=until, attempts=OutboxDelivery.attempts + 1)
    )
    return Claim(
        destination=destination,
        lease=token,
        until=until,
        messages=_taken(session, delivery_ids),
        failures=lane.failures,
        accepted_at=lane.accepted_at,
    )


def is_due(session: Session, destination: str, *, now: datetime) -> bool:
    """Return whether a claim might find something: a look that locks nothing."""
    lane = session.get(OutboxDestination, destination)
    if lane is not None and lane.resume_at is not None and lane.resume_at > now:
        return False
    waiting = select(OutboxDelivery.id).where(
        OutboxDelivery.destination == destination,
        OutboxDelivery.settled_at.is_(None),
        OutboxDelivery.due_at <= now,
    )
    return session.execute(waiting.limit(1)).first() is not None


def _waiting(session: Session, destination: str, *, now: datetime, at_most: int) -> list[_Waiting]:
    earlier = aliased(OutboxDelivery)
    still_out = exists().where(
        and_(
            earlier.destination == OutboxDelivery.destination,
            earlier.ordering_key == OutboxDelivery.ordering_key,
            earlier.message_sequence < OutboxDelivery.message_sequence,
            earlier.settled_at.is_(None),
            earlier.due_at > now,
        )
    )
    rows = session.execute(
        select(OutboxDelivery.id, OutboxDelivery.batch_limit, func.length(OutboxMessage.body))
        .join(OutboxMessage, OutboxMessage.sequence == OutboxDelivery.message_sequence)
        .where(
            OutboxDelivery.destination == destination,
            OutboxDelivery.settled_at.is_(None),
            OutboxDelivery.due_at <= now,
            ~still_out,
        )
        .order_by(OutboxDelivery.message_sequence)
        .limit(at_most)
    )
    return [_Waiting(delivery_id, batch_limit, size) for delivery_id, batch_limit, size in rows]


def _fitting(waiting: Sequence[_Waiting], bytes_at_most: int) -> Sequence[_Waiting]:
    """Return the longest beginning that may travel together; the first one always may."""
    together, weight, limit = 0, 0, len(waiting)
    for delivery in waiting:
        limit = min(limit, delivery.batch_limit or limit)
        weight += delivery.size
        if together and (together + 1 > limit or weight > bytes_at_most):
            break
        together += 1
    return waiting[:together]


def _taken(session: Session, delivery_ids: Sequence[int]) -> tuple[Claimed, ...]:
    rows = session.execute(
        select(OutboxDelivery.id, OutboxMessage.id, OutboxMessage.body, OutboxDelivery.attempts)
        .join(OutboxMessage, OutboxMessage.sequence == OutboxDelivery.message_sequence)
        .where(OutboxDelivery.id.in_(delivery_ids))
        .order_by(OutboxDelivery.message_sequence)
    )
    return tuple(
        Claimed(delivery_id=delivery_id, message_id=message_id, body=bytes(body), attempts=attempts)
        for delivery_id, message_id, body, attempts in rows
    )
