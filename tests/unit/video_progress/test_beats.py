"""What one beat may add: each sentence of rules.md 5.2 "beat" as a rule."""

from dataclasses import replace

import pytest

from plugins.video_progress.domain.beat import Beat, BeatError
from plugins.video_progress.domain.challenge import issued, passed
from plugins.video_progress.domain.intervals import Span
from plugins.video_progress.domain.lease import opened
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Claim, Piece
from plugins.video_progress.domain.playback import MOST_CARRIED, MOST_PENDING, Heard, hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState

RULES = PlaybackRules()
LESSON = LessonRecord(length_ms=2_700_000)
OPEN = opened(0, LESSON)


def beat(played: tuple[float, float], *, seq: int = 1, rate: float = 1.0, visible: bool = True) -> Beat:
    start, end = played
    return Beat(seq=seq, from_ms=round(start * 1000), to_ms=round(end * 1000), rate=rate, visible=visible)


def heard(
    state: PlaybackState,
    at: float,
    played: tuple[float, float],
    *,
    rate: float = 1.0,
    visible: bool = True,
    lesson: LessonRecord = LESSON,
) -> Heard:
    """Hear one beat received at so many seconds after the open."""
    claim = beat(played, rate=rate, visible=visible)
    return hear(state, claim, round(at * 1000), lesson=lesson, rules=RULES)


def after(*beats: tuple[float, tuple[float, float]]) -> Heard:
    """Hear beats (received at, played) one after another in a playback opened at 0."""
    result = Heard(state=OPEN)
    for at, played in beats:
        result = heard(result.state, at, played)
    return result


