"""One viewing session of a video, as the video profile understands it.

Knows whether the video is running, for how long it has been, and which parts
were seen in the whole registration; refuses to know whether any of it is worth
hours. Pure. Positions and lengths are milliseconds of media time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

Segments = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier sessions of the same registration and lesson left behind."""

    spent_ms: int = 0
    watched: Segments = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """A session from `initialized` (whose statement id is its id) to `terminated`."""

    session_id: str
    playing_since: datetime | None = None
    spent_ms: int = 0
    watched: Segments = ()
    over: bool = False

    def playing(self, at: datetime) -> Viewing:
        """Return this session with the video running since at, or since earlier."""
        return self if self.playing_since else replace(self, playing_since=at)

    def standing(self, at: datetime, watched: Segments) -> Viewing:
        """Return this session with the video at rest, watched added to what was seen."""
        return replace(
            self,
            playing_since=None,
            spent_ms=self.spent_until(at),
            watched=together(self.watched, watched),
        )

    def ended(self) -> Viewing:
        """Return this session after its last statement."""
        return replace(self, over=True)

    def spent_until(self, at: datetime) -> int:
        """Return the milliseconds the video has been running in this session."""
        if self.playing_since is None:
            return self.spent_ms
        return self.spent_ms + max(0, round((at - self.playing_since).total_seconds() * 1000))


def together(*parts: Iterable[tuple[int, int]]) -> Segments:
    """Return the union of all segments, in media order, none touching the next."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(segment for segments in parts for segment in segments):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def within(segments: Segments, length_ms: int) -> Segments:
    """Return segments cut to the video: what players report beyond its end does not exist."""
    return tuple((max(0, start), min(end, length_ms)) for start, end in segments if start < length_ms)


def progress(segments: Segments, length_ms: int) -> float:
    """Return the share of the video that was seen, 0 to 1, cut to three decimals."""
    if length_ms <= 0:
        return 0.0
    seen = sum(end - start for start, end in within(segments, length_ms))
    return min(1000, seen * 1000 // length_ms) / 1000


def written(segments: Segments) -> str:
    """Return segments as the profile writes them: 0.000[.]12.000[,]14.000[.]21.000."""
    return "[,]".join(f"{_seconds(start)}[.]{_seconds(end)}" for start, end in segments)


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03d}"
