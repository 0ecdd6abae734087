"""Whole sessions, honest and wild: what holds of every one of them.

The second half turns the rules into mutants that failed somewhere in public and
asserts that the same checks fail on each: a suite that would not notice proves nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from plugins.video_progress.domain import allowance, playback, replay
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.credit import Grounds
from plugins.video_progress.domain.intervals import Spans, newest, total, union
from plugins.video_progress.domain.invariants import (
    beyond_the_film,
    earned_twice,
    outside_of_time,
    spent_twice,
)
from plugins.video_progress.domain.lease import PlaybackEnd, opened
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Piece, Pieces, media_of
from plugins.video_progress.domain.replay import DevicePlayback, Session
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.domain.trace import EventType, Trace, TraceEvent

START = 1_760_925_600_000  # 2025-10-20T10:00+08:00
CODES_OF_PLAY = {
    "ALT_CHALLENGE",
    "CHALLENGE_EXPIRED",
    "CHALLENGE_FAILED",
    "CHALLENGE_RETRY",
    "CONCURRENT_SESSION",
    "DUPLICATE_IGNORED",
    "HEARTBEAT_GAP",
    "HIDDEN_NOT_COUNTED",
    "PLAYBACK_CLOSED",
    "RATE_EXCEEDED",
    "REPEAT_NOT_COUNTED",
    "SEEK_FORWARD_REJECTED",
    "SEQUENCE_CONFLICT",
    "SESSION_REPLACED",
    "TAIL_DISCARDED",
}
PASSES: set[EventType] = {"challenge_passed", "alternative_passed"}


def trace_of(events: Iterable[TraceEvent], *, lesson_ms: int) -> Trace:
    return Trace(lesson_ms=lesson_ms, rules=PlaybackRules(), grounds=Grounds(), events=tuple(events))


# Wild sessions: up to three devices that open, claim, are asked, answer and leave as they like


steps = st.tuples(
    st.sampled_from([0, 1, 400, 999, 1_000, 15_000, 15_300, 30_000, 61_000, 119_999, 121_000]),
    st.sampled_from("aaaaabbc"),
    st.sampled_from(
        ["go on"] * 16
        + ["jump"] * 6
        + ["again"] * 2
        + ["challenge_passed"] * 4
        + ["challenge_issued", "alternative_passed", "challenge_failed", "challenge_expired"]
        + ["open", "open", "close"]
    ),
    st.sampled_from([1, 500, 999, 1_000, 3_000, 15_000, 15_700, 30_000, 120_000]),
    st.integers(0, 200_000),
    st.sampled_from([False, False, True]),
)


def wild_events(moves: list[tuple[int, str, str, int, int, bool]]) -> Iterable[TraceEvent]:
    """Yield the events of a session.

    "go on" claims what follows the device's last claim: as much as time has passed, or,
    where it is odd, whatever length comes to its mind. "jump" claims something seen
    before, or, where it is odd, anything anywhere under a seq that may be taken.
    "again" sends the device's last beat once more.
    """
    now = START
    positions = dict.fromkeys("abc", 0)
    heard_at = dict.fromkeys("abc", now)
    said: dict[str, Beat] = {}
    yield TraceEvent(at_ms=now, type="open", device="a")
    for seq, (wait, device, kind, length, somewhere, odd) in enumerate(moves):
        now += wait
        if kind == "again":
            last = said.get(device, Beat(seq=seq, from_ms=0, to_ms=length))
            yield TraceEvent(at_ms=now, type="beat", device=device, beat=last)
            continue
        if kind not in {"go on", "jump"}:
            named = device if kind == "open" else ""
            yield TraceEvent(at_ms=now, type=kind, device=named)  # type: ignore[arg-type]
            continue
        behind = somewhere % (positions[device] + 1)
        start = positions[device] if kind == "go on" else somewhere if odd else behind
        lasts = length if odd or kind == "jump" else now - heard_at[device]
        positions[device], heard_at[device] = start + lasts, now
        said[device] = claim = Beat(
            seq=seq // 2 if odd and kind == "jump" else seq,
            from_ms=start,
            to_ms=start + lasts,
            visible=not (odd and somewhere % 3 == 0),
            rate=2.0 if odd else 1.0,
        )
        yield TraceEvent(at_ms=now, type="beat", device=device, beat=claim)


wild = st.builds(
    lambda moves, lesson_ms: trace_of(wild_events(moves), lesson_ms=lesson_ms),
    st.lists(steps, min_size=12, max_size=40),
    st.sampled_from([20_000, 60_000, 200_000]),
)


def two_tabs_events(moves: list[tuple[str, int]]) -> Iterable[TraceEvent]:
    """Yield a session in which two tabs play different parts of a lesson at once.

    Its first minute was hidden: one tab makes up for it while the other goes on.
    """
    now = START + 70_000
    first = Beat(seq=0, from_ms=0, to_ms=60_000, visible=False)
    yield TraceEvent(at_ms=START, type="open", device="a")
    yield TraceEvent(at_ms=START + 60_000, type="beat", device="a", beat=first)
    yield TraceEvent(at_ms=now, type="beat", device="a", beat=Beat(seq=1, from_ms=60_000, to_ms=70_000))
    yield TraceEvent(at_ms=now, type="challenge_passed")
    positions, heard_at = {"a": 0, "b": 70_000}, {"a": now, "b": now}
    for device in "ba":
        yield TraceEvent(at_ms=now, type="open", device=device)
    for seq, (device, wait) in enumerate(moves):
        now += wait
        start, lasts = positions[device], now - heard_at[device]
        positions[device], heard_at[device] = start + lasts, now
        claim = Beat(seq=seq, from_ms=start, to_ms=start + lasts)
        yield TraceEvent(at_ms=now, type="beat", device=device, beat=claim)
    yield TraceEvent(at_ms=now, type="challenge_passed")


two_tabs = st.builds(
    lambda moves: trace_of(two_tabs_events(moves), lesson_ms=600_000),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 15_000)), min_size=2, max_size=12),
)


def check_that_credit_is_no_longer_than_the_clock(trace: Trace) -> None:
    """In every window of server time credit is at most the window, whatever the number of devices."""
    result = replay.replayed(trace)
    first, last = trace.events[0].at_ms, trace.events[-1].at_ms

    assert spent_twice(result.credited) == ()
    assert outside_of_time(result.credited, (first, last)) == ()
    assert result.credited_ms <= last - first


def check_that_credit_is_no_longer_than_the_film(trace: Trace) -> None:
    result = replay.replayed(trace)

    assert earned_twice(result.credited) == ()
    assert beyond_the_film(result.credited, trace.lesson_ms) == ()
    assert result.credited_ms <= trace.lesson_ms


def check_that_only_a_pass_confirms(trace: Trace) -> None:
    without = tuple(event for event in trace.events if event.type not in PASSES)

    assert replay.replayed(replace(trace, events=without)).lesson.checked == ()


def check_that_nothing_confirmed_is_taken_back(trace: Trace) -> None:
    before: Pieces = ()
    for length in range(1, len(trace.events) + 1):
        after = replay.replayed(replace(trace, events=trace.events[:length])).credited
        assert after[: len(before)] == before
        before = after


# Honest sessions: a learner at normal speed, a network that delays, reorders and repeats


deliveries = st.lists(
    st.tuples(
        st.lists(st.integers(200, 20_000), min_size=1, max_size=6),  # beats that wait for one delivery
        st.integers(0, 20_000),  # pauses while they wait
        st.integers(0, 1_500),  # delay on the way
        st.randoms(use_true_random=False),  # their order on arrival
        st.booleans(),  # some arrive twice
        st.none() | st.integers(0, 60_000),  # a check after the delivery, and how long the answer takes
    ),
    min_size=1,
    max_size=12,
)


def honest_events(groups: list[Any]) -> Iterable[TraceEvent]:
    """Yield a learner's session: contiguous beats, delivered in groups and in any order within them.

    The client sends again what was refused, oldest first, until it is accepted. Media is
    never claimed before it could have been played, and no group waits longer than the
    allowance holds.
    """
    yield TraceEvent(at_ms=START, type="open", device="a")
    played_at = START
    position = seq = 0
    for lengths, pause, delay, order, twice, answer in groups:
        played_at += pause
        waiting: list[Beat] = []
        for length in lengths:
            if pause + sum(beat.to_ms - beat.from_ms for beat in waiting) + length + delay > 118_000:
                break
            waiting.append(Beat(seq=seq, from_ms=position, to_ms=position + length))
            position, seq, played_at = position + length, seq + 1, played_at + length
        arrived = [*waiting, *(waiting[:2] if twice else [])]
        order.shuffle(arrived)
        for beat in (*arrived, *waiting):
            yield TraceEvent(at_ms=played_at + delay, type="beat", device="a", beat=beat)
        if answer is not None:
            yield TraceEvent(at_ms=played_at + delay, type="challenge_issued")
            played_at += delay + answer
            yield TraceEvent(at_ms=played_at, type="challenge_passed")
    yield TraceEvent(at_ms=played_at + 2_000, type="challenge_passed")


honest = st.builds(lambda groups: trace_of(honest_events(groups), lesson_ms=10_000_000), deliveries)


def check_that_honest_viewing_loses_nothing(trace: Trace) -> None:
    result = replay.replayed(trace)
    played = max((event.beat.to_ms for event in trace.events if event.beat), default=0)

    assert media_of(result.credited) == ((0, played),) if played else ()
    assert set(result.codes) <= {"DUPLICATE_IGNORED", "SEEK_FORWARD_REJECTED"}


jitters = st.lists(st.tuples(st.integers(200, 20_000), st.integers(0, 2_000)), min_size=1, max_size=30)


def jittered_events(beats: list[tuple[int, int]]) -> Iterable[TraceEvent]:
    """Yield beats that arrive up to two seconds early by the server's clock, and a last sign of life."""
    yield TraceEvent(at_ms=START, type="open", device="a")
    position = 0
    now = START
    for seq, (length, early) in enumerate(beats):
        claim = Beat(seq=seq, from_ms=position, to_ms=position + length)
        position += length
        now = max(now, START + position - early)
        yield TraceEvent(at_ms=now, type="beat", device="a", beat=claim)
    end = Beat(seq=len(beats), from_ms=position, to_ms=position)
    yield TraceEvent(at_ms=START + position, type="beat", device="a", beat=end)
    yield TraceEvent(at_ms=START + position, type="challenge_passed")


