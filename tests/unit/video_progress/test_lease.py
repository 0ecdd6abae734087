"""One lease a person: rules.md 5.2 "open" and "close"."""

from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.lease import closed, opened, replaced
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Piece
from plugins.video_progress.domain.playback import hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState

LESSON = LessonRecord(length_ms=60_000, checked=((0, 10_000), (20_000, 30_000)), credited=((0, 10_000),))
BEAT = Beat(seq=1, from_ms=30_000, to_ms=45_000)


def watched() -> PlaybackState:
    return hear(opened(0, LESSON), BEAT, 15_000, lesson=LESSON, rules=PlaybackRules()).state


def test_a_playback_resumes_at_the_last_confirmed_point() -> None:
    assert opened(0, LESSON).furthest_ms == 30_000


def test_a_first_playback_starts_at_the_beginning() -> None:
    assert opened(0, LessonRecord(length_ms=60_000)).furthest_ms == 0


def test_a_clock_that_lags_behind_cannot_count_a_minute_again() -> None:
    late = opened(40_000, LESSON, not_before_ms=100_000)

    assert hear(late, BEAT, 100_000, lesson=LESSON, rules=PlaybackRules()).believed_ms == 0


def test_closing_discards_the_unconfirmed_tail() -> None:
    end = closed(watched())

    assert (end.codes, end.unconfirmed) == (("TAIL_DISCARDED",), (Piece(30_000, 45_000, 0),))


def test_closing_without_a_tail_is_worth_no_code() -> None:
    assert closed(opened(0, LESSON)).codes == ()


def test_another_open_discards_what_was_pending() -> None:
    end = replaced(watched())

    assert (end.codes, end.state.pending, end.state.ended) == (("SESSION_REPLACED",), (), "replaced")


def test_a_beat_of_a_replaced_playback_counts_nothing() -> None:
    late = hear(replaced(watched()).state, BEAT, 20_000, lesson=LESSON, rules=PlaybackRules())

    assert (late.codes, late.accepted, late.joined_ms) == (("CONCURRENT_SESSION",), False, 0)


def test_a_beat_of_a_closed_playback_counts_nothing() -> None:
    late = hear(closed(watched()).state, BEAT, 20_000, lesson=LESSON, rules=PlaybackRules())

    assert (late.codes, late.accepted, late.joined_ms) == (("PLAYBACK_CLOSED",), False, 0)


def test_an_end_happens_once() -> None:
    assert replaced(closed(watched()).state).codes == ()
