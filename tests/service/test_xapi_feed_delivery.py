"""The feed against a record store that misbehaves: stored once, in order, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random

import pytest
from flask import Flask

from app.sdk.clock import FixedClock
from app.sdk.outbox import DEAD, DELIVERED, OutboxDelivery, OutboxMessage, depth
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.uow import UnitOfWork, unit_of_work
from plugins.xapi_feed.domain.answers import Answer
from plugins.xapi_feed.service.delivery import RecordStore
from plugins.xapi_feed.service.telling import DESTINATION
from tests.support.record_stub import RecordStub, record_stub
from tests.support.statements import actor_of, client, drain_of, frozen_statements

HARMLESS = ["500", "503", "408", "garbage", "reset", "huge", "packed", "half answer"]
STORED_BUT_UNHEARD = ["lost answer", "stored, then 500", "wrong ids", "nothing to say"]


@pytest.fixture
def running(app: Flask) -> Iterator[Runtime]:
    with app.app_context():
        yield app.extensions[EXTENSION]


@pytest.fixture
def stub() -> Iterator[RecordStub]:
    with record_stub() as made:
        yield made


@pytest.fixture
def until_empty(running: Runtime, stub: RecordStub, clock: FixedClock) -> Callable[[], int]:
    """Drain again and again, the clock moving on, until nothing waits; return how many rounds it took."""

    def drain(store: RecordStore | None = None) -> int:
        with client(stub.endpoint) as real:
            for rounds in range(1, 200):
                drain_of(store or real, seed=rounds).run(seconds_at_most=30)
                with running.sessions() as session:
                    known = depth(session, DESTINATION)
                if known.pending + known.sending == 0:
                    return rounds
                clock.advance(65)
        raise AssertionError(f"something waits for ever: {known}")

    return drain


def states(running: Runtime) -> dict[str, str]:
    with running.sessions() as session:
        rows = session.query(OutboxMessage.id, OutboxDelivery.state).join(
            OutboxDelivery, OutboxDelivery.message_sequence == OutboxMessage.sequence
        )
        return {message_id: state for message_id, state in rows}  # noqa: C416 - a Row is no pair to mypy


def by_actor(bodies: dict[str, bytes]) -> dict[str, list[str]]:
    order: dict[str, list[str]] = {}
    for statement_id, body in bodies.items():
        order.setdefault(actor_of(body), []).append(statement_id)
    return order


def test_what_was_frozen_is_stored_byte_for_byte(stub: RecordStub, until_empty: Callable[[], int]) -> None:
    frozen = frozen_statements(120)
    until_empty()
    assert stub.stored == frozen


def test_batches_hold_at_most_fifty(stub: RecordStub, until_empty: Callable[[], int]) -> None:
    frozen_statements(120)
    until_empty()
    assert [count for _, count in stub.requests] == [50, 50, 20]


def test_the_version_and_the_credentials_are_shown(stub: RecordStub, until_empty: Callable[[], int]) -> None:
    frozen_statements(1)
    until_empty()
    shown = stub.headers[0]
    assert shown["X-Experience-API-Version"] == "1.0.3"
    assert shown["Authorization"].startswith("Basic ")


@pytest.mark.parametrize("mood", [*HARMLESS, *STORED_BUT_UNHEARD, "429", "slow"])
def test_after_trouble_everything_is_stored_once(
    mood: str, stub: RecordStub, until_empty: Callable[[], int]
) -> None:
    frozen = frozen_statements(7)
    stub.mood = [mood]
    until_empty()
    assert stub.stored == frozen


def test_a_statement_that_is_refused_alone_is_parked_and_the_rest_arrives(
    running: Runtime, stub: RecordStub, until_empty: Callable[[], int]
) -> None:
    frozen = frozen_statements(20)
    poison = list(frozen)[7]
    stub.poison = {poison}
    until_empty()
    assert stub.stored.keys() == frozen.keys() - {poison}
    assert states(running)[poison] == DEAD


def test_another_statement_under_the_same_id_is_a_dead_letter(
    running: Runtime, stub: RecordStub, until_empty: Callable[[], int]
) -> None:
    frozen = frozen_statements(5)
    taken = list(frozen)[2]
    stub.stored[taken] = frozen[taken].replace(b"played", b"paused")
    until_empty()
    assert [key for key, state in states(running).items() if state != DELIVERED] == [taken]


def test_a_batch_that_is_too_large_is_halved_until_it_fits(
    stub: RecordStub, until_empty: Callable[[], int]
) -> None:
    frozen = frozen_statements(40)
    stub.batch_at_most = 6
    until_empty()
    assert stub.stored == frozen


@pytest.mark.parametrize("mood", ["401", "404", "redirect"])
def test_a_refusal_of_us_pauses_and_raises_the_alarm(mood: str, running: Runtime, stub: RecordStub) -> None:
    frozen_statements(3)
    stub.mood = [mood] * 5
    with client(stub.endpoint) as real:
        for _ in range(5):
            drain_of(real).run(seconds_at_most=30)
    with running.sessions() as session:
        known = depth(session, DESTINATION)
    assert (len(stub.requests), known.pending) == (1, 3)
    assert known.pause_reason


def test_after_the_pause_nothing_is_lost(stub: RecordStub, until_empty: Callable[[], int]) -> None:
    frozen = frozen_statements(3)
    stub.mood = ["401", "401"]
    until_empty()
    assert stub.stored == frozen


def test_a_receiver_that_asks_for_time_gets_it(running: Runtime, stub: RecordStub, clock: FixedClock) -> None:
    frozen_statements(1)
    stub.mood = ["429"]
    with client(stub.endpoint) as real:
        drain_of(real).run(seconds_at_most=30)
        clock.advance(0.9)
        drain_of(real).run(seconds_at_most=30)
    assert len(stub.requests) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hostile_receiver_ends_with_every_statement_once_and_each_actor_in_order(
    seed: int, stub: RecordStub, until_empty: Callable[[], int]
) -> None:
    rng = Random(seed)
    frozen = frozen_statements(200, actors=5)
    moods = [*HARMLESS, *STORED_BUT_UNHEARD, "429", "413", "401"]
    stub.mood = [rng.choice(["", *moods]) for _ in range(40)]
    until_empty()
    assert stub.stored == frozen
    assert by_actor(stub.stored) == by_actor(frozen)


class Killed(BaseException):
    """The worker died here."""


class DyingStore:
    """A record store whose caller dies before or after its n-th POST."""

    def __init__(self, store: RecordStore, *, point: str, times: int) -> None:
        self._store, self._point, self._times = store, point, times

    def post(self, bodies: Sequence[bytes]) -> Answer:
        if self._point == "before send" and self._left():
            raise Killed
        answer = self._store.post(bodies)
        if self._point == "after send" and self._left():
            raise Killed
        return answer

    def statement(self, statement_id: str) -> Answer:
        return self._store.statement(statement_id)

    def _left(self) -> bool:
        self._times -= 1
        return self._times >= 0


class DyingUnitOfWork:
    """Units of work of which some die instead of, or right after, their commit."""

    def __init__(self, *, point: str, which: set[int]) -> None:
        self._point, self._which, self._begun = point, which, 0

    def __call__(self) -> UnitOfWork:
        uow, commit = unit_of_work(), None
        self._begun += 1
        if self._begun in self._which:
            commit = uow.commit

            def die() -> None:
                if self._point == "after commit" and commit is not None:
                    commit()
                raise Killed

            uow.commit = die  # type: ignore[method-assign]
        return uow


def drained_to_the_end(store: RecordStore, begin: Callable[[], UnitOfWork], clock: FixedClock) -> int:
    """Drain as a worker that is started again after each death; return how often it died."""
    deaths = 0
    for _ in range(12):
        try:
            drain_of(store, begin=begin).run(seconds_at_most=30)
        except Killed:
            deaths += 1
        clock.advance(241)
    return deaths


@pytest.mark.parametrize("point", ["before send", "after send"])
def test_a_death_around_sending_loses_nothing_and_doubles_nothing(
    point: str, running: Runtime, stub: RecordStub, clock: FixedClock
) -> None:
    frozen = frozen_statements(30)
    with client(stub.endpoint) as real:
        deaths = drained_to_the_end(DyingStore(real, point=point, times=3), unit_of_work, clock)
    assert (deaths, stub.stored, set(states(running).values())) == (3, frozen, {DELIVERED})


@pytest.mark.parametrize("point", ["before commit", "after commit"])
@pytest.mark.parametrize("which", [{1}, {2}, {3, 5}, {1, 2, 3, 4}])
def test_a_death_around_a_commit_loses_nothing_and_doubles_nothing(
    point: str, which: set[int], running: Runtime, stub: RecordStub, clock: FixedClock
) -> None:
    frozen = frozen_statements(30)
    with client(stub.endpoint) as real:
        deaths = drained_to_the_end(real, DyingUnitOfWork(point=point, which=which), clock)
    assert (deaths, stub.stored, set(states(running).values())) == (len(which), frozen, {DELIVERED})


def test_a_resend_carries_the_same_id_and_the_same_bytes(
    running: Runtime, stub: RecordStub, clock: FixedClock
) -> None:
    sent: list[bytes] = []

    class Listening(DyingStore):
        def post(self, bodies: Sequence[bytes]) -> Answer:
            sent.append(b",".join(bodies))
            return super().post(bodies)

    frozen_statements(3)
    with client(stub.endpoint) as real:
        drained_to_the_end(Listening(real, point="before send", times=3), unit_of_work, clock)
    assert len(sent) >= 4
    assert all(one == other for one, other in pairwise(sent))
