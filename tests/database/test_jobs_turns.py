"""Periodic deeds: two clocks, one effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from app.kernel.turns import TURN_SECONDS_AT_LEAST, Turns
from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.plugin import PeriodicTask
from app.sdk.runtime import Runtime
from app.sdk.tasks import RUNNING, Job
from app.sdk.uow import UnitOfWork


@pytest.fixture
def turns(database: Runtime) -> Turns:
    return Turns(
        lambda: UnitOfWork(database.sessions, bus=database.bus, clock=database.clock),
        look=database.sessions,
        clock=database.clock,
    )


@pytest.fixture
def done() -> list[int]:
    return []


@pytest.fixture
def deed(done: list[int]) -> PeriodicTask:
    return PeriodicTask(name="test.count", every_seconds=20, run=lambda: done.append(1))


def test_the_first_reminder_is_a_turn(turns: Turns, deed: PeriodicTask) -> None:
    assert turns.take(deed)


def test_a_second_clock_in_between_has_no_effect(
    turns: Turns, deed: PeriodicTask, clock: FixedClock, done: list[int]
) -> None:
    for _ in range(6):
        turns.take(deed)
        clock.advance(10)

    assert len(done) == 3


def test_a_reminder_that_strikes_a_little_early_counts(
    turns: Turns, deed: PeriodicTask, clock: FixedClock
) -> None:
    turns.take(deed)
    clock.advance(19)

    assert turns.take(deed)


def test_clocks_that_strike_together_have_one_effect(
    turns: Turns, deed: PeriodicTask, clock: FixedClock, done: list[int]
) -> None:
    turns.take(deed)
    for _ in range(5):
        clock.advance(20)
        together = Barrier(4)

        def strike(_: int, together: Barrier = together) -> bool:
            together.wait()
            return turns.take(deed)

        with ThreadPoolExecutor(4) as clocks:
            list(clocks.map(strike, range(4)))

    assert len(done) == 6


def test_the_very_first_turn_is_taken_once_too(turns: Turns, deed: PeriodicTask, done: list[int]) -> None:
    together = Barrier(4)

    def strike(_: int) -> bool:
        together.wait()
        return turns.take(deed)

    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(strike, range(4)))

    assert len(done) == 1


def test_a_deed_that_fails_comes_round_again(turns: Turns, clock: FixedClock) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    failing = PeriodicTask(name="test.fail", every_seconds=20, run=fail)
    turns.take(failing)
    clock.advance(20)

    assert turns.take(failing)


def test_a_turn_whose_holder_died_is_free_after_a_minute(
    turns: Turns, clock: FixedClock, database: Runtime, deed: PeriodicTask
) -> None:
    turns.take(deed)
    with database.sessions.begin() as session:
        # As a kill would leave it.
        row = session.execute(select(Job).where(Job.key == deed.name)).scalar_one()
        row.state, row.lease = RUNNING, new_id()
        row.due_at = clock.now() + timedelta(seconds=TURN_SECONDS_AT_LEAST)
    clock.advance(TURN_SECONDS_AT_LEAST - 1)
    too_early = turns.take(deed)
    clock.advance(1)

    assert (too_early, turns.take(deed)) == (False, True)
