"""Time that was not counted, as a learner reads it.

Pure. One line for each playback and code: a shaky network that cuts twenty
beats is one piece of news, not twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugins.online_hours.domain.reasons import reason_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """What one playback lost for one reason: times it happened, together lasts_ms, the last time at."""

    code: str
    offering_id: str
    lesson_id: str
    media_from_ms: int
    lasts_ms: int
    times: int
    happened_at: datetime

    @property
    def text(self) -> str:
        return reason_in_words(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class UncountedList:
    """The newest lines, how many older ones are not among them, and what all of them last together."""

    lines: tuple[Uncounted, ...] = ()
    more: int = 0
    lasts_ms: int = 0
