"""Stretches: nobody lives through one moment twice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sdk.events.learning_time import Stretch
from plugins.online_hours.domain.stretches import (
    impossible,
    lived_twice,
    media_spans,
    packed,
    server_span,
    total_ms,
    unpacked,
)


def stretch(media: int, server: int, lasts: int) -> Stretch:
    return Stretch(media_from_ms=media, server_from_ms=server, lasts_ms=lasts)


stretches = st.lists(
    st.builds(stretch, st.integers(0, 300), st.integers(0, 300), st.integers(1, 60)), max_size=12
)


def milliseconds_lived(those: list[Stretch]) -> list[int]:
    return [ms for one in those for ms in range(one.server_from_ms, one.server_from_ms + one.lasts_ms)]


def test_touching_stretches_are_two_different_moments() -> None:
    assert lived_twice([stretch(0, 0, 10), stretch(10, 10, 10)]) is None


def test_one_shared_millisecond_is_lived_twice() -> None:
    assert lived_twice([stretch(10, 9, 10), stretch(0, 0, 10)]) == (stretch(0, 0, 10), stretch(10, 9, 10))


def test_a_stretch_inside_another_is_lived_twice() -> None:
    assert lived_twice([stretch(0, 0, 100), stretch(500, 40, 5)]) is not None


@given(stretches)
def test_moments_are_found_shared_exactly_when_a_millisecond_is_claimed_twice(those: list[Stretch]) -> None:
    lived = milliseconds_lived(those)

    assert (lived_twice(those) is not None) == (len(lived) != len(set(lived)))


@given(stretches)
def test_what_nobody_lived_twice_never_exceeds_the_time_that_passed(those: list[Stretch]) -> None:
    if those and lived_twice(those) is None:
        begin, end = server_span(those)
        assert total_ms(those) <= end - begin


@given(stretches)
def test_keeping_stretches_loses_nothing(those: list[Stretch]) -> None:
    assert unpacked(packed(those)) == tuple(those)


@given(stretches)
def test_media_is_told_in_order_without_overlaps(those: list[Stretch]) -> None:
    told = media_spans(those)

    assert all(end < begin for (_, end), (begin, _) in itertools.pairwise(told))


@given(stretches)
def test_media_is_told_completely(those: list[Stretch]) -> None:
    played = {ms for one in those for ms in range(one.media_from_ms, one.media_from_ms + one.lasts_ms)}

    assert {ms for begin, end in media_spans(those) for ms in range(begin, end)} == played


@pytest.mark.parametrize("those", [stretch(0, 0, 0), stretch(0, 0, -1), stretch(-1, 0, 5), stretch(0, -1, 5)])
def test_a_stretch_of_no_length_or_before_time_is_impossible(those: Stretch) -> None:
    assert impossible([stretch(0, 0, 1), those]) is those


def test_an_ordinary_stretch_is_possible() -> None:
    assert impossible([stretch(0, 0, 1)]) is None
