"""Long work as rows with leases.

A job is a row: asked for once per key, worked on by whoever holds its lease,
found again by a sweep when the holder is gone. Celery only rings the bell; no
fact lives there. See docs/jobs.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Integer, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.sdk.db import Base, Json, UtcDateTime, new_id, public_id
from app.sdk.errors import Json as JsonValue
from app.sdk.runtime import runtime
from app.sdk.uow import UnitOfWork

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


class Job(Base):
    """One piece of long work. percent and step are for people; reason says why it failed."""

    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[str] = mapped_column(public_id(), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default=WAITING, index=True)
    percent: Mapped[int] = mapped_column(Integer, default=0)
    step: Mapped[str] = mapped_column(String(80), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    lease: Mapped[str | None] = mapped_column(String(36))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When it may be taken: now, later after a failure, or when the holder's lease ends."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobFailedError(Exception):
    """The job cannot succeed however often it is tried; the text is shown to people."""


class Progress(Protocol):
    """Tells how far a job is, keeps its lease alive, and hears of a cancellation."""

    def report(self, percent: int, step: str) -> None:
        """Show progress and renew the lease. Raises LeaseLostError when the job is no longer ours."""
        ...


class LeaseLostError(Exception):
    """Somebody else holds the job now, or it was cancelled: stop and change nothing more."""


class JobHandler(Protocol):
    """Does one kind of job. It may be called again for the same job and must bear it."""

    def __call__(self, payload: Mapping[str, Any], progress: Progress) -> None: ...


class Doorbell(Protocol):
    """Wakes a worker; it may fail silently, the sweep finds the row."""

    def ring(self) -> None: ...


def ask_for(uow: UnitOfWork, kind: str, key: str, payload: Mapping[str, JsonValue]) -> Job:
    """Return the job of kind and key, made now if there is none; a failed one is tried anew."""
    job = uow.session.execute(select(Job).where(Job.kind == kind, Job.key == key)).scalar_one_or_none()
    if job is None:
        job = Job(kind=kind, key=key, payload=dict(payload), due_at=uow.now, made_at=uow.now)
        uow.session.add(job)
    elif job.state in (FAILED, CANCELLED):
        job.state, job.payload, job.due_at = WAITING, dict(payload), uow.now
        job.percent, job.step, job.attempts, job.reason, job.ended_at = 0, "", 0, None, None
    uow.session.flush()
    uow.after_commit(runtime().doorbell.ring)
    return job


def job_of(session: Session, kind: str, key: str) -> Job | None:
    """Return the job of kind and key."""
    return session.execute(select(Job).where(Job.kind == kind, Job.key == key)).scalar_one_or_none()
