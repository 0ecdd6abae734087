"""Amounts of learning: seconds, class hours. The only place that knows 45 minutes.

Learning time is kept in integer milliseconds and judged with exact fractions;
a figure is cut (never rounded up) once, when it is shown.
Source: rules.md 0.2, 0.3, A-03, A-04; AQ 8011-2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

OFFLINE_MINUTES_PER_CLASS_HOUR = 45
ONLINE_MINUTES_PER_CLASS_HOUR = 45


@dataclass(frozen=True, slots=True)
class CreditRule:
    """How learning time becomes class hours (学时) in one mode of training."""

    minutes_per_class_hour: int = ONLINE_MINUTES_PER_CLASS_HOUR
    display_decimals: int = 1

    @property
    def ms_per_class_hour(self) -> int:
        return self.minutes_per_class_hour * 60_000

    def class_hours(self, milliseconds: int) -> Fraction:
        """Return exact class hours of a total.

        Give it a total: cutting each entry loses what cutting the sum keeps.
        """
        return Fraction(milliseconds, self.ms_per_class_hour)

    def shown(self, milliseconds: int) -> str:
        """Return class hours cut to display_decimals, as a person reads them."""
        return cut(self.class_hours(milliseconds), self.display_decimals)


def cut(amount: Fraction, decimals: int) -> str:
    """Return amount with so many decimals, cut towards zero."""
    scale = 10**decimals
    whole, rest = divmod(abs(amount.numerator) * scale // amount.denominator, scale)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def minutes_and_seconds(milliseconds: int) -> str:
    """Return whole minutes and seconds, cut: 269 999 ms is 4:29."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02d}"


def seconds_of(milliseconds: int) -> int | float:
    """Return seconds as the HTTP interface shows them: whole where they are whole."""
    whole, rest = divmod(milliseconds, 1000)
    return whole if rest == 0 else milliseconds / 1000


def milliseconds_of(seconds: float) -> int:
    """Return whole milliseconds of finite seconds, to the nearest."""
    return round(seconds * 1000)
