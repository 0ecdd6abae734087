"""What a worker process does when the bell rings, and how it stops in good order.

Brings together the application, its job handlers and periodic deeds, and
Celery's threads. One job at a time per process (preparing a video uses the
whole machine already); the other threads are for the short periodic deeds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from celery import Celery, bootsteps, signals
from celery.beat import EmbeddedService
from flask import Flask

from app.kernel.celery_app import PERIODIC, SWEEP_SECONDS, WORK, bare_celery
from app.kernel.job_worker import do_one
from app.kernel.jobs import JobBoard, is_due
from app.kernel.turns import Turns
from app.sdk.plugin import PeriodicTask
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.tasks import JobHandler
from app.sdk.uow import UnitOfWork

log = logging.getLogger(__name__)

# They say two lines for every bell; what was done, we say ourselves.
_TALKATIVE = ("celery.app.trace", "celery.worker.strategy", "celery.beat")


class Workshop:
    """The work of one process."""

    def __init__(
        self, app: Flask, *, handlers: Mapping[str, JobHandler], periodic: Iterable[PeriodicTask]
    ) -> None:
        self._app = app
        self._runtime: Runtime = app.extensions[EXTENSION]
        self._handlers = handlers
        self._deeds = {task.name: task for task in periodic}
        self._board = JobBoard(self._begin)
        self._turns = Turns(self._begin, look=self._runtime.sessions, clock=self._runtime.clock)
        self._busy = threading.Lock()
        self._rung = threading.Event()
        self.stopping = threading.Event()

    @property
    def deeds(self) -> Iterable[PeriodicTask]:
        """The periodic deeds."""
        return self._deeds.values()

    def work_off(self) -> int:
        """Do all due jobs, one after the other; return how many. A thread at it is told to look again."""
        self._rung.set()
        done = 0
        # Looked at again after letting go: a ring in between would otherwise be lost until the sweep.
        while self._rung.is_set() and not self.stopping.is_set() and self._busy.acquire(blocking=False):
            try:
                self._rung.clear()
                done += self._work_off()
            finally:
                self._busy.release()
        return done

    def take_turn(self, name: str) -> bool:
        """Take the turn of a periodic deed; return whether it was ours."""
        deed = self._deeds.get(name)
        if deed is None or self.stopping.is_set():
            return False
        with self._app.app_context():
            return self._turns.take(deed)

    def _work_off(self) -> int:
        done = 0
        while self._anything_due():
            # A context of its own, so that no job reads in another's session.
            with self._app.app_context():
                if not do_one(self._board, self._handlers, stopping=self.stopping):
                    break
            done += 1
        return done

    def _anything_due(self) -> bool:
        with self._runtime.sessions() as session:
            return is_due(session, self._handlers.keys(), self._runtime.clock.now())

    def _begin(self) -> UnitOfWork:
        now = self._runtime
        return UnitOfWork(now.sessions, bus=now.bus, clock=now.clock)


def worker_celery(workshop: Workshop, broker: str) -> Celery:
    """Return the Celery application of a worker process: its tasks, its own beat, its orderly end."""
    celery = bare_celery(broker)

    # Plain functions: Celery takes a bound method's self for an argument that is missing.
    @celery.task(name=WORK)
    def work() -> None:
        workshop.work_off()

    @celery.task(name=PERIODIC)
    def periodic(name: str) -> None:
        workshop.take_turn(name)

    celery.conf.beat_schedule = _schedule(workshop.deeds)
    celery.steps["worker"].add(_OwnBeat)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    _on(signals.worker_shutting_down, lambda **_: workshop.stopping.set())
    _on(signals.worker_ready, lambda **_: _wake(celery))
    return celery


class _OwnBeat(bootsteps.StartStopStep):
    """The beat as a thread of the worker: no second process that could be left over."""

    def __init__(self, worker: Any, **_: Any) -> None:
        super().__init__(worker)
        self._beat: Any = None

    def start(self, worker: Any) -> None:
        self._beat = EmbeddedService(worker.app, thread=True)
        # Told at once, so that its last second of sleep passes while the rest is stopped.
        _on(signals.worker_shutting_down, lambda **_: self._beat.service.stop(wait=False))
        self._beat.start()

    def stop(self, worker: Any) -> None:  # noqa: ARG002 - the signature is Celery's
        if self._beat is not None:
            self._beat.stop()


def _schedule(deeds: Iterable[PeriodicTask]) -> dict[str, dict[str, Any]]:
    """Reminders expire with the next one: a worker that was away finds one of each, not a heap."""
    schedule: dict[str, dict[str, Any]] = {
        "anxue.sweep": {"task": WORK, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    }
    for deed in deeds:
        schedule[deed.name] = {
            "task": PERIODIC,
            "schedule": deed.every_seconds,
            "args": (deed.name,),
            "options": {"expires": max(2.0, deed.every_seconds)},
        }
    return schedule


def _wake(celery: Celery) -> None:
    """Look for work at once: what waited while nobody worked should not wait for the sweep."""
    celery.send_task(WORK, expires=SWEEP_SECONDS)


def _on(signal: Any, hear: Callable[..., None]) -> None:
    # Not weak: nobody else keeps the function.
    signal.connect(hear, weak=False)
