"""Credit: which part of what a passed check confirmed earns learning time, and why the rest does not.

Everything a check confirms is *checked* and completes the lesson. Each of its
milliseconds is then tried in this order, and the first that applies refuses it:

1. IDENTITY_UNVERIFIED  it was watched before the person's identity was verified;
2. AFTER_DEADLINE       the check was passed after the deadline (the instant itself counts);
3. OVERLAP_OFFLINE      it was watched while the person was signed in offline;
4. DAILY_CAP            the day in Asia/Shanghai it was watched on is full.

So what earns nothing for another reason does not use up the day either, and the
day is filled in the order in which it was watched. No ledger, no class hours here.

Source: rules.md 5.2, "pass"; S-13, S-44.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from plugins.video_progress.domain import codes
from plugins.video_progress.domain.days import day_of, day_spans
from plugins.video_progress.domain.intervals import Spans, union
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import (
    Piece,
    Pieces,
    lasting,
    outside,
    split_by_server,
    with_piece,
)
from plugins.video_progress.domain.rules import PlaybackRules

ALWAYS = 0
NEVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What decides about credit besides play: all instants in ms since 1970.

    `verified_from_ms` None: the identity is not verified; 0: it always was.
    `confirmed_ms_by_day`: what the person has already been credited, per Shanghai day.
    """

    deadline_ms: int | None = None
    offline: Spans = ()
    verified_from_ms: int | None = ALWAYS
    confirmed_ms_by_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A piece that was checked and earns nothing; code says why."""

    piece: Piece
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a passed check gives: pieces that earn, pieces that do not, the lesson after it."""

    credited: Pieces
    refused: tuple[Refused, ...]
    lesson: LessonRecord

    @property
    def credited_ms(self) -> int:
        return lasting(self.credited)

    @property
    def codes(self) -> tuple[str, ...]:
        return codes.distinct(refusal.code for refusal in self.refused)

    def credited_ms_by_day(self) -> dict[date, int]:
        """Return what this check adds to each Shanghai day."""
        days: dict[date, int] = {}
        for piece in self.credited:
            for span in day_spans(piece.server):
                days[day_of(span[0])] = days.get(day_of(span[0]), 0) + span[1] - span[0]
        return days


def settle_credit(
    confirmed: Pieces, *, passed_ms: int, lesson: LessonRecord, grounds: Grounds, rules: PlaybackRules
) -> Settlement:
    """Return what the pieces confirmed by a check passed at passed_ms earn.

    Media credited in the meantime (by a reviewer, say) is never credited twice.
    """
    rest, refused = _fresh(confirmed, lesson.credited), list[Refused]()
    for code, spans in _refusals(passed_ms, grounds, rules):
        rest, out = _refuse(rest, spans)
        refused.extend(Refused(piece=piece, code=code) for piece in out)
    credited, over = _under_daily_cap(rest, grounds.confirmed_ms_by_day, rules.daily_cap_ms)
    refused.extend(Refused(piece=piece, code=codes.DAILY_CAP) for piece in over)
    after = LessonRecord(
        length_ms=lesson.length_ms,
        checked=union(lesson.checked, (piece.media for piece in confirmed)),
        credited=union(lesson.credited, (piece.media for piece in credited)),
    )
    return Settlement(credited=credited, refused=tuple(refused), lesson=after)


def _refusals(passed_ms: int, grounds: Grounds, rules: PlaybackRules) -> Iterable[tuple[str, Spans]]:
    """Yield each reason with the server time it refuses, in their order."""
    verified = NEVER if grounds.verified_from_ms is None else grounds.verified_from_ms
    yield codes.IDENTITY_UNVERIFIED, ((-NEVER, verified),)
    deadline = NEVER if grounds.deadline_ms is None else grounds.deadline_ms + rules.deadline_grace_ms
    yield codes.AFTER_DEADLINE, ((-NEVER, NEVER),) if passed_ms > deadline else ()
    yield codes.OVERLAP_OFFLINE, grounds.offline


def _fresh(confirmed: Pieces, credited: Spans) -> Pieces:
    fresh: Pieces = ()
    for piece in confirmed:
        for part in outside(piece, credited):
            fresh = with_piece(fresh, part)
    return fresh


def _refuse(pieces: Pieces, spans: Spans) -> tuple[Pieces, Pieces]:
    """Return pieces watched outside of spans, and those inside."""
    kept: Pieces = ()
    out: Pieces = ()
    for piece in pieces:
        inside, beyond = split_by_server(piece, spans)
        kept, out = kept + beyond, out + inside
    return kept, out


def _under_daily_cap(pieces: Pieces, confirmed: Mapping[date, int], cap_ms: int) -> tuple[Pieces, Pieces]:
    """Return the pieces that still fit into their days, and those that do not."""
    used = dict(confirmed)
    fits: Pieces = ()
    over: Pieces = ()
    for piece in pieces:
        for start, end in day_spans(piece.server):
            day = day_of(start)
            middle = min(end, start + max(0, cap_ms - used.get(day, 0)))
            used[day] = used.get(day, 0) + middle - start
            if start < middle:
                fits = with_piece(fits, piece.of_server((start, middle)))
            if middle < end:
                over = with_piece(over, piece.of_server((middle, end)))
    return fits, over
