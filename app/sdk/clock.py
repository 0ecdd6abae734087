"""The time, asked of an object, so that a test can hold it still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, cut to milliseconds, the unit of all evidence."""

    def now(self) -> datetime:
        instant = datetime.now(UTC)
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


class FixedClock:
    """A clock for tests: it stands until it is advanced."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def advance(self, seconds: float) -> None:
        """Move on by seconds."""
        self._instant += timedelta(seconds=seconds)


def epoch_ms(instant: datetime) -> int:
    """Return milliseconds since 1970 in UTC."""
    return round(instant.timestamp() * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """Return the aware UTC instant of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC) + timedelta(milliseconds=milliseconds % 1000)


def shanghai_day(instant: datetime) -> date:
    """Return the calendar day of instant where the programme's deadlines live."""
    return instant.astimezone(SHANGHAI).date()


def timestamp(instant: datetime) -> str:
    """Return instant as RFC 3339 in UTC with exactly three decimals and Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
