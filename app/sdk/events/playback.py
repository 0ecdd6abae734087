"""Facts about a video being played.

Positions and lengths are milliseconds of media time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.sdk.events.base import Event

Segments = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEvent(Event):
    """What all facts about one playback share."""

    playback_id: str
    person_id: int
    enrolment_id: int
    offering_id: str
    lesson_id: str
    lesson_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackOpened(PlaybackEvent):
    """A trainee opened a lesson and holds the lease."""

    name: ClassVar[str] = "playback.opened.v1"

    position_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackPlayed(PlaybackEvent):
    """Play began (again) at a position: the first beat, or the first after a pause."""

    name: ClassVar[str] = "playback.played.v1"

    position_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackPaused(PlaybackEvent):
    """Play stood still at a position: a check came up, or the trainee left."""

    name: ClassVar[str] = "playback.paused.v1"

    position_ms: int
    watched: Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEnded(PlaybackEvent):
    """The playback is over; nothing more will be heard of it.

    `reason` is closed, replaced, lost (no sign of life) or completed.
    """

    name: ClassVar[str] = "playback.ended.v1"

    position_ms: int
    watched: Segments
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCompleted(PlaybackEvent):
    """The checked stretches cover the lesson for the first time."""

    name: ClassVar[str] = "playback.lesson_completed.v1"

    checked: Segments
    required: bool
