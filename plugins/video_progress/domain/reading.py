"""Plain JSON values read strictly: each reader names the place when it refuses one.

Numbers must be numbers (true is none, "10" is none, NaN is none), times must
carry their offset from UTC. Knows nothing of playback.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from plugins.video_progress.domain.days import ms_of

LARGEST_SECONDS = 10**9


class TraceError(ValueError):
    """A trace is not of the documented shape; the message says where and why."""


def mapping(value: object, where: str) -> Mapping[str, object]:
    """Return a JSON object."""
    if not isinstance(value, Mapping):
        raise TraceError(f"{where} must be an object, not {_shown(value)}")
    return value


def listed(value: object, where: str) -> Sequence[object]:
    """Return a JSON array."""
    if not isinstance(value, list | tuple):
        raise TraceError(f"{where} must be a list, not {_shown(value)}")
    return value


def number(value: object, where: str) -> float:
    """Return a finite JSON number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TraceError(f"{where} must be a number, not {_shown(value)}")
    if not (-LARGEST_SECONDS <= value <= LARGEST_SECONDS) or not math.isfinite(value):
        raise TraceError(f"{where} must lie between ±{LARGEST_SECONDS}, not {_shown(value)}")
    return value


def milliseconds(value: object, where: str) -> int:
    """Return whole milliseconds of a JSON number of seconds that is not negative."""
    seconds = number(value, where)
    if seconds < 0:
        raise TraceError(f"{where} must not be negative, but is {_shown(value)}")
    # Through the decimal text, so that 90.001 is 90 001 ms and not what a binary fraction makes of it.
    return round(Decimal(repr(seconds)) * 1000)


def whole(value: object, where: str) -> int:
    """Return a JSON integer."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TraceError(f"{where} must be a whole number, not {_shown(value)}")
    return value


def truth(value: object, where: str) -> bool:
    """Return a JSON boolean."""
    if not isinstance(value, bool):
        raise TraceError(f"{where} must be true or false, not {_shown(value)}")
    return value


def text(value: object, where: str) -> str:
    """Return a JSON string that is not empty."""
    if not isinstance(value, str) or not value:
        raise TraceError(f"{where} must be a text, not {_shown(value)}")
    return value


def instant(value: object, where: str) -> int:
    """Return the milliseconds since 1970 of an ISO 8601 time with its offset."""
    written = text(value, where)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise TraceError(f"{where} must be a time in ISO 8601, not {_shown(value)}") from error
    if moment.tzinfo is None:
        raise TraceError(f"{where} must carry its offset from UTC: {_shown(value)}")
    return ms_of(moment)


def _shown(value: object) -> str:
    return f"{value!r:.60}" if isinstance(value, str | int | float | None) else type(value).__name__
