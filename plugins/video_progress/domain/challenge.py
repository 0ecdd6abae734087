"""Checks of presence: their attempts and windows, and what a pass or a loss does to pending time.

A check has up to three attempts, each with its own window of 60.000 s, inclusive.
A passed one hands pending over for credit (credit.py); the third lost attempt
leaves it unconfirmed. How an answer is judged (a face, a code, a question) is for
presence methods to know. While a check is open, time does not count.

Source: rules.md 5.2, "challenge" and "pass".
"""

from dataclasses import dataclass, replace

from plugins.video_progress.domain import codes
from plugins.video_progress.domain.intervals import added
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Pieces
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.domain.state import Challenge, PlaybackState


class ChallengeError(ValueError):
    """A check was asked for where none can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an answer, or the lack of one, did: `confirmed` goes to credit, `unconfirmed` is left.

    `final` says that the check was lost for good: the player goes back to the last
    confirmed point. A reviewer may still confirm what is in `unconfirmed`.
    `lost_at_ms`: when attempts were lost, an attempt that ran out at the end of its window.
    """

    state: PlaybackState
    codes: tuple[str, ...] = ()
    passed: bool = False
    final: bool = False
    confirmed: Pieces = ()
    unconfirmed: Pieces = ()
    lost_at_ms: tuple[int, ...] = ()


def issued(state: PlaybackState, at_ms: int) -> PlaybackState:
    """Return the playback with a check open from at_ms: from here on no time counts.

    Raises ChallengeError if one is open already or the playback has ended.
    """
    if state.ended or state.challenge or state.listening_from_ms is None:
        raise ChallengeError("a check cannot be issued: one is open, or the playback has ended")
    at_ms = max(at_ms, state.listening_from_ms)
    return replace(
        state,
        elapsed=added(state.elapsed, (state.listening_from_ms, at_ms)),
        listening_from_ms=None,
        challenge=Challenge(issued_ms=at_ms, attempt_from_ms=at_ms),
    )


def passed(
    state: PlaybackState,
    at_ms: int,
    *,
    lesson: LessonRecord,
    rules: PlaybackRules,
    alternative: bool = False,
) -> Checked:
    """Return the effect of a passed answer to the open check, or of a passed end check if none is open.

    An answer after its window is a lost attempt (CHALLENGE_EXPIRED). `alternative`
    tells that a way without a face was taken; it counts the same.
    """
    if state.ended:
        return Checked(state=state)
    challenge = state.challenge
    if challenge and at_ms > challenge.attempt_from_ms + rules.window_ms:
        late = lost(state, at_ms, lesson=lesson, rules=rules)
        return replace(late, codes=(codes.CHALLENGE_EXPIRED, *late.codes))
    noted = (codes.ALT_CHALLENGE,) if alternative else ()
    if challenge and challenge.lost:
        noted = (*noted, codes.CHALLENGE_RETRY)
    return Checked(
        state=replace(_listening(state, at_ms), pending=()),
        codes=noted,
        passed=True,
        confirmed=state.pending,
    )


def lost(state: PlaybackState, at_ms: int, *, lesson: LessonRecord, rules: PlaybackRules) -> Checked:
    """Return the effect of one lost attempt: the next window begins at at_ms, the third loss is final.

    A lost end check is the first attempt of a check that begins with it.
    """
    if state.ended:
        return Checked(state=state)
    if state.challenge is None:
        state = issued(state, at_ms)
    challenge = state.challenge or Challenge(issued_ms=at_ms, attempt_from_ms=at_ms)
    if challenge.lost + 1 < rules.attempts:
        window_from = max(at_ms, challenge.attempt_from_ms)
        again = replace(challenge, lost=challenge.lost + 1, attempt_from_ms=window_from)
        return Checked(state=replace(state, challenge=again), lost_at_ms=(at_ms,))
    return Checked(
        state=replace(
            _listening(state, at_ms), pending=(), carry=(), reach_ms=0, furthest_ms=lesson.last_confirmed_ms
        ),
        codes=(codes.CHALLENGE_FAILED,),
        final=True,
        unconfirmed=state.pending,
        lost_at_ms=(at_ms,),
    )


def lapsed(state: PlaybackState, now_ms: int, *, lesson: LessonRecord, rules: PlaybackRules) -> Checked:
    """Return the playback with every window that ran out before now_ms lost at its own end.

    Silence answers for itself: a trainee who left loses all attempts, however late it is noticed.
    """
    outcome = Checked(state=state)
    while (challenge := outcome.state.challenge) and not outcome.final:
        window_ends = challenge.attempt_from_ms + rules.window_ms
        if now_ms <= window_ends:
            break
        gone = outcome.lost_at_ms
        outcome = lost(outcome.state, window_ends, lesson=lesson, rules=rules)
        outcome = replace(outcome, lost_at_ms=(*gone, *outcome.lost_at_ms))
    return outcome


def expires_in_ms(state: PlaybackState, now_ms: int, rules: PlaybackRules) -> int | None:
    """Return how long the present attempt may still be answered; None if no check is open."""
    if state.challenge is None:
        return None
    return max(0, state.challenge.attempt_from_ms + rules.window_ms - now_ms)


def _listening(state: PlaybackState, at_ms: int) -> PlaybackState:
    """Return the playback with time counting again, if a check had stopped it."""
    if state.challenge is None:
        return state
    return replace(state, challenge=None, listening_from_ms=max(at_ms, state.challenge.issued_ms))
