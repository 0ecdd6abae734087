"""Celery as a doorbell: it wakes, reminds and keeps threads; no fact lives in it.

Knows the broker and its habits. A lost message costs at most SWEEP_SECONDS,
because the sweep looks at the rows; a broker that is away costs a request
nothing. What is done when the bell rings, workshop.py says.
"""

from __future__ import annotations

import logging
import threading
import time

from celery import Celery
from kombu import Exchange, Queue
from kombu.exceptions import KombuError
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

REDIS_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10, "retry_on_timeout": False}
WORK, PERIODIC = "anxue.work", "anxue.periodic"
JOBS_QUEUE, TURNS_QUEUE = "anxue-jobs", "anxue-turns"
SWEEP_SECONDS = 15.0
QUIET_SECONDS = 15.0
EMBEDDED = "sqla+sqlite:///"
EMBEDDED_TRANSPORT = "app.kernel.broker_transport:Transport"


def bare_celery(broker: str) -> Celery:
    """Return a Celery application named anxue that knows the broker and no task."""
    embedded = broker.startswith(EMBEDDED)
    celery = Celery("anxue", broker=broker.removeprefix("sqla+"), set_as_current=False)
    celery.conf.update(
        broker_transport=EMBEDDED_TRANSPORT if embedded else None,
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_default_queue=TURNS_QUEUE,
        task_queues=[_queue(JOBS_QUEUE), _queue(TURNS_QUEUE)],
        task_routes={WORK: {"queue": JOBS_QUEUE}, PERIODIC: {"queue": TURNS_QUEUE}},
        timezone="UTC",
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={} if embedded else REDIS_OPTIONS,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        # The SQLite transport cannot broadcast, and nobody steers our workers from afar.
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        # The rows know whose turn it is; a file of last runs would only be a second opinion.
        beat_scheduler="celery.beat:Scheduler",
    )
    return celery


class CeleryDoorbell:
    """Rings for the rows' sake: quickly, and never to the harm of the request that rings."""

    def __init__(self, broker: str) -> None:
        self._broker = broker
        self._celery: Celery | None = None
        self._lock = threading.Lock()
        self._quiet_until = float("-inf")

    def ring(self) -> None:
        """Wake a worker. If the broker is away, say so once and leave it to the sweep for a while."""
        if time.monotonic() < self._quiet_until:
            return
        bell = self._bell()
        try:
            bell.send_task(WORK, expires=SWEEP_SECONDS, retry=False, ignore_result=True)
        except _absences(bell) as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("the broker is away (%s): jobs wait for the sweep", type(error).__name__)

    def _bell(self) -> Celery:
        with self._lock:
            if self._celery is None:
                self._celery = bare_celery(self._broker)
            return self._celery


def _absences(celery: Celery) -> tuple[type[BaseException], ...]:
    """Return what it looks like when the broker is away; each transport has errors of its own."""
    connection = celery.connection_for_write()
    return (KombuError, SQLAlchemyError, OSError, *connection.connection_errors, *connection.channel_errors)


def _queue(name: str) -> Queue:
    return Queue(name, Exchange(name), routing_key=name)
