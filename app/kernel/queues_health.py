"""What `anxue doctor` asks of jobs and outbox: is nothing torn (I4), is nothing stuck (I7)?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.sdk.clock import Clock
from app.sdk.outbox import DEAD, DELIVERED, SENDING, OutboxDelivery, OutboxMessage
from app.sdk.plugin import HealthCheck
from app.sdk.tasks import RUNNING, WAITING, Job

FORGOTTEN_AFTER = timedelta(minutes=15)
"""Leases last seconds and sweeps come every quarter of a minute; a restart needs some minutes more."""


def checks(clock: Clock) -> Iterable[HealthCheck]:
    """Return the lines of the doctor about jobs and outbox."""
    yield HealthCheck(
        name="jobs.nothing_stuck",
        faults=lambda session: overdue_jobs(session, clock.now()),
        label="后台任务没有停滞",
        live=True,
    )
    yield HealthCheck(name="outbox.whole", faults=torn_messages, label="待发数据完整")
    yield HealthCheck(
        name="outbox.nothing_stuck",
        faults=lambda session: overdue_deliveries(session, clock.now()),
        label="待发数据没有停滞",
        live=True,
    )


def overdue_jobs(session: Session, now: datetime) -> Iterator[str]:
    """Yield the kinds of jobs that should have been taken long ago, or whose lease is long over."""
    late = (
        select(Job.kind, Job.state, func.count(), func.min(Job.due_at))
        .where(Job.state.in_((WAITING, RUNNING)), Job.due_at < now - FORGOTTEN_AFTER)
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    )
    for kind, state, times, due_at in session.execute(late):
        yield f"{times} jobs of kind {kind} ({state}) are due since {due_at:%Y-%m-%d %H:%M}: no worker?"


def torn_messages(session: Session) -> Iterator[str]:
    """Yield facts that nobody will send, and deliveries whose state and end contradict each other."""
    delivery = select(OutboxDelivery.id).where(OutboxDelivery.message_sequence == OutboxMessage.sequence)
    unsent = select(func.count()).select_from(OutboxMessage).where(~delivery.exists())
    if times := session.execute(unsent).scalar_one():
        yield f"{times} messages have no delivery: nobody will send them"
    ended = OutboxDelivery.state.in_((DELIVERED, DEAD))
    torn = or_(
        and_(ended, OutboxDelivery.settled_at.is_(None)), and_(~ended, OutboxDelivery.settled_at.is_not(None))
    )
    for delivery_id, state in session.execute(select(OutboxDelivery.id, OutboxDelivery.state).where(torn)):
        yield f"delivery {delivery_id} is {state}; whether it is settled says otherwise"


def overdue_deliveries(session: Session, now: datetime) -> Iterator[str]:
    """Yield destinations to which messages travel under a lease long over: sender and sweep are gone."""
    late = (
        select(OutboxDelivery.destination, func.count(), func.min(OutboxDelivery.due_at))
        .where(OutboxDelivery.state == SENDING, OutboxDelivery.due_at < now - FORGOTTEN_AFTER)
        .group_by(OutboxDelivery.destination)
    )
    for destination, times, due_at in session.execute(late):
        yield f"{times} messages to {destination} are under way since {due_at:%Y-%m-%d %H:%M}"
