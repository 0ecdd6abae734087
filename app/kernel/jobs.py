"""Jobs as rows: who may take one, who holds it, how it ends.

Knows the table of app.sdk.tasks and its leases; does no job itself
(job_worker.py does). Every deed is one short write transaction and names the
lease it was done under: whoever lost the lease changes nothing. On PostgreSQL
two takers pass each other with SKIP LOCKED; on SQLite writers wait for each
other anyway. The manual is docs/jobs.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from app.sdk.db import new_id
from app.sdk.tasks import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, LeaseLostError
from app.sdk.uow import UnitOfWork

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
ATTEMPTS_AT_MOST = 5
_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 300

INTERRUPTED = "多次中断，已停止重试，请联系管理员。"
UNSUCCESSFUL = "多次尝试未成功，已停止重试，请联系管理员。"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenJob:
    """A job in the hands of a worker. lease proves it; attempt counts from 1."""

    id: str
    kind: str
    key: str
    payload: Mapping[str, Any]
    lease: str
    attempt: int


class JobBoard:
    """Where jobs hang until somebody takes them."""

    def __init__(self, begin: Callable[[], UnitOfWork], *, lease: timedelta = LEASE) -> None:
        self._begin = begin
        self._lease = lease

    def take(self, kinds: Collection[str]) -> TakenJob | None:
        """Return the next due job of one of kinds, now leased to the caller.

        A job whose holder vanished ATTEMPTS_AT_MOST times is poison: it is put
        aside as failed, so that the others flow.
        """
        with self._begin() as uow:
            taken = None
            while taken is None:
                job = uow.session.execute(_next_due(kinds, uow.now)).scalar_one_or_none()
                if job is None:
                    break
                if job.attempts >= ATTEMPTS_AT_MOST:
                    log.error(
                        "job %s (%s) was interrupted %s times: put aside", job.id, job.kind, job.attempts
                    )
                    _end(job, FAILED, uow.now, reason=INTERRUPTED)
                    uow.session.flush()
                    continue
                job.state, job.lease, job.due_at = RUNNING, new_id(), uow.now + self._lease
                job.attempts += 1
                taken = _taken(job)
            uow.commit()
        return taken

    def renew(self, taken: TakenJob, *, percent: int | None = None, step: str | None = None) -> None:
        """Hold the job for another lease and show how far it is. Raises LeaseLostError."""
        with self._begin() as uow:
            values: dict[str, Any] = {"due_at": uow.now + self._lease}
            if percent is not None:
                values["percent"] = percent
            if step is not None:
                values["step"] = step
            self._change(uow, taken, values)

    def finish(self, taken: TakenJob) -> None:
        """Mark the job as done. Raises LeaseLostError."""
        with self._begin() as uow:
            values = {"state": DONE, "percent": 100, "lease": None, "reason": None, "ended_at": uow.now}
            self._change(uow, taken, values)

    def fail(self, taken: TakenJob, reason: str) -> None:
        """Mark the job as failed for good, with a reason for people. Raises LeaseLostError."""
        with self._begin() as uow:
            values = {"state": FAILED, "lease": None, "reason": reason, "ended_at": uow.now}
            self._change(uow, taken, values)

    def try_again(self, taken: TakenJob) -> None:
        """Hang the job up again after an error, later each time, and at last fail it."""
        if taken.attempt >= ATTEMPTS_AT_MOST:
            self.fail(taken, UNSUCCESSFUL)
            return
        pause = min(_FIRST_PAUSE_SECONDS * 4 ** (taken.attempt - 1), _LONGEST_PAUSE_SECONDS)
        with self._begin() as uow:
            due_at = uow.now + timedelta(seconds=pause)
            self._change(uow, taken, {"state": WAITING, "lease": None, "due_at": due_at})

    def give_back(self, taken: TakenJob) -> None:
        """Hang the job up again at once, as if it had not been taken: the worker stops in good order."""
        with self._begin() as uow:
            values = {"state": WAITING, "lease": None, "due_at": uow.now, "attempts": taken.attempt - 1}
            self._change(uow, taken, values)

    def _change(self, uow: UnitOfWork, taken: TakenJob, values: Mapping[str, Any]) -> None:
        mine = and_(Job.id == taken.id, Job.state == RUNNING, Job.lease == taken.lease)
        changed = uow.session.execute(update(Job).where(mine).values(values).returning(Job.id)).all()
        if not changed:
            raise LeaseLostError(f"job {taken.id} is no longer ours")
        uow.commit()


def is_due(session: Session, kinds: Collection[str], now: datetime) -> bool:
    """Return whether there is anything to take: a look that locks nothing."""
    found = session.execute(select(Job.id).where(_due(kinds, now)).limit(1))
    return found.scalar_one_or_none() is not None


def cancel(uow: UnitOfWork, kind: str, key: str) -> bool:
    """Call a job off; return whether it had not ended. Its holder hears of it at the next report."""
    job = uow.session.execute(
        select(Job).where(Job.kind == kind, Job.key == key).with_for_update()
    ).scalar_one_or_none()
    if job is None or job.state not in (WAITING, RUNNING):
        return False
    _end(job, CANCELLED, uow.now, reason=None)
    uow.session.flush()
    return True


def _next_due(kinds: Collection[str], now: datetime) -> Any:
    return (
        select(Job)
        .where(_due(kinds, now))
        .order_by(Job.due_at, Job.made_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _due(kinds: Collection[str], now: datetime) -> ColumnElement[bool]:
    """Waiting and its time has come, or running and the lease is over: due_at says both."""
    open_states = or_(Job.state == WAITING, Job.state == RUNNING)
    return and_(Job.kind.in_(kinds), open_states, Job.due_at <= now)


def _end(job: Job, state: str, at: datetime, *, reason: str | None) -> None:
    job.state, job.lease, job.reason, job.ended_at = state, None, reason, at


def _taken(job: Job) -> TakenJob:
    if job.lease is None:
        raise ValueError("a job without a lease is in nobody's hands")
    return TakenJob(
        id=job.id,
        kind=job.kind,
        key=job.key,
        payload=dict(job.payload),
        lease=job.lease,
        attempt=job.attempts,
    )