def pending(state: PlaybackState) -> list[Span]:
    return [(piece.media_from // 1000, piece.media_to // 1000) for piece in state.pending]


# 1. Sequence numbers


def test_the_same_beat_again_is_ignored() -> None:
    again = hear(OPEN, beat((0, 15)), 15_000, lesson=LESSON, rules=RULES, known_body=beat((0, 15)).body)

    assert (again.codes, again.accepted, again.state) == (("DUPLICATE_IGNORED",), False, OPEN)


def test_the_same_seq_with_another_body_is_a_conflict_and_counts_nothing() -> None:
    other = hear(OPEN, beat((0, 15)), 15_000, lesson=LESSON, rules=RULES, known_body=beat((0, 14)).body)

    assert (other.codes, other.accepted, other.state) == (("SEQUENCE_CONFLICT",), False, OPEN)


def test_the_devices_clock_is_no_part_of_a_body() -> None:
    assert replace(beat((0, 15)), client_ms=5).body == beat((0, 15)).body


@pytest.mark.parametrize("change", [{"to_ms": 15_001}, {"rate": 1.5}, {"visible": False}])
def test_every_other_figure_is_part_of_a_body(change: dict[str, float]) -> None:
    assert replace(beat((0, 15)), **change).body != beat((0, 15)).body  # type: ignore[arg-type]


def test_an_older_unseen_seq_is_accepted() -> None:
    second = hear(OPEN, beat((0, 15), seq=2), 15_000, lesson=LESSON, rules=RULES)
    first = hear(second.state, beat((15, 30), seq=1), 31_000, lesson=LESSON, rules=RULES)

    assert (first.accepted, first.joined_ms) == (True, 15_000)


# 2. The allowance


def test_a_playback_starts_without_allowance() -> None:
    assert after((0, (0, 2))).believed_ms == 0


def test_a_minute_claimed_in_twenty_seconds_counts_as_twenty() -> None:
    result = after((20, (0, 60)))

    assert (result.joined_ms, result.codes) == (20_000, ("RATE_EXCEEDED",))


def test_unspent_time_waits_for_beats_that_come_late() -> None:
    result = after((45, (0, 15)), (45, (15, 30)), (45, (30, 45)))

    assert sum(piece.lasts for piece in result.state.pending) == 45_000


def test_the_allowance_holds_no_more_than_two_minutes() -> None:
    result = after((100, (0, 0)), (200, (0, 0)), (200, (0, 119)), (200, (119, 150)))

    assert sum(piece.lasts for piece in result.state.pending) == 120_000


def test_each_believed_millisecond_belongs_to_the_server_time_before_receipt() -> None:
    assert after((20, (0, 15))).state.pending == (Piece(0, 15_000, 5_000),)


def test_what_is_pending_stands_in_the_order_of_server_time() -> None:
    result = after((45, (0, 15)), (45, (15, 30)), (45, (30, 45)))

    assert [piece.server_from for piece in result.state.pending] == [0, 15_000, 30_000]


def test_a_server_clock_that_falls_back_fills_nothing() -> None:
    result = after((30, (0, 30)), (10, (30, 31)), (30, (31, 32)))

    assert sum(piece.lasts for piece in result.state.pending) == 30_000


# 3. Silence


def test_exactly_two_minutes_of_silence_still_count() -> None:
    assert after((120, (0, 120))).joined_ms == 120_000


def test_a_longer_silence_counts_nothing() -> None:
    result = after((120.001, (0, 120)))

    assert (result.joined_ms, result.codes, result.accepted) == (0, ("HEARTBEAT_GAP",), True)


def test_after_a_silence_play_goes_on_from_where_it_is() -> None:
    result = after((200, (0, 200)), (215, (200, 215)))

    assert (pending(result.state), result.codes) == ([(200, 215)], ())


def test_the_hole_of_a_silence_can_be_watched_again() -> None:
    result = after((200, (0, 200)), (215, (0, 15)))

    assert (pending(result.state), result.codes) == ([(0, 15)], ())


def test_a_silence_empties_the_allowance() -> None:
    result = after((60, (0, 0)), (181, (0, 0)), (191, (0, 60)))

    assert result.joined_ms == 10_000


def test_beats_that_waited_through_a_silence_let_play_go_on() -> None:
    queued = [(300.0, (start, start + 15.0)) for start in range(0, 300, 15)]
    result = after(*queued, (315, (300, 315)))

    assert (result.accepted, result.state.furthest_ms, result.believed_ms) == (True, 315_000, 15_000)


# 4. Positions


def test_a_jump_ahead_on_the_first_viewing_is_refused_and_changes_nothing() -> None:
    first = heard(OPEN, 15, (0, 15))
    jump = heard(first.state, 30, (17.001, 32))

    assert (jump.codes, jump.accepted, jump.state) == (("SEEK_FORWARD_REJECTED",), False, first.state)


def test_two_seconds_ahead_are_no_jump() -> None:
    assert after((15, (0, 15)), (30, (17, 30))).accepted


def test_time_counts_on_through_a_refused_jump() -> None:
    result = after((15, (0, 15)), (30, (900, 915)), (45, (15, 45)))

    assert result.joined_ms == 30_000


def test_no_rate_beyond_two_moves_the_furthest_point() -> None:
    assert after((15, (0, 240))).state.furthest_ms == 30_000


def test_the_furthest_point_never_moves_back() -> None:
    assert after((60, (0, 60)), (70, (0, 10))).state.furthest_ms == 60_000


def test_cutting_belief_never_produces_a_seek_refusal() -> None:
    assert after((15, (0, 30)), (30, (30, 60)), (45, (60, 90))).accepted


def test_whatever_was_believed_moves_the_furthest_point() -> None:
    result = after((60, (0, 0)), (65, (0, 60)))

    assert (result.joined_ms, result.state.furthest_ms) == (60_000, 60_000)


def test_what_was_believed_of_an_earlier_beat_moves_it_too() -> None:
    assert after((0, (0, 2)), (10, (0, 1))).state.furthest_ms == 2_000


def test_beats_two_seconds_apart_are_one_delivery() -> None:
    queued = [(300.0 + 2 * n, (15.0 * n, 15.0 * n + 15)) for n in range(20)]

    assert after(*queued).state.furthest_ms == 300_000


def test_beats_further_apart_have_only_their_own_time() -> None:
    result = after((300, (0, 15)), (302.001, (15, 30)))

    assert result.state.furthest_ms == 15_000 + 4_002


def test_positions_already_reached_may_be_watched_in_any_order() -> None:
    assert after((60, (0, 60)), (70, (40, 50)), (80, (10, 20))).accepted


def test_a_completed_lesson_may_be_watched_anywhere() -> None:
    seen = LessonRecord(length_ms=2_700_000, checked=((0, 2_650_000),))
    jump = heard(opened(0, seen), 15, (2_680, 2_695), lesson=seen)

    assert (jump.accepted, jump.joined_ms) == (True, 15_000)


def test_seeking_is_free_where_the_rules_allow_it() -> None:
    free = PlaybackRules(seek_forward_forbidden=False)

    assert hear(OPEN, beat((900, 915)), 15_000, lesson=LESSON, rules=free).joined_ms == 15_000


def test_claims_beyond_the_end_of_the_film_count_nothing() -> None:
    short = LessonRecord(length_ms=10_000)
    result = heard(opened(0, short), 15, (0, 15), lesson=short)

    assert (result.joined_ms, result.codes) == (10_000, ())


# 5. Belief, the carry, and what is cut


def test_two_seconds_of_network_jitter_cost_nothing() -> None:
    result = after((13, (0, 15)), (30, (15, 30)))

    assert (sum(piece.lasts for piece in result.state.pending), result.codes) == (30_000, ())


def test_what_waits_is_paid_before_the_next_claim() -> None:
    result = after((13, (0, 15)), (20, (15, 30)))

    assert pending(result.state) == [(0, 20)]


def test_more_than_two_seconds_is_cut() -> None:
    result = after((12.999, (0, 15)))

    assert (result.codes, result.state.carry[0].lasts) == (("RATE_EXCEEDED",), 2_000)


def test_what_waits_never_grows_beyond_two_seconds() -> None:
    result = after((13, (0, 15)), (13, (15, 30)), (13, (30, 31)))

    assert sum(claim.lasts for claim in result.state.carry) == 2_000


def test_claims_that_go_on_wait_as_one() -> None:
    assert after((0, (0, 1)), (0, (1, 2))).state.carry == (Claim(0, 2_000),)


def test_hidden_and_seen_play_wait_apart() -> None:
    hidden = heard(OPEN, 0, (0, 1), visible=False)

    assert heard(hidden.state, 0, (1, 2)).state.carry == (Claim(0, 1_000, visible=False), Claim(1_000, 2_000))


def test_many_crumbs_that_wait_do_not_grow_a_row() -> None:
    crumbs = [(0.0, (at / 500, at / 500 + 0.001)) for at in range(100)]

    assert len(after(*crumbs).state.carry) == MOST_CARRIED


def test_a_rate_above_one_is_noted_even_where_time_allows_the_claim() -> None:
    result = heard(OPEN, 30, (0, 15), rate=1.25)

    assert (result.joined_ms, result.codes) == (15_000, ("RATE_EXCEEDED",))


def test_a_fast_beating_client_earns_no_more_than_a_slow_one() -> None:
    fast = [(second, (2.0 * second - 2, 2.0 * second)) for second in range(1, 601)]
    result = after(*fast)

    assert sum(piece.lasts for piece in result.state.pending) == 600_000


def test_parts_of_a_second_are_never_lost() -> None:
    fractions = [(n * 1.06, ((n - 1) * 1.06, n * 1.06)) for n in range(1, 601)]
    result = after(*fractions)

    assert sum(piece.lasts for piece in result.state.pending) == 636_000


def test_a_rate_above_one_is_noted_even_where_nothing_can_be_paid() -> None:
    assert heard(OPEN, 0, (0, 1), rate=2.0).codes == ("RATE_EXCEEDED",)


# 6. Hidden pages


def test_a_hidden_page_spends_its_time_and_sees_nothing() -> None:
    hidden = heard(OPEN, 15, (0, 15), visible=False)

    assert (hidden.joined_ms, hidden.believed_ms, hidden.codes) == (0, 15_000, ("HIDDEN_NOT_COUNTED",))


def test_the_rest_of_a_hidden_claim_is_not_seen_later_either() -> None:
    hidden = heard(OPEN, 13, (0, 15), visible=False)
    shown = heard(hidden.state, 28, (15, 28))

    assert pending(shown.state) == [(15, 28)]


def test_a_hidden_claim_is_noted_even_where_nothing_can_be_paid() -> None:
    assert heard(OPEN, 0, (0, 1), visible=False).codes == ("HIDDEN_NOT_COUNTED",)


def test_what_was_hidden_must_be_watched_again() -> None:
    hidden = heard(OPEN, 15, (0, 15), visible=False)
    again = heard(hidden.state, 30, (0, 15))

    assert (again.joined_ms, again.codes) == (15_000, ())


def test_a_hidden_page_that_rests_is_no_offence() -> None:
    assert heard(OPEN, 15, (0, 0), visible=False).codes == ()


# 7. New media only


def test_rewatching_earns_nothing() -> None:
    result = after((15, (0, 15)), (30, (0, 15)))

    assert (result.joined_ms, result.codes) == (0, ("REPEAT_NOT_COUNTED",))


def test_only_the_new_part_of_an_overlap_joins() -> None:
    result = after((15, (0, 15)), (30, (10, 25)))

    assert (result.joined_ms, result.codes) == (10_000, ("REPEAT_NOT_COUNTED",))


def test_what_was_credited_before_earns_nothing_again() -> None:
    seen = LessonRecord(length_ms=2_700_000, checked=((0, 60_000),), credited=((0, 60_000),))
    result = heard(opened(0, seen), 15, (0, 15), lesson=seen)

    assert (result.joined_ms, result.codes) == (0, ("REPEAT_NOT_COUNTED",))


def test_what_was_checked_without_earning_may_be_earned_again() -> None:
    seen = LessonRecord(length_ms=2_700_000, checked=((0, 60_000),))
    result = heard(opened(0, seen), 15, (0, 15), lesson=seen)

    assert (result.joined_ms, result.codes) == (15_000, ())


def test_a_wild_client_cannot_grow_what_is_pending_without_end() -> None:
    state = OPEN
    for at in range(MOST_PENDING + 50):
        state = heard(state, at / 10 + 0.1, (at / 500, at / 500 + 0.001)).state

    assert len(state.pending) == MOST_PENDING


# While a challenge is open


def test_an_open_challenge_fills_no_allowance() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)
    later = heard(asked, 50, (30, 50))

    assert (later.joined_ms, later.codes, later.accepted) == (0, (), True)


def test_what_was_played_before_the_challenge_may_arrive_after_it() -> None:
    asked = issued(OPEN, 15_000)
    late = heard(asked, 20, (0, 15))

    assert (late.joined_ms, late.state.pending) == (15_000, (Piece(0, 15_000, 0),))


def test_what_was_played_after_the_issue_does_not_wait_either() -> None:
    assert heard(issued(OPEN, 15_000), 20, (0, 20)).state.carry == ()


def test_a_rate_above_one_after_the_issue_is_no_offence() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)

    assert heard(asked, 50, (30, 50), rate=2.0).codes == ()


