"""What must hold of any credit, however it came about: the last line of defence.

The rules make these faults impossible; a program that trusts no rule (the doctor,
a test, an auditor's own) recomputes them from the credited pieces alone. It knows
neither beats nor checks, so it cannot repeat a mistake made there.
"""

from collections.abc import Iterable

from plugins.video_progress.domain.intervals import Span, Spans, added, common, union
from plugins.video_progress.domain.pieces import Piece


def spent_twice(pieces: Iterable[Piece]) -> Spans:
    """Return the server time that pays for more than one piece of a person, in whatever lesson.

    It is empty exactly if, in every window of server time, credit is no longer than the window.
    """
    return _covered_twice(piece.server for piece in pieces)


def earned_twice(pieces: Iterable[Piece]) -> Spans:
    """Return the media of one lesson that earned more than once."""
    return _covered_twice(piece.media for piece in pieces)


def beyond_the_film(pieces: Iterable[Piece], lesson_ms: int) -> Spans:
    """Return the media that earned although the lesson does not contain it."""
    outside = (span for piece in pieces for span in _outside(piece.media, (0, lesson_ms)))
    return union((), outside)


def outside_of_time(pieces: Iterable[Piece], known: Span) -> Spans:
    """Return the server time that earned although it lies outside of known: before an open, say."""
    return union((), (span for piece in pieces for span in _outside(piece.server, known)))


def _covered_twice(spans: Iterable[Span]) -> Spans:
    once: Spans = ()
    twice: Spans = ()
    for span in spans:
        twice = union(twice, common(once, span))
        once = added(once, span)
    return twice


def _outside(span: Span, limits: Span) -> Spans:
    before = (span[0], min(span[1], limits[0]))
    after = (max(span[0], limits[1]), span[1])
    return tuple(part for part in (before, after) if part[0] < part[1])
