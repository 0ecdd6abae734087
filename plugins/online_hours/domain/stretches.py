"""Stretches of learning time, and when two of them claim the same moment.

Pure. A stretch pairs media time with the server time in which it was watched,
millisecond for millisecond (app.sdk.events.learning_time). This module knows
that nobody can live through one moment twice; it does not know who watched,
or why a stretch was believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.sdk.events.learning_time import Stretch

Span = tuple[int, int]
"""Milliseconds [from, to), half-open."""


def total_ms(stretches: Iterable[Stretch]) -> int:
    """Return how long stretches last together."""
    return sum(stretch.lasts_ms for stretch in stretches)


def server_span(stretches: Iterable[Stretch]) -> Span:
    """Return the server time from the first beginning to the last end. Raises ValueError for no stretch."""
    spans = [_server(stretch) for stretch in stretches]
    return min(begin for begin, _ in spans), max(end for _, end in spans)


def media_spans(stretches: Iterable[Stretch]) -> tuple[Span, ...]:
    """Return the media time of stretches in order, with neighbours joined, as a person would say it."""
    joined: list[Span] = []
    for begin, end in sorted(_media(stretch) for stretch in stretches):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def impossible(stretches: Iterable[Stretch]) -> Stretch | None:
    """Return a stretch that lasts no time or begins before time itself, None when all can have been."""
    return next(
        (
            stretch
            for stretch in stretches
            if stretch.lasts_ms <= 0 or stretch.media_from_ms < 0 or stretch.server_from_ms < 0
        ),
        None,
    )


def lived_twice(stretches: Iterable[Stretch]) -> tuple[Stretch, Stretch] | None:
    """Return two stretches that share server time, None when every moment is claimed once at most.

    Touching is not sharing: [0, 10) and [10, 20) are two different moments.
    """
    latest: Stretch | None = None
    for stretch in sorted(stretches, key=_server):
        if latest is not None and stretch.server_from_ms < _server(latest)[1]:
            return latest, stretch
        latest = stretch
    return None


def packed(stretches: Iterable[Stretch]) -> list[list[int]]:
    """Return stretches as they are kept: [media from, server from, lasts], all in milliseconds."""
    return [[stretch.media_from_ms, stretch.server_from_ms, stretch.lasts_ms] for stretch in stretches]


def unpacked(kept: Iterable[Sequence[int]]) -> tuple[Stretch, ...]:
    """Return the stretches that were kept by packed()."""
    return tuple(
        Stretch(media_from_ms=media, server_from_ms=server, lasts_ms=lasts) for media, server, lasts in kept
    )


def _server(stretch: Stretch) -> Span:
    return stretch.server_from_ms, stretch.server_from_ms + stretch.lasts_ms


def _media(stretch: Stretch) -> Span:
    return stretch.media_from_ms, stretch.media_from_ms + stretch.lasts_ms