def test_a_rate_above_one_before_the_issue_is_noted() -> None:
    asked = issued(OPEN, 15_000)

    assert heard(asked, 16, (0, 15), rate=2.0).codes == ("RATE_EXCEEDED",)


def test_a_hidden_page_before_the_issue_is_noted() -> None:
    asked = issued(OPEN, 15_000)

    assert heard(asked, 16, (0, 15), visible=False).codes == ("HIDDEN_NOT_COUNTED",)


def test_a_hidden_page_after_the_issue_is_no_offence() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)

    assert heard(asked, 50, (30, 50), visible=False).codes == ()


def test_what_waited_before_the_issue_still_waits() -> None:
    asked = issued(heard(OPEN, 13, (0, 15)).state, 13_000)

    assert heard(asked, 20, (15, 20)).state.carry == (Claim(13_000, 15_000),)


def test_play_through_a_challenge_does_not_move_the_furthest_point() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)

    assert heard(asked, 50, (30, 50)).state.furthest_ms == 30_000


def test_the_time_of_a_challenge_is_no_silence() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)
    state = passed(asked, 85_000, lesson=LESSON, rules=RULES).state
    late = heard(state, 200, (30, 145))

    assert (late.codes, late.joined_ms) == ((), 115_000)


def test_the_time_of_a_challenge_pays_for_nothing() -> None:
    asked = issued(heard(OPEN, 30, (0, 30)).state, 30_000)
    state = passed(asked, 60_000, lesson=LESSON, rules=RULES).state
    next_beat = heard(state, 70, (30, 60))

    assert next_beat.state.pending == (Piece(30_000, 40_000, 60_000),)


# The device's clock


def test_a_clock_five_minutes_off_is_not_worth_a_note() -> None:
    late = replace(beat((0, 15)), client_ms=15_000 - 300_000)

    assert hear(OPEN, late, 15_000, lesson=LESSON, rules=RULES).codes == ()


def test_a_clock_further_off_is_noted_and_changes_nothing() -> None:
    late = replace(beat((0, 15)), client_ms=15_000 - 300_001)
    result = hear(OPEN, late, 15_000, lesson=LESSON, rules=RULES)

    assert (result.codes, result.joined_ms) == (("CLOCK_SKEW",), 15_000)


# Figures that are no claim of play


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_ms": -1},
        {"from_ms": 20_000},
        {"to_ms": 10**13},
        {"seq": -1},
        {"seq": 2**53},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"rate": -1.0},
    ],
)
def test_figures_that_cannot_be_played_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BeatError):
        replace(beat((0, 15)), **wrong)  # type: ignore[arg-type]
