"""Writing down what became of messages that were claimed, and holding a destination back.

Like claiming, every deed here begins by locking the row of the destination and
wants a unit of work of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.sdk.outbox import DEAD, DELIVERED, PENDING, OutboxDelivery, OutboxMessage, locked_destination
from app.sdk.outbox_claim import Claim

_ANSWER_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The receiver has it."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """It stays ours: send the same bytes again from due_at on.

    counts is False when the try says nothing about the message itself.
    batch_limit, if given, is how many may travel together next time.
    """

    due_at: datetime
    status: int | None
    answer: str
    counts: bool = True
    batch_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The receiver will never take it: kept, shown, and out of the way of the rest."""

    status: int | None
    answer: str


Outcome = Arrived | Again | Refused


def settle(session: Session, held: Claim, outcomes: Mapping[str, Outcome], *, now: datetime) -> int:
    """Write down what became of the messages of held, by message id; return how many were still ours.

    A message that somebody else claimed after our lease ran out is left alone.
    """
    lane = locked_destination(session, held.destination)
    alike: dict[Outcome, list[int]] = {}
    for message in held.messages:
        alike.setdefault(outcomes[message.message_id], []).append(message.delivery_id)
    ours = 0
    for outcome, delivery_ids in alike.items():
        changed = session.execute(
            update(OutboxDelivery)
            .where(OutboxDelivery.id.in_(delivery_ids), OutboxDelivery.lease == held.lease)
            .values(**_values(outcome, now))
            .returning(OutboxDelivery.id)
        )
        ours += len(changed.all())
    if any(isinstance(outcome, Arrived) for outcome in outcomes.values()):
        lane.failures, lane.resume_at, lane.pause_reason, lane.accepted_at = 0, None, None, now
    return ours


def hold_back(
    session: Session, destination: str, *, until: datetime, failed: bool, reason: str | None = None
) -> None:
    """Claim nothing for destination before until. reason is an alarm: a person has to act."""
    lane = locked_destination(session, destination)
    lane.resume_at = until
    if failed:
        lane.failures += 1
    if reason is not None:
        lane.pause_reason = reason


def release(session: Session, destination: str) -> None:
    """Let destination be tried again at once."""
    lane = locked_destination(session, destination)
    lane.resume_at, lane.pause_reason, lane.failures = None, None, 0


def revive(session: Session, destination: str, message_ids: Sequence[str], *, now: datetime) -> int:
    """Send dead messages again, bytes unchanged; return how many there were."""
    locked_destination(session, destination)
    ids = select(OutboxMessage.sequence).where(OutboxMessage.id.in_(message_ids))
    revived = session.execute(
        update(OutboxDelivery)
        .where(
            OutboxDelivery.destination == destination,
            OutboxDelivery.state == DEAD,
            OutboxDelivery.message_sequence.in_(ids),
        )
        .values(state=PENDING, settled_at=None, due_at=now, attempts=0, lease=None, batch_limit=1)
        .returning(OutboxDelivery.id)
    )
    return len(revived.all())


def _values(outcome: Outcome, now: datetime) -> dict[str, object]:
    match outcome:
        case Arrived():
            return {
                "state": DELIVERED,
                "settled_at": now,
                "last_status": outcome.status,
                "last_answer": None,
            }
        case Refused():
            return {
                "state": DEAD,
                "settled_at": now,
                "last_status": outcome.status,
                "last_answer": outcome.answer[:_ANSWER_CHARACTERS],
            }
        case Again():
            changed: dict[str, object] = {
                "state": PENDING,
                "lease": None,
                "due_at": outcome.due_at,
                "attempts": OutboxDelivery.attempts - (0 if outcome.counts else 1),
                "last_status": outcome.status,
                "last_answer": outcome.answer[:_ANSWER_CHARACTERS],
            }
            if outcome.batch_limit is not None:
                changed["batch_limit"] = outcome.batch_limit
            return changed
