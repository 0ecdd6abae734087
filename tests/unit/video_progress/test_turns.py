"""Group commit: who comes while a batch is committed belongs to the next one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sdk.errors import UnavailableError
from plugins.video_progress.service.turns import MOST_TOGETHER, Turns


class Desk:
    """Commits numbers by doubling them, and can be held up."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.busy = threading.Event()
        self.batches: list[tuple[int, ...]] = []

    def commit(self, asked: Sequence[int]) -> list[int]:
        self.busy.set()
        assert self.open.wait(10)
        self.batches.append(tuple(asked))
        if -1 in asked:
            raise ArithmeticError
        return [2 * number for number in asked]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def held_up(desk: Desk, turns: Turns[int, int], pool: ThreadPoolExecutor) -> None:
    """Let one batch begin and not end."""
    desk.open.clear()
    desk.busy.clear()
    pool.submit(turns.take, 0)
    assert desk.busy.wait(5)


def test_a_lone_request_goes_at_once(desk: Desk) -> None:
    assert Turns(desk.commit).take(21) == 42
    assert desk.batches == [(21,)]


def test_those_who_come_meanwhile_are_committed_together(desk: Desk) -> None:
    turns: Turns[int, int] = Turns(desk.commit)
    with ThreadPoolExecutor(9) as pool:
        held_up(desk, turns, pool)
        waiting = [pool.submit(turns.take, number) for number in range(1, 9)]
        while len(turns) < 8:
            pass
        desk.open.set()
        assert [one.result(5) for one in waiting] == [2 * number for number in range(1, 9)]
    assert [len(batch) for batch in desk.batches] == [1, 8]


@settings(max_examples=10, deadline=None)
@given(numbers=st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_everybody_gets_their_own_result(numbers: list[int]) -> None:
    desk = Desk()
    turns: Turns[int, int] = Turns(desk.commit, linger_ms=1)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(turns.take, numbers)) == [2 * number for number in numbers]
    assert sum(len(batch) for batch in desk.batches) == len(numbers)
    assert max(len(batch) for batch in desk.batches) <= MOST_TOGETHER


def test_a_failed_commit_is_acknowledged_to_nobody_and_the_next_one_goes_on(desk: Desk) -> None:
    turns: Turns[int, int] = Turns(desk.commit)
    with ThreadPoolExecutor(3) as pool:
        held_up(desk, turns, pool)
        waiting = [pool.submit(turns.take, number) for number in (1, -1)]
        while len(turns) < 2:
            pass
        desk.open.set()
        assert [type(one.exception(5)) for one in waiting] == [ArithmeticError] * 2
    assert turns.take(3) == 6


def test_a_full_queue_refuses_at_once(desk: Desk) -> None:
    turns: Turns[int, int] = Turns(desk.commit, most_waiting=2)
    with ThreadPoolExecutor(3) as pool:
        held_up(desk, turns, pool)
        waiting = [pool.submit(turns.take, number) for number in (1, 2)]
        while len(turns) < 2:
            pass
        with pytest.raises(UnavailableError):
            turns.take(3)
        desk.open.set()
        assert [one.result(5) for one in waiting] == [2, 4]


def test_whoever_waited_too_long_is_told_and_holds_nobody_up(desk: Desk) -> None:
    turns: Turns[int, int] = Turns(desk.commit, waits_seconds=0.05)
    with ThreadPoolExecutor(2) as pool:
        held_up(desk, turns, pool)
        with pytest.raises(UnavailableError):
            turns.take(1)
        desk.open.set()
    assert turns.take(2) == 4
    assert desk.batches == [(0,), (2,)]
