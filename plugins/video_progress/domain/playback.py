"""What one beat may add: the rules that turn play into time that can be credited.

A beat says "media [from, to) was played". It is believed only as far as server
time has passed that no other play was paid with. What is not believed is cut,
not punished: honest learners have slow networks. Nothing here is credited yet;
that takes a passed check (challenge.py, credit.py). No clock, no database.

Source: rules.md 5.2, "beat"; "rule 4" below means its fourth point.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from plugins.video_progress.domain import codes
from plugins.video_progress.domain.allowance import filled, spent
from plugins.video_progress.domain.beat import Beat
from plugins.video_progress.domain.intervals import Spans, added, common, total, union
from plugins.video_progress.domain.lesson import LessonRecord, complete
from plugins.video_progress.domain.pieces import (
    Claim,
    Pieces,
    cut,
    joined,
    lasting,
    media_shared,
    outside,
    paired,
    with_piece,
)
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import PlaybackState

MOST_CARRIED = 16
MOST_PENDING = 1000
"""Bounds of a row. An honest client carries one claim and has a few pieces a minute pending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What became of one beat.

    A beat that is not accepted changed nothing: its seq is free and may be sent again.
    `believed_ms` was spent of the allowance, `joined_ms` is new and now pending: learning time.
    """

    state: PlaybackState
    codes: tuple[str, ...] = ()
    accepted: bool = True
    believed_ms: int = 0
    joined_ms: int = 0


def hear(
    state: PlaybackState,
    beat: Beat,
    at_ms: int,
    *,
    lesson: LessonRecord,
    rules: PlaybackRules,
    known_body: str | None = None,
) -> Heard:
    """Return what beat, received at at_ms, adds to a playback.

    known_body is the body of the accepted beat of the same seq, if there was one.
    """
    refusal = _refusal(state, beat, known_body)
    if refusal:
        return Heard(state=state, codes=(refusal,), accepted=False)
    noted = _skew(beat, at_ms, rules)
    if _seeks_forward(state, beat, lesson, rules):
        return Heard(state=state, codes=(*noted, codes.SEEK_FORWARD_REJECTED), accepted=False)
    elapsed = _elapsed(state, at_ms)
    moment = replace(
        state,
        elapsed=(),
        listening_from_ms=None if state.challenge else max(at_ms, state.listening_from_ms or at_ms),
        reach_ms=_reach(state, total(elapsed), rules),
    )
    claim = Claim(min(beat.from_ms, lesson.length_ms), min(beat.to_ms, lesson.length_ms), beat.visible)
    if total(elapsed) > rules.max_gap_ms:
        after = _moved(replace(moment, allowance=()), claim, believed_to=0, rules=rules)
        return Heard(state=after, codes=(*noted, codes.HEARTBEAT_GAP))
    moment = replace(moment, allowance=filled(state.allowance, elapsed, holds_ms=rules.max_gap_ms))
    heard = _believed(moment, claim, lesson=lesson, rules=rules)
    fast = beat.rate > rules.max_rate and (heard.believed_ms or not state.challenge)
    noted += (codes.RATE_EXCEEDED,) if fast else ()
    return replace(heard, codes=codes.distinct((*noted, *heard.codes)))


def _refusal(state: PlaybackState, beat: Beat, known_body: str | None) -> str | None:
    if state.ended:
        return codes.CONCURRENT_SESSION if state.ended == "replaced" else codes.PLAYBACK_CLOSED
    if known_body is None:
        return None
    return codes.DUPLICATE_IGNORED if known_body == beat.body else codes.SEQUENCE_CONFLICT


def _skew(beat: Beat, at_ms: int, rules: PlaybackRules) -> tuple[str, ...]:
    skewed = beat.client_ms is not None and abs(beat.client_ms - at_ms) > rules.clock_skew_ms
    return (codes.CLOCK_SKEW,) if skewed else ()


def _seeks_forward(state: PlaybackState, beat: Beat, lesson: LessonRecord, rules: PlaybackRules) -> bool:
    """On a first viewing nobody jumps ahead; a completed lesson may be rewatched anywhere."""
    if not rules.seek_forward_forbidden or complete(lesson.checked, lesson.length_ms, rules):
        return False
    return beat.from_ms > state.furthest_ms + rules.jitter_ms


def _elapsed(state: PlaybackState, at_ms: int) -> Spans:
    """Return the server time since the last accepted beat or the open, without that of challenges."""
    if state.listening_from_ms is None:
        return state.elapsed
    return added(state.elapsed, (state.listening_from_ms, at_ms))


def _reach(state: PlaybackState, g_ms: int, rules: PlaybackRules) -> int:
    """Return the time that may move F.

    After a silence the waiting beats arrive within moments of one another. They are
    one delivery and share its g: with a g of their own, next to nothing each, all
    but the first would be refused as seeks, and an honest learner could not go on.
    """
    return g_ms if g_ms > rules.jitter_ms else state.reach_ms + g_ms


def _moved(state: PlaybackState, claim: Claim, *, believed_to: int, rules: PlaybackRules) -> PlaybackState:
    """Return the state with F moved: by no rate beyond 2, and always over what was believed."""
    at_double_rate = state.furthest_ms + math.floor(rules.position_max_rate * state.reach_ms)
    furthest = max(state.furthest_ms, min(claim.media_to, at_double_rate), believed_to)
    used = min(furthest - state.furthest_ms, state.reach_ms)
    return replace(state, furthest_ms=furthest, reach_ms=state.reach_ms - used)


def _believed(state: PlaybackState, claim: Claim, *, lesson: LessonRecord, rules: PlaybackRules) -> Heard:
    """Spend the allowance on what waits from earlier beats, then on the claim; keep or cut the rest."""
    paid, waiting = cut(state.carry, total(state.allowance))
    own, rest = cut((claim,), total(state.allowance) - lasting(paid))
    believed = (*paid, *own)
    left, taken = spent(state.allowance, lasting(believed))
    # What was played after a challenge was issued is no offence: no code, and nothing of it waits.
    carry, over = cut(waiting if state.challenge else (*waiting, *rest), rules.jitter_ms)
    carry, crowd = _bounded(joined(carry))
    believed_to = max((part.media_to for part in believed), default=0)
    state = _moved(replace(state, allowance=left, carry=carry), claim, believed_to=believed_to, rules=rules)
    pending, noted = _seen(state.pending, believed, taken, lesson.credited)
    if not claim.visible and claim.lasts and (own or not state.challenge):
        noted = (codes.HIDDEN_NOT_COUNTED, *noted)
    if over or crowd or len(pending) > MOST_PENDING:
        noted = (codes.RATE_EXCEEDED, *noted)
    pending = pending[:MOST_PENDING]
    return Heard(
        state=replace(state, pending=pending),
        codes=noted,
        believed_ms=lasting(believed),
        joined_ms=max(lasting(pending) - lasting(state.pending), 0),
    )


def _bounded(carry: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    return carry[:MOST_CARRIED], carry[MOST_CARRIED:]


def _seen(
    pending: Pieces, believed: Iterable[Claim], server: Spans, credited: Spans
) -> tuple[Pieces, tuple[str, ...]]:
    """Return pending with what is new of believed play, and the code for what is not.

    Media that was checked without earning counts as new: it may be earned again.
    """
    repeated = False
    for piece, visible in paired(believed, server):
        if not visible:
            continue
        taken = union(common(credited, piece.media), media_shared(pending, piece))
        repeated = repeated or bool(taken)
        for new in outside(piece, taken):
            pending = with_piece(pending, new)
    return pending, (codes.REPEAT_NOT_COUNTED,) if repeated else ()
