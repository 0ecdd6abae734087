"""Unions of milliseconds behave like sets of milliseconds."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.intervals import (
    Span,
    Spans,
    added,
    common,
    missing,
    newest,
    total,
    union,
)

spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: (min(ends), max(ends)))


def as_set(covered: Spans | list[Span]) -> set[int]:
    return {ms for start, end in covered for ms in range(start, end)}


def test_neighbours_become_one() -> None:
    assert added(((0, 10), (20, 30)), (10, 20)) == ((0, 30),)


def test_an_empty_span_adds_nothing() -> None:
    assert added(((0, 10),), (5, 5)) == ((0, 10),)


def test_the_newest_are_taken_from_the_end() -> None:
    assert newest(((0, 10), (20, 30)), 15) == (((0, 5),), ((5, 10), (20, 30)))


@given(st.lists(spans))
def test_a_union_covers_exactly_what_was_added(parts: list[Span]) -> None:
    assert as_set(union((), parts)) == as_set(parts)


@given(st.lists(spans))
def test_a_union_is_sorted_and_never_touches_itself(parts: list[Span]) -> None:
    whole = union((), parts)

    assert all(left[1] < right[0] for left, right in pairwise(whole))


@given(st.lists(spans), spans)
def test_one_more_span_is_a_union_of_one(parts: list[Span], span: Span) -> None:
    assert added(union((), parts), span) == union((), [*parts, span])


@given(st.lists(spans), spans)
def test_common_and_missing_share_a_span_between_them(parts: list[Span], span: Span) -> None:
    whole = union((), parts)

    assert as_set(common(whole, span)) == as_set([span]) & as_set(parts)
    assert as_set(missing(whole, span)) == as_set([span]) - as_set(parts)


@given(st.lists(spans), st.integers(0, 80))
def test_taking_the_newest_loses_nothing(parts: list[Span], length: int) -> None:
    whole = union((), parts)
    rest, taken = newest(whole, length)

    assert as_set(rest) | as_set(taken) == as_set(whole)
    assert total(taken) == min(length, total(whole))
    assert max(as_set(rest), default=-1) < min(as_set(taken), default=61)
