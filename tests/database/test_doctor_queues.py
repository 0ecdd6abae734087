"""What the doctor says of jobs, outbox and record store, on both databases: a row put wrong is named."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, update

from app.kernel import queues_health
from app.kernel.doctor import examine, examine_content
from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.outbox import DELIVERED, SENDING, OutboxDelivery, OutboxMessage, enqueue
from app.sdk.runtime import Runtime
from app.sdk.tasks import RUNNING, Job, ask_for
from app.sdk.uow import unit_of_work
from app.sdk.xapi import digest
from plugins.record_store.models import StoredStatement
from plugins.record_store.service.health import lost_statements


def told(*texts: str) -> list[str]:
    """Put a message for each text into the outbox, delivered; return their ids."""
    ids = [new_id() for _ in texts]
    with unit_of_work() as uow:
        for message_id, text in zip(ids, texts, strict=True):
            enqueue(
                uow.session,
                topic="statements",
                message_id=message_id,
                body=json.dumps({"id": message_id, "says": text}).encode(),
                ordering_key="one",
                destinations=["registry"],
                now=uow.now,
            )
        uow.session.execute(update(OutboxDelivery).values(state=DELIVERED, settled_at=uow.now))
        uow.commit()
    return ids


def stored(message_id: str, says: str, number: int) -> None:
    """Put a statement into the record store as if it had come in."""
    statement = {"id": message_id, "says": says}
    with unit_of_work() as uow:
        uow.session.add(
            StoredStatement(
                sequence=number,
                id=message_id,
                raw=json.dumps(statement).encode(),
                digest=digest(statement),
                stored_at=uow.now,
                credential_key="key",
                verb_key="verb",
            )
        )
        uow.commit()


def test_a_new_installation_has_nothing_stuck_and_nothing_torn(database: Runtime) -> None:
    names = ("jobs.nothing_stuck", "outbox.whole", "outbox.nothing_stuck", "record_store.kept")
    with database.sessions() as session:
        found = {finding.check: finding.faults for finding in examine(database, session)}
    assert {name: found[name] for name in names} == dict.fromkeys(names, ())


def test_every_check_has_a_label_for_people(database: Runtime) -> None:
    with database.sessions() as session:
        unnamed = [finding.check for finding in examine(database, session) if finding.label == finding.check]
    assert unnamed == []


def test_a_copy_is_not_asked_whether_it_is_at_work(database: Runtime) -> None:
    with database.sessions() as session:
        content = {finding.check for finding in examine_content(database, session)}
    assert "video_progress.proved" in content
    assert not {name for name in content if name.endswith("nothing_stuck")}


@pytest.mark.parametrize("state", ["waiting", RUNNING])
def test_a_job_that_nobody_takes_is_named(database: Runtime, clock: FixedClock, state: str) -> None:
    with unit_of_work() as uow:
        ask_for(uow, "test.deed", "a", {})
        uow.session.execute(update(Job).values(state=state))
        uow.commit()
    clock.advance(16 * 60)
    with database.sessions() as session:
        (fault,) = queues_health.overdue_jobs(session, clock.now())
    assert fault.startswith(f"1 jobs of kind test.deed ({state}) are due since")


def test_a_job_that_is_due_in_time_is_no_fault(database: Runtime, clock: FixedClock) -> None:
    with unit_of_work() as uow:
        ask_for(uow, "test.deed", "a", {})
        uow.commit()
    clock.advance(14 * 60)
    with database.sessions() as session:
        assert list(queues_health.overdue_jobs(session, clock.now())) == []


def test_a_message_without_a_delivery_is_named(database: Runtime) -> None:
    told("a")
    with unit_of_work() as uow:
        uow.session.execute(delete(OutboxDelivery))
        uow.commit()
    with database.sessions() as session:
        (fault,) = queues_health.torn_messages(session)
    assert fault == "1 messages have no delivery: nobody will send them"


def test_a_delivered_message_that_was_never_settled_is_named(database: Runtime) -> None:
    told("a")
    with unit_of_work() as uow:
        uow.session.execute(update(OutboxDelivery).values(settled_at=None))
        uow.commit()
    with database.sessions() as session:
        (fault,) = queues_health.torn_messages(session)
    assert "is delivered; whether it is settled says otherwise" in fault


def test_a_sender_that_vanished_for_good_is_named(database: Runtime, clock: FixedClock) -> None:
    told("a")
    with unit_of_work() as uow:
        uow.session.execute(update(OutboxDelivery).values(state=SENDING, settled_at=None, due_at=uow.now))
        uow.commit()
    clock.advance(16 * 60)
    with database.sessions() as session:
        (fault,) = queues_health.overdue_deliveries(session, clock.now())
    assert fault.startswith("1 messages to registry are under way since")


def test_statements_kept_as_they_were_sent_are_no_fault(database: Runtime, clock: FixedClock) -> None:
    for number, message_id in enumerate(told("a", "a"), 1):
        clock.advance(1)
        stored(message_id, "a", number)
    with database.sessions() as session:
        assert list(lost_statements(session)) == []


def test_a_delivered_statement_that_is_not_here_is_named(database: Runtime) -> None:
    first, second = told("a", "b")
    stored(first, "a", 1)
    with database.sessions() as session:
        assert list(lost_statements(session)) == [f"statement {second} was delivered and is not here"]


def test_a_statement_that_was_changed_here_is_named(database: Runtime) -> None:
    (message_id,) = told("a")
    stored(message_id, "b", 1)
    with database.sessions() as session:
        (fault,) = lost_statements(session)
    assert fault == f"statement {message_id} says something else here than when it was sent"


def test_nothing_is_missed_here_when_another_store_is_fed(database: Runtime) -> None:
    told("a", "b")
    with database.sessions() as session:
        assert list(lost_statements(session)) == []
        assert session.query(OutboxMessage).count() == 2
