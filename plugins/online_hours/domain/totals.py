"""Totals of the ledger: by lesson, by offering, for all.

Pure. A balance is a sum of signed entries and nothing else is ever stored as
one. Nothing is rounded here: a figure is cut once, when it is shown, from the
total (ten entries of 269 s each show 0.0 class hours; together they are 0.9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.sdk.events.learning_time import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the ledger. credited_ms is negative in a reversal, either way in a correction."""

    id: str
    kind: str
    offering_id: str
    lesson_id: str
    credited_ms: int
    stretches: tuple[Stretch, ...]
    method: str | None
    reason: str | None
    rule_version: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonTotal:
    """What one lesson has earned, and the entries that say so, oldest first."""

    lesson_id: str
    entries: tuple[Entry, ...]

    @property
    def credited_ms(self) -> int:
        return balance_ms(self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingTotal:
    """What one offering has earned, lesson by lesson."""

    offering_id: str
    lessons: tuple[LessonTotal, ...]

    @property
    def credited_ms(self) -> int:
        return sum(lesson.credited_ms for lesson in self.lessons)


def balance_ms(entries: Iterable[Entry]) -> int:
    """Return the sum of entries."""
    return sum(entry.credited_ms for entry in entries)


def credited_since_ms(entries: Iterable[Entry], server_ms: int) -> int:
    """Return what was credited for server time from server_ms on: a stretch counts on the day it was watched.

    Reversals and corrections have no server time of their own and change no day's cap.
    """
    return sum(
        max(0, stretch.server_from_ms + stretch.lasts_ms - max(stretch.server_from_ms, server_ms))
        for entry in entries
        for stretch in entry.stretches
    )


def by_offering(entries: Iterable[Entry]) -> tuple[OfferingTotal, ...]:
    """Return entries as totals, offerings and lessons in the order of their first entry."""
    found: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries:
        found.setdefault(entry.offering_id, {}).setdefault(entry.lesson_id, []).append(entry)
    return tuple(
        OfferingTotal(
            offering_id=offering_id,
            lessons=tuple(
                LessonTotal(lesson_id=lesson_id, entries=tuple(of_lesson))
                for lesson_id, of_lesson in lessons.items()
            ),
        )
        for offering_id, lessons in found.items()
    )
