"""`/metrics`: how the installation fares, as text for Prometheus.

What this process counted (app.sdk.metrics), what waits in the database at this
moment, and the pool of connections. Numbers only: no ids, names or addresses.
Rows that are settled are not counted, so that a long history costs a scrape
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, QueuePool, func, select
from sqlalchemy.orm import Session

from app.sdk.clock import epoch_ms
from app.sdk.metrics import Sample, all_metrics
from app.sdk.outbox import DEAD, OutboxDelivery, OutboxDestination, OutboxMessage
from app.sdk.tasks import CANCELLED, DONE, Job

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure of this moment."""

    name: str
    meaning: str
    samples: tuple[Sample, ...]


def page(session: Session, engine: Engine, now: datetime) -> str:
    """Return everything that is measured, in Prometheus' text format."""
    lines: list[str] = []
    for metric in all_metrics():
        lines += _told(metric.name, metric.meaning, metric.kind, metric.samples())
    for gauge in gauges(session, engine, now):
        lines += _told(gauge.name, gauge.meaning, "gauge", gauge.samples)
    return "\n".join(lines) + "\n"


def gauges(session: Session, engine: Engine, now: datetime) -> Iterator[Gauge]:
    """Yield what lies in the database and in the pool at this moment."""
    waiting = (
        select(OutboxDelivery.destination, OutboxDelivery.state, func.count())
        .where(OutboxDelivery.settled_at.is_(None))
        .group_by(OutboxDelivery.destination, OutboxDelivery.state)
    )
    dead = (
        select(OutboxDelivery.destination, func.count())
        .where(OutboxDelivery.state == DEAD)
        .group_by(OutboxDelivery.destination)
    )
    yield _gauge(
        "anxue_outbox_messages",
        "Messages that are not delivered, by destination and state.",
        [
            *((row[0], row[1], row[2]) for row in session.execute(waiting)),
            *((destination, DEAD, times) for destination, times in session.execute(dead)),
        ],
        labels=("destination", "state"),
    )
    oldest = (
        select(OutboxDelivery.destination, func.min(OutboxMessage.made_at))
        .join(OutboxMessage, OutboxDelivery.message_sequence == OutboxMessage.sequence)
        .where(OutboxDelivery.settled_at.is_(None))
        .group_by(OutboxDelivery.destination)
    )
    yield _gauge(
        "anxue_outbox_oldest_seconds",
        "Age of the oldest message that waits.",
        [(name, (epoch_ms(now) - epoch_ms(made_at)) / 1000) for name, made_at in session.execute(oldest)],
        labels=("destination",),
    )
    paused = select(OutboxDestination.name, OutboxDestination.pause_reason.is_not(None))
    yield _gauge(
        "anxue_outbox_paused",
        "1 when a destination refuses us and a person has to act.",
        [(name, int(halted)) for name, halted in session.execute(paused)],
        labels=("destination",),
    )
    jobs = (
        select(Job.kind, Job.state, func.count())
        .where(Job.state.not_in((DONE, CANCELLED)))
        .group_by(Job.kind, Job.state)
    )
    yield _gauge(
        "anxue_jobs",
        "Jobs that wait, run or failed.",
        [(row[0], row[1], row[2]) for row in session.execute(jobs)],
        labels=("kind", "state"),
    )
    if isinstance(engine.pool, QueuePool):
        yield _gauge(
            "anxue_database_connections",
            "Connections of this process, used and idle.",
            [("used", engine.pool.checkedout()), ("idle", engine.pool.checkedin())],
            labels=("state",),
        )


def _gauge(
    name: str, meaning: str, rows: Iterable[tuple[str | float, ...]], *, labels: tuple[str, ...]
) -> Gauge:
    samples = (
        Sample("", tuple(zip(labels, map(str, row[:-1]), strict=True)), float(row[-1])) for row in rows
    )
    return Gauge(name, meaning, tuple(samples))


def _told(name: str, meaning: str, kind: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for sample in samples:
        yield _line(name, sample)


def _line(name: str, sample: Sample) -> str:
    labels = ",".join(f'{label}="{_escaped(value)}"' for label, value in sample.labels)
    return f"{name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {sample.value:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
