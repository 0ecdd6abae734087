"""Who may send what, and when: claims and settlements of the outbox."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.outbox import OutboxDelivery, OutboxMessage, depth, enqueue, messages
from app.sdk.outbox_claim import Claim, claim, is_due
from app.sdk.outbox_settle import Again, Arrived, Outcome, Refused, hold_back, release, revive, settle
from app.sdk.runtime import Runtime
from app.sdk.uow import unit_of_work

REGISTRY = "registry"
LEASE = timedelta(minutes=4)


def told(key: str, text: str = "fact", *, destinations: Sequence[str] = (REGISTRY,)) -> str:
    """Put one message into the outbox and return its id."""
    message_id = new_id()
    with unit_of_work() as uow:
        enqueue(
            uow.session,
            topic="test",
            message_id=message_id,
            body=text.encode(),
            ordering_key=key,
            destinations=destinations,
            now=uow.now,
        )
        uow.commit()
    return message_id


def claimed(**limits: int) -> Claim | None:
    with unit_of_work() as uow:
        held = claim(uow.session, REGISTRY, now=uow.now, lease=LEASE, **limits)
        uow.commit()
    return held


def ids(held: Claim | None) -> list[str]:
    return [message.message_id for message in held.messages] if held else []


def settled(held: Claim | None, outcome: Callable[[], Outcome]) -> int:
    assert held is not None
    with unit_of_work() as uow:
        ours = settle(uow.session, held, dict.fromkeys(ids(held), outcome()), now=uow.now)
        uow.commit()
    return ours


def arrived() -> Outcome:
    return Arrived(status=200)


@pytest.fixture(autouse=True)
def _in_the_database(database: Runtime) -> None:
    """Every test here works on both databases."""


def test_a_fact_that_is_undone_is_not_told() -> None:
    with unit_of_work() as uow:
        enqueue(
            uow.session,
            topic="test",
            message_id=new_id(),
            body=b"never",
            ordering_key="a",
            destinations=(REGISTRY,),
            now=uow.now,
        )
    assert claimed() is None


def test_messages_are_claimed_in_the_order_in_which_they_were_told() -> None:
    expected = [told(key) for key in "abcab"]
    assert ids(claimed()) == expected


def test_the_bytes_are_those_that_were_frozen() -> None:
    told("a", "äöü \x00 學")
    held = claimed()
    assert held is not None
    assert held.messages[0].body == "äöü \x00 學".encode()


def test_what_is_claimed_is_not_claimed_again_while_the_lease_lasts(clock: FixedClock) -> None:
    told("a")
    claimed()
    clock.advance(239)
    assert claimed() is None


def test_what_was_claimed_by_somebody_who_vanished_is_claimed_again(clock: FixedClock) -> None:
    expected = [told("a"), told("b")]
    claimed()
    clock.advance(241)
    assert ids(claimed()) == expected


def test_a_later_message_of_a_key_waits_for_the_earlier_one() -> None:
    told("a")
    claimed()
    told("a")
    other = told("b")
    assert ids(claimed()) == [other]


def test_a_message_that_waits_for_a_later_try_holds_back_its_key_only(clock: FixedClock) -> None:
    told("a")
    held = claimed()
    settled(held, lambda: Again(due_at=clock.now() + timedelta(minutes=1), status=500, answer=""))
    told("a")
    other = told("b")
    assert ids(claimed()) == [other]


def test_a_dead_message_does_not_hold_back_its_key() -> None:
    told("a")
    settled(claimed(), lambda: Refused(status=400, answer="no"))
    later = told("a")
    assert ids(claimed()) == [later]


def test_a_delivered_message_is_never_claimed_again(clock: FixedClock) -> None:
    told("a")
    settled(claimed(), arrived)
    clock.advance(1_000_000)
    assert claimed() is None


def test_a_batch_holds_no_more_than_it_may() -> None:
    expected = [told("a") for _ in range(5)]
    assert ids(claimed(messages_at_most=3)) == expected[:3]


def test_a_batch_weighs_no_more_than_it_may() -> None:
    expected = [told("a", "x" * 40) for _ in range(3)]
    assert ids(claimed(bytes_at_most=100)) == expected[:2]


def test_a_message_that_is_too_heavy_travels_alone() -> None:
    heavy = told("a", "x" * 200)
    told("a")
    assert ids(claimed(bytes_at_most=100)) == [heavy]


def test_a_batch_that_was_refused_is_claimed_in_halves() -> None:
    expected = [told(key) for key in "abcd"]
    held = claimed()
    settled(held, lambda: Again(due_at=held.until - LEASE, status=409, answer="", batch_limit=2))  # type: ignore[union-attr]
    assert ids(claimed()) == expected[:2]


def test_a_limited_message_cuts_the_batch_before_it() -> None:
    told("a")
    limited = claimed()
    settled(limited, lambda: Refused(status=400, answer=""))
    first = told("b")
    with unit_of_work() as uow:
        revive(uow.session, REGISTRY, ids(limited), now=uow.now)
        uow.commit()
    assert [ids(claimed()), ids(claimed())] == [ids(limited), [first]]


def test_a_late_sender_settles_nothing_that_somebody_else_holds(clock: FixedClock) -> None:
    told("a")
    late = claimed()
    clock.advance(241)
    claimed()
    assert settled(late, arrived) == 0


def test_a_late_sender_may_settle_what_nobody_claimed_since(clock: FixedClock) -> None:
    told("a")
    late = claimed()
    clock.advance(241)
    assert settled(late, arrived) == 1


def test_a_destination_that_is_held_back_gets_nothing_until_then(clock: FixedClock) -> None:
    told("a")
    with unit_of_work() as uow:
        hold_back(uow.session, REGISTRY, until=uow.now + timedelta(minutes=1), failed=True, reason="401")
        uow.commit()
    before = claimed()
    clock.advance(60)
    assert (before, len(ids(claimed()))) == (None, 1)


def test_an_arrival_ends_the_alarm(database: Runtime) -> None:
    told("a")
    held = claimed()
    with unit_of_work() as uow:
        hold_back(uow.session, REGISTRY, until=uow.now, failed=True, reason="401")
        uow.commit()
    settled(held, arrived)
    with database.sessions() as session:
        assert depth(session, REGISTRY).pause_reason is None


def test_a_destination_can_be_released_by_hand(clock: FixedClock) -> None:
    told("a")
    with unit_of_work() as uow:
        hold_back(uow.session, REGISTRY, until=uow.now + timedelta(days=1), failed=True, reason="401")
        release(uow.session, REGISTRY)
        uow.commit()
    assert claimed() is not None


def test_a_pause_does_not_burn_a_try(clock: FixedClock) -> None:
    told("a")
    settled(claimed(), lambda: Again(due_at=clock.now(), status=401, answer="", counts=False))
    held = claimed()
    assert held is not None
    assert held.messages[0].attempts == 1


def due(database: Runtime) -> bool:
    with database.sessions() as session:
        return is_due(session, REGISTRY, now=database.clock.now())


def test_a_look_says_whether_a_claim_is_worth_it(database: Runtime, clock: FixedClock) -> None:
    empty = due(database)
    told("a")
    waiting = due(database)
    claimed()
    travelling = due(database)
    clock.advance(241)
    assert [empty, waiting, travelling, due(database)] == [False, True, False, True]


def test_each_destination_has_its_own_progress() -> None:
    told("a", destinations=(REGISTRY, "city"))
    settled(claimed(), arrived)
    with unit_of_work() as uow:
        elsewhere = claim(uow.session, "city", now=uow.now, lease=LEASE)
        uow.commit()
    assert len(ids(elsewhere)) == 1


def test_the_depth_says_how_much_waits_and_since_when(database: Runtime, clock: FixedClock) -> None:
    began = clock.now()
    told("a")
    settled(claimed(), lambda: Refused(status=400, answer="no"))
    told("b")
    clock.advance(10)
    told("c")
    with database.sessions() as session:
        known = depth(session, REGISTRY)
    assert (known.pending, known.sending, known.delivered, known.dead) == (2, 0, 0, 1)
    assert known.oldest_waiting_made_at == began


def test_every_message_can_be_read_back_with_its_bytes(database: Runtime) -> None:
    expected = [(told("a", "one"), b"one"), (told("b", "two"), b"two")]
    with database.sessions() as session:
        assert list(messages(session, "test")) == expected


def test_two_senders_at_once_never_hold_the_same_message_nor_break_an_order(app: Flask) -> None:
    """Four threads claim and settle 120 messages of 6 keys; each key must arrive in order."""
    expected = {key: [told(key) for _ in range(20)] for key in "abcdef"}
    delivered: dict[str, list[str]] = {key: [] for key in expected}
    key_of = {message_id: key for key, told_ids in expected.items() for message_id in told_ids}
    faults: list[BaseException] = []
    lock = threading.Lock()

    def work() -> None:
        try:
            with app.app_context():
                for _ in range(120):
                    held = claimed(messages_at_most=5)
                    if held is None:
                        continue
                    with lock:
                        for message_id in ids(held):
                            delivered[key_of[message_id]].append(message_id)
                    settled(held, arrived)
        except BaseException as fault:  # noqa: BLE001 - shown below, in the thread that asserts
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, delivered) == ([], expected)


def test_a_message_is_frozen_once(database: Runtime) -> None:
    told("a")
    with database.sessions() as session:
        counts = session.execute(
            select(func.count())
            .select_from(OutboxMessage)
            .join(OutboxDelivery, OutboxDelivery.message_sequence == OutboxMessage.sequence)
        ).scalar_one()
    assert counts == 1
