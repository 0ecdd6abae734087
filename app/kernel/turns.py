"""Periodic deeds: however many clocks strike, each turn is taken once.

Every worker beats, so that none is indispensable. One row of the job table per
deed says who has its turn and when the next one is; the row is the truth, the
beats only remind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.sdk.clock import Clock
from app.sdk.db import new_id
from app.sdk.plugin import PeriodicTask
from app.sdk.tasks import RUNNING, WAITING, Job
from app.sdk.uow import UnitOfWork

log = logging.getLogger(__name__)

KIND = "periodic"
# Beats strike a little early or late; a second clock strikes anywhere in between.
EARLY_SHARE = 0.25
TURN_SECONDS_AT_LEAST = 60.0
"""A turn not handed on by then is taken for dead: deeds bear being done twice at once."""


class Turns:
    """Gives each periodic deed its turns."""

    def __init__(self, begin: Callable[[], UnitOfWork], *, look: Callable[[], Session], clock: Clock) -> None:
        self._begin = begin
        self._look = look
        self._clock = clock

    def take(self, task: PeriodicTask) -> bool:
        """Do the deed if its turn has come and nobody else has it; return whether it was done.

        A deed that fails is logged and comes round again: it must not stop the others.
        """
        lease = self._lease(task)
        if lease is None:
            return False
        began_at = self._clock.now()
        try:
            task.run()
        except Exception:
            log.exception("the periodic deed %s failed; it comes round again", task.name)
        finally:
            self._hand_on(task, lease, began_at + timedelta(seconds=task.every_seconds))
        return True

    def _lease(self, task: PeriodicTask) -> str | None:
        """Return a lease on the turn, None if it is not due or another's."""
        with self._look() as session:
            # A look locks nothing; most reminders end here.
            row = session.execute(select(Job.state, Job.due_at).where(_is(task))).one_or_none()
        if row is not None and row.due_at > _latest(task, row.state, self._clock.now()):
            return None
        lease = new_id()
        lasts = timedelta(seconds=max(TURN_SECONDS_AT_LEAST, 3 * task.every_seconds))
        try:
            with self._begin() as uow:
                if not _taken(uow, task, lease, lasts):
                    return None
                uow.commit()
        except IntegrityError:
            return None  # two took the very first turn at once
        return lease

    def _hand_on(self, task: PeriodicTask, lease: str, next_at: datetime) -> None:
        with self._begin() as uow:
            uow.session.execute(
                update(Job)
                .where(_is(task), Job.lease == lease)
                .values(state=WAITING, lease=None, due_at=next_at)
            )
            uow.commit()


def _taken(uow: UnitOfWork, task: PeriodicTask, lease: str, lasts: timedelta) -> bool:
    row = uow.session.execute(select(Job).where(_is(task)).with_for_update()).scalar_one_or_none()
    if row is None:
        row = Job(kind=KIND, key=task.name, payload={}, made_at=uow.now)
        uow.session.add(row)
    elif row.due_at > _latest(task, row.state, uow.now):
        return False
    row.state, row.lease, row.due_at = RUNNING, lease, uow.now + lasts
    uow.session.flush()
    return True


def _latest(task: PeriodicTask, state: str, now: datetime) -> datetime:
    """Return the latest due_at that counts as due: waiting may be early, a running lease must be over."""
    early = 0.0 if state == RUNNING else task.every_seconds * EARLY_SHARE
    return now + timedelta(seconds=early)


def _is(task: PeriodicTask) -> ColumnElement[bool]:
    return and_(Job.kind == KIND, Job.key == task.name)
