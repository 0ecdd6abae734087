"""Stretches of milliseconds: sorted, disjoint and half-open [start, end).

The same arithmetic serves media time (which part of a film was seen) and server
time (which part of the day was spent). It knows neither of the two, and no clock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Span = tuple[int, int]
Spans = tuple[Span, ...]


def total(spans: Iterable[Span]) -> int:
    """Return how many milliseconds spans cover; they must not overlap."""
    return sum(end - start for start, end in spans)


def added(spans: Spans, span: Span) -> Spans:
    """Return the union of spans and one more span, neighbours joined."""
    start, end = span
    if start >= end:
        return spans
    first = bisect_left(spans, start, key=_end)
    after = bisect_right(spans, end, key=_start)
    if first < after:
        start = min(start, spans[first][0])
        end = max(end, spans[after - 1][1])
    return (*spans[:first], (start, end), *spans[after:])


def union(spans: Spans, others: Iterable[Span]) -> Spans:
    """Return what is covered by spans or by others; others need no order."""
    whole: list[Span] = []
    for start, end in sorted((*spans, *others)):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)


def common(spans: Spans, span: Span) -> Spans:
    """Return the parts of span that spans cover."""
    start, end = span
    first = bisect_right(spans, start, key=_end)
    after = bisect_left(spans, end, key=_start)
    cut = ((max(start, left), min(end, right)) for left, right in spans[first:after])
    return tuple((left, right) for left, right in cut if left < right)


def missing(spans: Spans, span: Span) -> Spans:
    """Return the parts of span that spans do not cover."""
    start, end = span
    holes: list[Span] = []
    for left, right in common(spans, span):
        if start < left:
            holes.append((start, left))
        start = right
    if start < end:
        holes.append((start, end))
    return tuple(holes)


def newest(spans: Spans, length: int) -> tuple[Spans, Spans]:
    """Return (the older rest, the latest length ms) of spans; all of them if they are shorter."""
    rest, taken = list(spans), list[Span]()
    while length > 0 and rest:
        start, end = rest.pop()
        cut = max(start, end - length)
        if start < cut:
            rest.append((start, cut))
        taken.append((cut, end))
        length -= end - cut
    return tuple(rest), tuple(reversed(taken))


def _start(span: Span) -> int:
    return span[0]


def _end(span: Span) -> int:
    return span[1]