jittered = st.builds(lambda beats: trace_of(jittered_events(beats), lesson_ms=10_000_000), jitters)


def test_wild_sessions_are_worth_watching() -> None:
    """Sessions in which nothing is ever earned would prove nothing."""
    results: list[replay.Replayed] = []

    @settings(max_examples=200, database=None, derandomize=True, phases=[Phase.generate])
    @given(wild)
    def collect(trace: Trace) -> None:
        results.append(replay.replayed(trace))

    collect()
    noted = [code for result in results for code in result.codes]

    assert sum(1 for result in results if result.credited) >= 40
    assert {code for code in CODES_OF_PLAY if noted.count(code) < 2} == set()


@given(wild | two_tabs)
@settings(max_examples=300)
def test_credit_is_never_longer_than_the_clock_in_any_window(trace: Trace) -> None:
    check_that_credit_is_no_longer_than_the_clock(trace)


@given(wild)
@settings(max_examples=200)
def test_credit_is_never_longer_than_the_film(trace: Trace) -> None:
    check_that_credit_is_no_longer_than_the_film(trace)


@given(wild)
@settings(max_examples=100)
def test_only_a_passed_check_confirms(trace: Trace) -> None:
    check_that_only_a_pass_confirms(trace)


@given(wild)
@settings(max_examples=100)
def test_nothing_that_was_confirmed_is_ever_taken_back(trace: Trace) -> None:
    check_that_nothing_confirmed_is_taken_back(trace)


