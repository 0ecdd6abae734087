"""Proof: what a playback must have come to, worked out again from its evidence.

The evidence is what was accepted as it came in: beats, and when checks were
issued, lost and passed. Every judgement is made by the functions that the server
itself calls (playback.py, challenge.py, credit.py); here is only their order, and
what is said where the result differs from what was written down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from plugins.video_progress.domain import challenge as checks
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.credit import Grounds, settle_credit
from plugins.video_progress.domain.lease import opened
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Pieces
from plugins.video_progress.domain.playback import hear
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBeat:
    """An accepted beat with what the server made of it. number orders all beats of a person."""

    number: int
    beat: Beat
    at_ms: int
    believed_ms: int
    joined_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """A check. rules and grounds are those that its pass was settled by, None if it was not passed."""

    id: str
    issued_ms: int
    issued_after: int
    lost_at_ms: tuple[int, ...]
    outcome: str
    settled_ms: int | None
    settled_after: int | None
    judged: tuple[PlaybackRules, Grounds] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one playback.

    rules: those for beats that no passed check follows, None if they are no longer known; such
    beats have earned nothing, so nothing is left to prove.
    """

    playback_id: str
    opened_ms: int
    beats: Sequence[KeptBeat]
    checks: Sequence[KeptCheck]
    rules: PlaybackRules | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What the evidence came to, and where what was written down says something else."""

    state: PlaybackState
    lesson: LessonRecord
    credited_ms_by_day: Mapping[date, int]
    credited: Pieces
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """after: the number of the beat that came before. A check is settled before the next is issued."""

    after: int
    order: tuple[int, int]
    deed: str
    at: int


def proved(evidence: Evidence, lesson: LessonRecord, by_day: Mapping[date, int]) -> Proved:
    """Return what evidence comes to for a lesson and days as they were when the playback opened."""
    proof = _Proof(evidence, lesson, dict(by_day))
    for event in _in_order(evidence):
        if event.deed == "beat":
            proof.hear(evidence.beats[event.at])
        elif event.deed == "issued":
            proof.issue(evidence.checks[event.at])
        else:
            proof.settle(evidence.checks[event.at])
    return Proved(
        state=proof.state,
        lesson=proof.lesson,
        credited_ms_by_day=proof.by_day,
        credited=proof.credited,
        faults=tuple(proof.faults),
    )


def _in_order(evidence: Evidence) -> Iterable[_Event]:
    beats = (_Event(kept.number, (-1, 0), "beat", at) for at, kept in enumerate(evidence.beats))
    issued = (_Event(check.issued_after, (at, 0), "issued", at) for at, check in enumerate(evidence.checks))
    settled = (
        _Event(check.settled_after, (at, 1), "settled", at)
        for at, check in enumerate(evidence.checks)
        if check.settled_after is not None
    )
    return sorted((*beats, *issued, *settled))


class _Proof:
    """A playback being worked out."""

    def __init__(self, evidence: Evidence, lesson: LessonRecord, by_day: dict[date, int]) -> None:
        self.evidence = evidence
        self.state = opened(evidence.opened_ms, lesson)
        self.lesson = lesson
        self.by_day = by_day
        self.credited: Pieces = ()
        self.faults: list[str] = []

    def hear(self, kept: KeptBeat) -> None:
        rules = self._rules(kept.number)
        if rules is None:
            return
        heard = hear(self.state, kept.beat, kept.at_ms, lesson=self.lesson, rules=rules)
        self.state = heard.state
        if not heard.accepted:
            self._fault(f"beat {kept.beat.seq} was accepted and should not have been: {heard.codes}")
        elif (heard.believed_ms, heard.joined_ms) != (kept.believed_ms, kept.joined_ms):
            self._fault(
                f"beat {kept.beat.seq} is worth {heard.believed_ms} ms, {heard.joined_ms} of them new;"
                f" {kept.believed_ms} and {kept.joined_ms} are written down"
            )

    def issue(self, check: KeptCheck) -> None:
        if self._rules(check.issued_after) is None:
            return
        try:
            self.state = checks.issued(self.state, check.issued_ms)
        except checks.ChallengeError as error:
            self._fault(f"check {check.id}: {error}")
        if check.settled_after is None:
            self._lose(check)

    def settle(self, check: KeptCheck) -> None:
        outcome = self._lose(check)
        if check.outcome != "passed":
            if self._rules(check.issued_after) is None:
                return
            if outcome is None or not outcome.final:
                self._fault(f"check {check.id} is {check.outcome}, but not all of its attempts were lost")
            return
        if check.judged is None or check.settled_ms is None:
            self._fault(f"check {check.id} was passed, but not when or by which rules")
            return
        rules, grounds = check.judged
        passed = checks.passed(self.state, check.settled_ms, lesson=self.lesson, rules=rules)
        if not passed.passed or (outcome is not None and outcome.final):
            self._fault(f"check {check.id} was passed after its attempts were over")
            return
        settlement = settle_credit(
            passed.confirmed,
            passed_ms=check.settled_ms,
            lesson=self.lesson,
            grounds=replace(grounds, confirmed_ms_by_day=self.by_day),
            rules=rules,
        )
        for day, ms in settlement.credited_ms_by_day().items():
            self.by_day[day] = self.by_day.get(day, 0) + ms
        self.state, self.lesson = passed.state, settlement.lesson
        self.credited += settlement.credited

    def _lose(self, check: KeptCheck) -> checks.Checked | None:
        outcome = None
        rules = check.judged[0] if check.judged else self._rules(check.issued_after)
        if rules is None:
            return None
        for at_ms in check.lost_at_ms:
            outcome = checks.lost(self.state, at_ms, lesson=self.lesson, rules=rules)
            self.state = outcome.state
        return outcome

    def _rules(self, number: int) -> PlaybackRules | None:
        """Return the rules by which a beat was heard: those of the pass it led to."""
        for check in self.evidence.checks:
            if check.judged and check.settled_after is not None and check.settled_after >= number:
                return check.judged[0]
        return self.evidence.rules

    def _fault(self, what: str) -> None:
        self.faults.append(f"playback {self.evidence.playback_id}: {what}")
