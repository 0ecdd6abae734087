"""Real time fills the allowance, play spends it, and it holds two minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.allowance import MOST_SPANS, filled, spent
from plugins.video_progress.domain.intervals import Spans, total, union

lengths = st.integers(1, 50_000)


def test_elapsed_time_fills_the_allowance() -> None:
    assert filled((), ((0, 15_000),), holds_ms=120_000) == ((0, 15_000),)


def test_an_allowance_holds_two_minutes_and_loses_the_oldest() -> None:
    assert filled(((0, 100_000),), ((100_000, 150_000),), holds_ms=120_000) == ((30_000, 150_000),)


def test_play_spends_the_newest_time_first() -> None:
    assert spent(((0, 15_000),), 10_000) == (((0, 5_000),), ((5_000, 15_000),))


def test_more_than_there_is_cannot_be_spent() -> None:
    with pytest.raises(ValueError, match="cannot be spent"):
        spent(((0, 10),), 11)


def test_a_thousand_crumbs_do_not_grow_a_row() -> None:
    crumbs: Spans = tuple((at * 100, at * 100 + 10) for at in range(1_000))

    assert len(filled(crumbs, (), holds_ms=120_000)) == MOST_SPANS


def test_the_shortest_crumbs_are_given_up_first() -> None:
    crumbs: Spans = tuple((at * 100, at * 100 + (10 if at else 90)) for at in range(MOST_SPANS + 1))

    assert filled(crumbs, (), holds_ms=120_000)[0] == (0, 90)


@given(st.lists(st.tuples(lengths, lengths), max_size=30))
def test_no_millisecond_is_ever_spent_twice(moves: list[tuple[int, int]]) -> None:
    allowance: Spans = ()
    taken: Spans = ()
    now = spent_ms = 0
    for elapsed, wanted in moves:
        allowance = filled(allowance, ((now, now + elapsed),), holds_ms=120_000)
        now += elapsed
        allowance, spans = spent(allowance, min(wanted, total(allowance)))
        spent_ms += total(spans)
        taken = union(taken, spans)

    assert total(taken) == spent_ms <= now