@given(wild)
@settings(max_examples=100)
def test_what_is_credited_was_checked(trace: Trace) -> None:
    lesson = replay.replayed(trace).lesson

    assert total(union(lesson.checked, lesson.credited)) == total(lesson.checked)


@given(wild)
@settings(max_examples=100)
def test_a_state_may_be_stored_between_any_two_events(trace: Trace) -> None:
    lesson = LessonRecord(length_ms=trace.lesson_ms)
    stored = Session(rules=trace.rules, grounds=trace.grounds, lesson=lesson, confirmed_ms_by_day={})
    for event in trace.events:
        stored.receive(event)
        for each in stored.playbacks.values():
            each.state = PlaybackState.from_json(each.state.to_json())

    assert stored.credited == replay.replayed(trace).credited


@given(honest)
@settings(max_examples=200)
def test_an_honest_learner_loses_nothing_to_delay_order_or_repetition(trace: Trace) -> None:
    check_that_honest_viewing_loses_nothing(trace)


@given(jittered)
@settings(max_examples=200)
def test_an_honest_learner_loses_nothing_to_two_seconds_of_jitter(trace: Trace) -> None:
    check_that_honest_viewing_loses_nothing(trace)


@given(honest, st.data())
@settings(max_examples=100)
def test_losing_beats_never_earns(trace: Trace, data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(trace.events), max_size=len(trace.events)))
    kept = tuple(event for event, kept in zip(trace.events, keep, strict=True) if kept or event.beat is None)

    lost = replay.replayed(replace(trace, events=kept))
    assert lost.credited_ms <= replay.replayed(trace).credited_ms


