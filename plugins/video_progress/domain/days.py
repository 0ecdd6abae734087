"""Days in Asia/Shanghai for instants in milliseconds since 1970.

Shanghai has kept UTC+8 without summer time since 15 September 1991, so a day
begins every 86 400 s; a test compares this with the time zone database. Knows
nothing of deadlines or caps.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from plugins.video_progress.domain.intervals import Span

DAY_MS = 86_400_000
AHEAD_OF_UTC_MS = 8 * 3_600_000
EPOCH = date(1970, 1, 1)
EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def day_of(instant_ms: int) -> date:
    """Return the Shanghai day in which an instant lies."""
    return EPOCH + timedelta(days=(instant_ms + AHEAD_OF_UTC_MS) // DAY_MS)


def day_spans(span: Span) -> Iterator[Span]:
    """Yield span cut at every midnight in Shanghai."""
    start, end = span
    while start < end:
        midnight = ((start + AHEAD_OF_UTC_MS) // DAY_MS + 1) * DAY_MS - AHEAD_OF_UTC_MS
        yield start, min(end, midnight)
        start = midnight


def ms_of(instant: datetime) -> int:
    """Return the milliseconds since 1970 of an aware instant, what is below them cut off."""
    return (instant - EPOCH_INSTANT) // MILLISECOND
