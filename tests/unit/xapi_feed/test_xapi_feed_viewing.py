"""What was seen of a video in a whole registration."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plugins.xapi_feed.domain.viewing import progress, together, within, written

segments = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), max_size=20).map(tuple)


def positions(parts: tuple[tuple[int, int], ...]) -> set[int]:
    return {position for start, end in parts for position in range(start, end)}


@given(segments, segments)
def test_the_union_holds_exactly_what_the_parts_hold(
    some: tuple[tuple[int, int], ...], others: tuple[tuple[int, int], ...]
) -> None:
    assert positions(together(some, others)) == positions(some) | positions(others)


@given(segments)
def test_no_two_segments_of_a_union_touch(some: tuple[tuple[int, int], ...]) -> None:
    union = together(some)
    assert all(one[1] < other[0] for one, other in pairwise(union))


@given(segments, st.integers(0, 5_000))
def test_progress_lies_between_nothing_and_everything(
    some: tuple[tuple[int, int], ...], length_ms: int
) -> None:
    assert 0 <= progress(together(some), length_ms) <= 1


def test_everything_seen_is_one() -> None:
    assert progress(((0, 61_234),), 61_234) == 1


def test_a_segment_beyond_the_end_does_not_exist() -> None:
    assert within(((0, 5), (10, 20)), 8) == ((0, 5),)


def test_segments_are_written_as_the_profile_writes_them() -> None:
    assert written(((0, 12_000), (14_050, 21_007))) == "0.000[.]12.000[,]14.050[.]21.007"
