"""Checks of presence: rules.md 5.2 "challenge" and "pass"."""

from dataclasses import replace

import pytest

from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.challenge import (
    ChallengeError,
    Checked,
    expires_in_ms,
    issued,
    lapsed,
    lost,
    passed,
)
from plugins.video_progress.domain.lease import closed, opened
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Claim, Piece
from plugins.video_progress.domain.playback import hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState

RULES = PlaybackRules()
LESSON = LessonRecord(length_ms=60_000)
WATCHED = hear(
    opened(0, LESSON), Beat(seq=1, from_ms=0, to_ms=30_000), 30_000, lesson=LESSON, rules=RULES
).state
ASKED = issued(WATCHED, 30_000)
PIECE = Piece(0, 30_000, 0)


def passing(state: PlaybackState, at_ms: int, *, alternative: bool = False) -> Checked:
    return passed(state, at_ms, lesson=LESSON, rules=RULES, alternative=alternative)


def losing(state: PlaybackState, *at_ms: int) -> Checked:
    outcome = Checked(state=state)
    for at in at_ms:
        outcome = lost(outcome.state, at, lesson=LESSON, rules=RULES)
    return outcome


def test_a_pass_confirms_what_was_pending() -> None:
    outcome = passing(ASKED, 36_000)

    assert (outcome.confirmed, outcome.state.pending, outcome.codes) == ((PIECE,), (), ())


def test_an_answer_after_exactly_sixty_seconds_is_in_time() -> None:
    assert passing(ASKED, 90_000).passed


def test_an_answer_after_its_window_is_a_lost_attempt() -> None:
    late = passing(ASKED, 90_001)

    assert (late.passed, late.codes, late.confirmed) == (False, ("CHALLENGE_EXPIRED",), ())


def test_a_late_answer_begins_the_next_window() -> None:
    late = passing(ASKED, 100_000)

    assert passing(late.state, 160_000).codes == ("CHALLENGE_RETRY",)


def test_a_pass_after_a_lost_attempt_is_a_retry() -> None:
    assert passing(losing(ASKED, 40_000).state, 45_000).codes == ("CHALLENGE_RETRY",)


def test_an_attempt_has_its_own_window_from_when_the_last_was_lost() -> None:
    retry = losing(ASKED, 80_000).state

    assert (passing(retry, 140_000).passed, passing(retry, 140_001).passed) == (True, False)


def test_a_lost_attempt_costs_nothing_but_the_attempt() -> None:
    outcome = losing(ASKED, 40_000, 50_000)

    assert (outcome.codes, outcome.final, outcome.state.pending) == ((), False, (PIECE,))


def test_the_third_lost_attempt_leaves_pending_unconfirmed() -> None:
    outcome = losing(ASKED, 40_000, 50_000, 60_000)

    assert (outcome.codes, outcome.final, outcome.unconfirmed, outcome.state.pending) == (
        ("CHALLENGE_FAILED",),
        True,
        (PIECE,),
        (),
    )


def test_a_third_attempt_answered_late_is_final_too() -> None:
    outcome = passing(losing(ASKED, 40_000, 50_000).state, 110_001)

    assert (outcome.codes, outcome.final) == (("CHALLENGE_EXPIRED", "CHALLENGE_FAILED"), True)


def test_a_final_loss_returns_to_the_last_confirmed_point() -> None:
    lesson = replace(LESSON, checked=((0, 12_000),))
    outcome = lost(losing(ASKED, 40_000, 50_000).state, 60_000, lesson=lesson, rules=RULES)

    assert outcome.state.furthest_ms == 12_000


def test_a_final_loss_forgets_what_waited() -> None:
    waiting = replace(ASKED, carry=(Claim(30_000, 31_000),))

    assert losing(waiting, 40_000, 50_000, 60_000).state.carry == ()


def test_what_was_left_unconfirmed_may_be_watched_again() -> None:
    state = losing(ASKED, 40_000, 50_000, 60_000).state
    again = hear(state, Beat(seq=2, from_ms=0, to_ms=30_000), 90_000, lesson=LESSON, rules=RULES)

    assert (again.joined_ms, again.codes) == (30_000, ())


