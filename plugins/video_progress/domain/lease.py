"""The lease: one person, one open playback, whatever the number of devices.

Opening takes the lease and ends whatever held it; ending discards what was not
confirmed. Who holds the lease now is a row the caller locks, not known here.

Source: rules.md 5.2, "open" and "close".
"""

from dataclasses import dataclass, replace

from plugins.video_progress.domain import codes
from plugins.video_progress.domain.lesson import LessonRecord
from plugins.video_progress.domain.pieces import Pieces
from plugins.video_progress.domain.state import Ended, PlaybackState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEnd:
    """A playback that is over, and what it leaves unconfirmed."""

    state: PlaybackState
    codes: tuple[str, ...]
    unconfirmed: Pieces


def opened(at_ms: int, lesson: LessonRecord, *, not_before_ms: int = 0) -> PlaybackState:
    """Return a new playback; it resumes at the last confirmed point.

    not_before_ms is when the person's previous playback was last heard: a server
    whose clock lags behind another's must not count the same minute again.
    """
    start = max(at_ms, not_before_ms)
    return PlaybackState(opened_ms=start, furthest_ms=lesson.last_confirmed_ms, listening_from_ms=start)


def closed(state: PlaybackState) -> PlaybackEnd:
    """Return the end by closing, logout or crash: the unconfirmed tail is discarded."""
    return _ended(state, "closed", (codes.TAIL_DISCARDED,) if state.pending else ())


def replaced(state: PlaybackState) -> PlaybackEnd:
    """Return the end by another open of the same person, who has one lease only."""
    return _ended(state, "replaced", (codes.SESSION_REPLACED,))


def _ended(state: PlaybackState, how: Ended, noted: tuple[str, ...]) -> PlaybackEnd:
    if state.ended:
        return PlaybackEnd(state=state, codes=(), unconfirmed=())
    over = replace(
        state, ended=how, listening_from_ms=None, elapsed=(), allowance=(), reach_ms=0, carry=(), pending=(),
        challenge=None,
    )  # fmt: skip
    return PlaybackEnd(state=over, codes=noted, unconfirmed=state.pending)
