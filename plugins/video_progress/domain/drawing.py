"""When the next check is due: drawn by the server over learning time, never sent ahead.

Learning time is what joined pending, in all lessons of a person together: so a
four-minute lesson is not exempt, and seeking, hiding or watching again can
neither skip a check nor bring one on. Knows no person and no playback.
"""

from typing import Protocol

from plugins.video_progress.domain.rules import PlaybackRules


class Draw(Protocol):
    """The one thing we ask of a source of randomness; random.SystemRandom has it."""

    def randint(self, a: int, b: int, /) -> int: ...


def draw_gap(rules: PlaybackRules, rng: Draw) -> int:
    """Return the learning time until the next check, in ms."""
    shortest, longest = rules.challenge_interval_ms
    return rng.randint(shortest, longest)


def due(learned_since_ms: int, gap_ms: int) -> bool:
    """Return whether a check is due after learned_since_ms of learning time since the last one."""
    return learned_since_ms >= gap_ms


def shortened_gap(gap_ms: int, learned_since_ms: int, *, rules: PlaybackRules, rng: Draw) -> int:
    """Return the gap for a lesson whose rules may ask more often than those it was drawn by.

    Only a remainder longer than the lesson's longest interval is drawn again, so
    that changing lessons cannot put a check off, and opening one cannot bring it nearer
    than the lesson itself would.
    """
    remaining = gap_ms - learned_since_ms
    if remaining <= rules.challenge_interval_ms[1]:
        return gap_ms
    return learned_since_ms + draw_gap(rules, rng)
