"""When a check is due: drawn over learning time, in all lessons together."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.drawing import draw_gap, due, shortened_gap
from plugins.video_progress.domain.rules import PlaybackRules

RULES = PlaybackRules()
SAMPLE = PlaybackRules(challenge_interval_ms=(20_000, 40_000))


@given(st.randoms(use_true_random=False))
def test_a_gap_lies_between_ten_and_twenty_minutes(rng: Random) -> None:
    assert 600_000 <= draw_gap(RULES, rng) <= 1_200_000


def test_gaps_are_not_always_the_same() -> None:
    rng = Random(1)

    assert len({draw_gap(RULES, rng) for _ in range(20)}) > 10


def test_a_check_is_due_when_its_gap_was_learned() -> None:
    assert (due(599_999, 600_000), due(600_000, 600_000)) == (False, True)


@given(st.integers(600_000, 1_200_000), st.integers(0, 1_200_000), st.randoms(use_true_random=False))
def test_a_lesson_that_asks_more_often_does_so_from_its_first_minute(
    gap: int, learned: int, rng: Random
) -> None:
    assert shortened_gap(gap, learned, rules=SAMPLE, rng=rng) - learned <= 40_000


@given(st.integers(0, 40_000), st.randoms(use_true_random=False))
def test_a_check_that_is_near_stays_where_it_is(remaining: int, rng: Random) -> None:
    assert shortened_gap(700_000 + remaining, 700_000, rules=SAMPLE, rng=rng) == 700_000 + remaining


def test_changing_lessons_draws_only_once() -> None:
    rng = Random(7)
    gap = shortened_gap(1_000_000, 0, rules=SAMPLE, rng=rng)

    assert shortened_gap(gap, 0, rules=SAMPLE, rng=rng) == gap
