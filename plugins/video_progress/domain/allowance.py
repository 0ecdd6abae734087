"""The allowance: server time that has passed and was not yet spent on play.

Real time fills it, believed play spends it, and it holds at most max_gap. It is
kept as spans of server time, not as a number: every believed millisecond takes
one millisecond of the day away for good. That is why no pattern of beats, tabs
or devices can turn one hour into two, and why each credited millisecond has a
day, and a place before or after every deadline.
"""

from plugins.video_progress.domain.intervals import Spans, added, newest, total

MOST_SPANS = 64
"""Only a wild client reaches it: an honest one leaves a handful of short rests."""


def filled(allowance: Spans, elapsed: Spans, *, holds_ms: int) -> Spans:
    """Return the allowance after elapsed server time; what is beyond holds_ms is lost, oldest first."""
    for span in elapsed:
        allowance = added(allowance, span)
    if total(allowance) > holds_ms:
        _, allowance = newest(allowance, holds_ms)
    return _bounded(allowance)


def spent(allowance: Spans, length: int) -> tuple[Spans, Spans]:
    """Return (what is left, the spans that length ms of play take).

    The newest go first: play was seen just before its beat was received.
    """
    if length > total(allowance):
        raise ValueError(f"{length} ms cannot be spent of {total(allowance)}")
    left, taken = newest(allowance, length)
    return left, taken


def _bounded(spans: Spans) -> Spans:
    """Return at most MOST_SPANS spans, the shortest given up: a row in the database stays small."""
    while len(spans) > MOST_SPANS:
        shortest = min(spans, key=lambda span: span[1] - span[0])
        spans = tuple(span for span in spans if span is not shortest)
    return spans
