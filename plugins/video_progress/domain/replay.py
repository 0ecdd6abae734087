"""Replay: a recorded session judged by the rules, event by event.

Here is only the order of events, the lease between devices, and what was said
under which seq; every judgement is made by the same functions that the server
calls. So an auditor can give a session to `anxue playback replay` and see why it
earned what it earned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from plugins.video_progress.domain import codes
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.challenge import Checked, issued, lost, passed
from plugins.video_progress.domain.credit import Grounds, Refused, settle_credit
from plugins.video_progress.domain.lease import PlaybackEnd, closed, opened, replaced
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Pieces
from plugins.video_progress.domain.playback import hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.domain.trace import Trace, TraceEvent, trace_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a trace came to: pieces that earned, pieces that did not, codes, the lesson after it."""

    credited: Pieces
    refused: tuple[Refused, ...]
    codes: tuple[str, ...]
    lesson: LessonRecord

    @property
    def credited_ms(self) -> int:
        return sum(piece.lasts for piece in self.credited)


def replay(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a trace earns, as the contract shows it. Raises TraceError for a malformed trace."""
    result = replayed(trace_from(trace))
    return {
        "confirmed_seconds": _seconds(result.credited_ms),
        "codes": list(result.codes),
        "checked": [[_seconds(start), _seconds(end)] for start, end in result.lesson.checked],
    }


def replayed(trace: Trace) -> Replayed:
    """Return what a trace earns, with the pieces that prove it."""
    session = Session(
        rules=trace.rules,
        grounds=trace.grounds,
        lesson=LessonRecord(length_ms=trace.lesson_ms),
        confirmed_ms_by_day=dict(trace.grounds.confirmed_ms_by_day),
    )
    for event in trace.events:
        session.receive(event)
    return Replayed(
        credited=session.credited,
        refused=tuple(session.refused),
        codes=codes.distinct(session.noted),
        lesson=session.lesson,
    )


@dataclass(slots=True, kw_only=True)
class DevicePlayback:
    """The latest playback of one device, and the accepted bodies by seq."""

    state: PlaybackState
    bodies: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Session:
    """One person's session: who holds the lease, what was said, what was settled so far."""

    rules: PlaybackRules
    grounds: Grounds
    lesson: LessonRecord
    confirmed_ms_by_day: dict[date, int]
    holder: str | None = None
    playbacks: dict[str, DevicePlayback] = field(default_factory=dict)
    credited: Pieces = ()
    refused: list[Refused] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def receive(self, event: TraceEvent) -> None:
        """Apply one event; one that concerns no open playback changes nothing."""
        if event.type == "open":
            self.open(event)
        elif event.beat is not None:
            self.beat(event, event.beat)
        elif event.type == "consent_withdrawn":
            self.noted.append(codes.CONSENT_WITHDRAWN)
        elif self.holder is not None and event.device in {"", self.holder}:
            self.check_or_close(self.playbacks[self.holder].state, event)

    def open(self, event: TraceEvent) -> None:
        """Take the lease; what held it ends."""
        if self.holder is not None:
            self.end(replaced(self.playbacks[self.holder].state))
        self.holder = event.device
        self.playbacks[event.device] = DevicePlayback(state=opened(event.at_ms, self.lesson))

    def beat(self, event: TraceEvent, beat: Beat) -> None:
        """Hear a beat in its device's playback; a device that never opened one has no lease."""
        playback = self.playbacks.get(event.device)
        if playback is None:
            self.noted.append(codes.PLAYBACK_CLOSED if self.holder is None else codes.CONCURRENT_SESSION)
            return
        heard = hear(
            playback.state,
            beat,
            event.at_ms,
            lesson=self.lesson,
            rules=self.rules,
            known_body=playback.bodies.get(beat.seq),
        )
        playback.state = heard.state
        self.noted.extend(heard.codes)
        if heard.accepted:
            playback.bodies[beat.seq] = beat.body

    def check_or_close(self, state: PlaybackState, event: TraceEvent) -> None:
        """Issue, pass or lose a check, or close."""
        if event.type == "close":
            self.end(closed(state))
        elif event.type == "challenge_issued":
            self.ask(state, event.at_ms)
        elif event.type in {"challenge_passed", "alternative_passed"}:
            alternative = event.type == "alternative_passed"
            answer = passed(state, event.at_ms, lesson=self.lesson, rules=self.rules, alternative=alternative)
            self.settle(answer, event.at_ms)
        else:
            self.settle(lost(state, event.at_ms, lesson=self.lesson, rules=self.rules), event.at_ms)

    def ask(self, state: PlaybackState, at_ms: int) -> None:
        """Issue a check. A second issue of an open one is the prompt of its next attempt."""
        if state.challenge is None:
            self.keep(issued(state, at_ms))
        else:
            self.keep(replace(state, challenge=replace(state.challenge, attempt_from_ms=at_ms)))

    def settle(self, outcome: Checked, at_ms: int) -> None:
        """Keep what a check came to, and credit what it confirmed."""
        self.keep(outcome.state)
        self.noted.extend(outcome.codes)
        grounds = replace(self.grounds, confirmed_ms_by_day=self.confirmed_ms_by_day)
        settlement = settle_credit(
            outcome.confirmed, passed_ms=at_ms, lesson=self.lesson, grounds=grounds, rules=self.rules
        )
        for day, ms in settlement.credited_ms_by_day().items():
            self.confirmed_ms_by_day[day] = self.confirmed_ms_by_day.get(day, 0) + ms
        self.lesson = settlement.lesson
        self.credited += settlement.credited
        self.refused.extend(settlement.refused)
        self.noted.extend(settlement.codes)

    def end(self, over: PlaybackEnd) -> None:
        """Keep what an end came to."""
        self.keep(over.state)
        self.noted.extend(over.codes)
        self.holder = None

    def keep(self, state: PlaybackState) -> None:
        """Keep the state of the playback that holds the lease."""
        if self.holder is not None:
            self.playbacks[self.holder].state = state


def _seconds(milliseconds: int) -> int | float:
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000