def test_another_way_counts_the_same() -> None:
    outcome = passing(ASKED, 36_000, alternative=True)

    assert (outcome.confirmed, outcome.codes) == ((PIECE,), ("ALT_CHALLENGE",))


def test_another_way_answered_late_is_late() -> None:
    assert passing(ASKED, 90_001, alternative=True).codes == ("CHALLENGE_EXPIRED",)


def test_a_pass_without_a_challenge_is_an_end_check() -> None:
    assert passing(WATCHED, 32_000).confirmed == (PIECE,)


def test_time_counts_on_through_an_end_check() -> None:
    state = passing(WATCHED, 32_000).state
    later = hear(state, Beat(seq=2, from_ms=30_000, to_ms=45_000), 45_000, lesson=LESSON, rules=RULES)

    assert later.joined_ms == 15_000


def test_a_lost_end_check_is_the_first_of_three_attempts() -> None:
    outcome = losing(WATCHED, 32_000, 40_000)

    assert (outcome.final, losing(outcome.state, 50_000).codes) == (False, ("CHALLENGE_FAILED",))


def test_no_time_counts_between_the_attempts_of_an_end_check() -> None:
    state = losing(WATCHED, 32_000).state
    later = hear(state, Beat(seq=2, from_ms=30_000, to_ms=45_000), 47_000, lesson=LESSON, rules=RULES)

    assert later.joined_ms == 2_000


def test_a_playback_that_ended_confirms_nothing() -> None:
    outcome = passing(closed(WATCHED).state, 36_000)

    assert (outcome.passed, outcome.confirmed) == (False, ())


def test_a_playback_that_ended_loses_nothing() -> None:
    assert losing(closed(WATCHED).state, 36_000).codes == ()


def test_two_checks_are_never_open_at_once() -> None:
    with pytest.raises(ChallengeError):
        issued(ASKED, 31_000)


def test_a_playback_that_ended_is_asked_nothing() -> None:
    with pytest.raises(ChallengeError):
        issued(closed(WATCHED).state, 31_000)


def test_a_longer_window_is_granted_where_it_was_asked_for() -> None:
    outcome = passed(ASKED, 210_000, lesson=LESSON, rules=RULES.accessible())

    assert outcome.passed


# Silence: what the server does when no answer comes


@pytest.mark.parametrize(
    ("now", "lost_attempts"), [(90_000, 0), (90_001, 1), (150_000, 1), (150_001, 2), (210_000, 2)]
)
def test_each_window_runs_out_at_its_own_end(now: int, lost_attempts: int) -> None:
    challenge = lapsed(ASKED, now, lesson=LESSON, rules=RULES).state.challenge

    assert challenge is not None
    assert challenge.lost == lost_attempts


def test_three_windows_of_silence_are_final_however_late_they_are_noticed() -> None:
    outcome = lapsed(ASKED, 10_000_000, lesson=LESSON, rules=RULES)

    assert (outcome.codes, outcome.final, outcome.unconfirmed) == (("CHALLENGE_FAILED",), True, (PIECE,))


def test_time_counts_again_from_the_end_of_the_last_window() -> None:
    assert lapsed(ASKED, 10_000_000, lesson=LESSON, rules=RULES).state.listening_from_ms == 210_000


def test_nothing_lapses_where_nothing_is_asked() -> None:
    assert lapsed(WATCHED, 10_000_000, lesson=LESSON, rules=RULES) == Checked(state=WATCHED)


@pytest.mark.parametrize(("now", "left"), [(30_000, 60_000), (89_999, 1), (95_000, 0)])
def test_the_page_can_say_how_long_is_left(now: int, left: int) -> None:
    assert expires_in_ms(ASKED, now, RULES) == left


def test_nothing_expires_where_nothing_is_asked() -> None:
    assert expires_in_ms(WATCHED, 30_000, RULES) is None
