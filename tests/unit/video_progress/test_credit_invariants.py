"""The faults that credit must never have are seen when they are there."""

from plugins.video_progress.domain.invariants import (
    beyond_the_film,
    earned_twice,
    outside_of_time,
    spent_twice,
)
from plugins.video_progress.domain.pieces import Piece

FIRST, SECOND = Piece(0, 1_000, 5_000), Piece(1_000, 2_000, 6_000)


def test_sound_credit_has_no_fault() -> None:
    pieces = (FIRST, SECOND)

    assert (spent_twice(pieces), earned_twice(pieces), beyond_the_film(pieces, 2_000)) == ((), (), ())


def test_time_that_pays_for_two_lessons_is_found() -> None:
    assert spent_twice((FIRST, Piece(0, 1_000, 5_400))) == ((5_400, 6_000),)


def test_media_that_earns_again_is_found() -> None:
    assert earned_twice((FIRST, SECOND, Piece(500, 1_500, 9_000))) == ((500, 1_500),)


def test_media_beyond_the_film_is_found() -> None:
    assert beyond_the_film((FIRST, SECOND), 1_700) == ((1_700, 2_000),)


def test_time_outside_of_a_session_is_found() -> None:
    assert outside_of_time((FIRST, SECOND), (5_100, 6_500)) == ((5_000, 5_100), (6_500, 7_000))
