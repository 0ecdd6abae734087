"""What one person has had checked in one lesson, and when the lesson is complete.

It outlives playbacks. `checked` completes the lesson; `credited`, a part of it,
has earned. What was checked without earning (over the daily cap, say) may be
watched and earned again. Knows media positions only: no server time, no day.
"""

from dataclasses import dataclass

from plugins.video_progress.domain.intervals import Spans, common, total
from plugins.video_progress.domain.rules import PlaybackRules


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRecord:
    """One lesson's measured length and its checked and credited media, in ms."""

    length_ms: int
    checked: Spans = ()
    credited: Spans = ()

    @property
    def last_confirmed_ms(self) -> int:
        """Return the last confirmed point: where a playback resumes."""
        return self.checked[-1][1] if self.checked else 0


def complete(checked: Spans, lesson_ms: int, rules: PlaybackRules) -> bool:
    """Return whether checked covers the lesson: 98 % of the measured media, or all but 1.5 s."""
    covered = total(common(checked, (0, lesson_ms)))
    by_share = covered * 100 >= lesson_ms * rules.complete_percent
    return covered > 0 and (by_share or lesson_ms - covered <= rules.complete_missing_ms)


def declared_hours_fit(declared_ms: int, measured_ms: int) -> bool:
    """Return whether an author's declared hours stay within the measured media.

    One class hour of 2 700 s does not fit into 2 699.4 s: DECLARED_HOURS_EXCEED_MEDIA.
    """
    return declared_ms <= measured_ms