# Mutants


def assert_noticed(check: Callable[[Trace], None], sessions: st.SearchStrategy[Trace]) -> None:
    """Assert that check fails on some session, as it never does on the true rules."""

    @settings(
        max_examples=1_000,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(sessions)
    def run(trace: Trace) -> None:
        check(trace)

    with pytest.raises(AssertionError):
        run()


def test_a_grace_per_beat_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def generous(kept: Spans, elapsed: Spans, *, holds_ms: int) -> Spans:
        widened = tuple((start - 2_000, end) for start, end in elapsed)
        return allowance.filled(kept, widened, holds_ms=holds_ms)

    monkeypatch.setattr(playback, "filled", generous)

    assert_noticed(check_that_credit_is_no_longer_than_the_clock, wild)


def test_the_clients_own_duration_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def credulous(kept: Spans, elapsed: Spans, *, holds_ms: int) -> Spans:
        end = max((span[1] for span in (*kept, *elapsed)), default=START)
        return ((end - 10_000_000, end),)

    monkeypatch.setattr(playback, "filled", credulous)

    assert_noticed(check_that_credit_is_no_longer_than_the_clock, wild)


def test_whole_seconds_per_beat_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = playback._elapsed

    def in_whole_seconds(state: PlaybackState, at_ms: int) -> Spans:
        elapsed = exact(state, at_ms)
        return newest(elapsed, total(elapsed) // 1_000 * 1_000)[1]

    monkeypatch.setattr(playback, "_elapsed", in_whole_seconds)

    assert_noticed(check_that_honest_viewing_loses_nothing, honest)


class PerTabSession(Session):
    """A mutant: each device keeps its playback, and every check confirms all of them."""

    def open(self, event: TraceEvent) -> None:
        self.holder = event.device
        self.playbacks[event.device] = DevicePlayback(state=opened(event.at_ms, self.lesson))

    def check_or_close(self, state: PlaybackState, event: TraceEvent) -> None:
        for device, each in self.playbacks.items():
            self.holder = device
            if not each.state.ended:
                super().check_or_close(each.state, event)


def test_credit_per_tab_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "Session", PerTabSession)

    assert_noticed(check_that_credit_is_no_longer_than_the_clock, two_tabs)


class SessionThatConfirmsOnClose(Session):
    """A mutant: closing is taken for a passed check."""

    def end(self, over: PlaybackEnd) -> None:
        self.lesson = replace(self.lesson, checked=media_of(over.unconfirmed))
        super().end(over)


def test_confirming_on_close_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "Session", SessionThatConfirmsOnClose)

    assert_noticed(check_that_only_a_pass_confirms, wild)


def test_counting_repeats_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of_it(piece: Piece, _taken: Spans) -> Pieces:
        return (piece,)

    monkeypatch.setattr(playback, "outside", all_of_it)

    assert_noticed(check_that_credit_is_no_longer_than_the_film, wild)


def test_a_carry_that_is_forgotten_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "joined", lambda _carry: ())

    assert_noticed(check_that_honest_viewing_loses_nothing, jittered)


def test_paying_with_the_same_time_again_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def for_free(kept: Spans, length: int) -> tuple[Spans, Spans]:
        return kept, allowance.spent(kept, length)[1]

    monkeypatch.setattr(playback, "spent", for_free)

    assert_noticed(check_that_credit_is_no_longer_than_the_clock, wild)
