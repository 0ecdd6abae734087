"""Celery as a doorbell: it wakes, reminds and keeps threads; no fact lives in it.

Knows the broker and its habits. A lost message costs at most SWEEP_SECONDS,
because the sweep looks at the rows; a broker that is away costs a request
nothing. What is done when the bell rings, workshop.py says.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery import Celery
from kombu import Queue
from kombu.exceptions import KombuError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

log = logging.getLogger(__name__)

WORK, PERIODIC = "anxue.work", "anxue.periodic"
JOBS_QUEUE, TURNS_QUEUE = "anxue-jobs", "anxue-turns"
SWEEP_SECONDS = 15.0
QUIET_SECONDS = 15.0
EMBEDDED = "sqla+sqlite:///"


def bare_celery(broker: str) -> Celery:
    """Return a Celery application named anxue that knows the broker and no task."""
    celery = Celery("anxue", broker=broker, set_as_current=False)
    celery.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_default_queue=TURNS_QUEUE,
        task_queues=[Queue(JOBS_QUEUE), Queue(TURNS_QUEUE)],
        task_routes={WORK: {"queue": JOBS_QUEUE}, PERIODIC: {"queue": TURNS_QUEUE}},
        timezone="UTC",
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport_options(broker),
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
        try:
            self._bell().send_task(WORK, expires=SWEEP_SECONDS, retry=False, ignore_result=True)
        except (KombuError, SQLAlchemyError, OSError) as error:
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("the broker is away (%s): jobs wait for the sweep", type(error).__name__)

    def _bell(self) -> Celery:
        with self._lock:
            if self._celery is None:
                self._celery = bare_celery(self._broker)
            return self._celery


def forget_delivered(broker: str) -> int:
    """Delete delivered messages of the embedded broker, which only marks them; return how many."""
    if not broker.startswith(EMBEDDED):
        return 0
    engine = create_engine(broker.removeprefix("sqla+"), poolclass=NullPool, connect_args={"timeout": 15})
    with engine.begin() as connection:
        return connection.execute(text("DELETE FROM kombu_message WHERE visible = 0")).rowcount


def _transport_options(broker: str) -> dict[str, Any]:
    if broker.startswith(EMBEDDED):
        return {"polling_interval": 0.5, "connect_args": {"timeout": 15}}
    return {"socket_connect_timeout": 2, "socket_timeout": 10, "retry_on_timeout": False, "max_retries": 1}
