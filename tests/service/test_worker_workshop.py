"""What a worker process does when the bell rings."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from app.kernel.celery_app import JOBS_QUEUE, CeleryDoorbell, bare_celery
from app.kernel.workshop import Workshop
from app.sdk.plugin import PeriodicTask
from app.sdk.tasks import JobHandler, Progress, ask_for
from app.sdk.uow import unit_of_work

KIND = "test.deed"


def ask(app: Flask, key: str) -> None:
    with app.app_context(), unit_of_work() as uow:
        ask_for(uow, KIND, key, {"of": key})
        uow.commit()


def workshop_of(app: Flask, handler: JobHandler, periodic: tuple[PeriodicTask, ...] = ()) -> Workshop:
    return Workshop(app, handlers={KIND: handler}, periodic=periodic)


def test_one_ring_works_off_all_that_is_due(app: Flask) -> None:
    done: list[str] = []

    def deed(payload: Mapping[str, Any], progress: Progress) -> None:
        done.append(payload["of"])

    for key in ("a", "b", "c"):
        ask(app, key)
    workshop_of(app, deed).work_off()

    assert sorted(done) == ["a", "b", "c"]


def test_a_second_ring_does_not_start_a_second_job(app: Flask) -> None:
    during: list[int] = []

    def deed(payload: Mapping[str, Any], progress: Progress) -> None:
        other = threading.Thread(target=lambda: during.append(workshop.work_off()))
        other.start()
        other.join()

    workshop = workshop_of(app, deed)
    for key in ("a", "b"):
        ask(app, key)
    workshop.work_off()

    assert during == [0, 0]


def test_what_is_asked_for_while_another_job_runs_is_done_without_a_further_ring(app: Flask) -> None:
    done: list[str] = []

    def deed(payload: Mapping[str, Any], progress: Progress) -> None:
        if payload["of"] == "first":
            ask(app, "second")
            workshop.work_off()
        done.append(payload["of"])

    workshop = workshop_of(app, deed)
    ask(app, "first")
    workshop.work_off()

    assert done == ["first", "second"]


def test_a_stopping_process_begins_nothing(app: Flask) -> None:
    done: list[str] = []
    workshop = workshop_of(app, lambda payload, progress: done.append(payload["of"]))
    ask(app, "a")
    workshop.stopping.set()
    workshop.work_off()

    assert done == []


def test_a_reminder_of_a_deed_that_is_no_more_is_let_pass(app: Flask) -> None:
    workshop = workshop_of(app, lambda payload, progress: None)

    assert not workshop.take_turn("gone.deed")


def test_two_workers_reminded_of_the_same_turn_do_it_once(app: Flask) -> None:
    done: list[int] = []
    deed = PeriodicTask(name="test.count", every_seconds=60, run=lambda: done.append(1))
    for _ in range(2):
        workshop_of(app, lambda payload, progress: None, (deed,)).take_turn("test.count")

    assert done == [1]


def test_the_embedded_broker_keeps_no_delivered_message(tmp_path: Path) -> None:
    file = tmp_path / "broker.sqlite3"
    broker = f"sqla+sqlite:///{file}"
    CeleryDoorbell(broker).ring()
    with bare_celery(broker).connection_for_read() as connection:
        queue = connection.SimpleQueue(JOBS_QUEUE)
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    kept = sqlite3.connect(file)
    count = kept.execute("SELECT count(*) FROM kombu_message").fetchone()[0]
    kept.close()

    assert (message.headers["task"], count) == ("anxue.work", 0)
