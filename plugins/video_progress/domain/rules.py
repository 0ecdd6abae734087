"""The figures by which playback is judged, all in integer milliseconds.

Knows the configuration keys of the programme (cycle < province < organiser <
plan) and their defaults; it does not know where a key was set, nor who set it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

SECOND_MS = 1000
MINUTE_MS = 60_000


class RuleError(ValueError):
    """A configuration key carries a value that no rule can be made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackRules:
    """How far a player's claims are believed, and what is left of them as credit."""

    heartbeat_ms: int = 15_000
    max_gap_ms: int = 120_000
    jitter_ms: int = 2_000
    max_rate: float = 1.0
    position_max_rate: float = 2.0
    seek_forward_forbidden: bool = True
    clock_skew_ms: int = 300_000
    challenge_interval_ms: tuple[int, int] = (600_000, 1_200_000)
    window_ms: int = 60_000
    attempts: int = 3
    accessible_window_factor: int = 3
    daily_cap_ms: int = 21_600_000
    deadline_grace_ms: int = 0
    complete_percent: int = 98
    complete_missing_ms: int = 1_500

    @classmethod
    def from_keys(cls, keys: Mapping[str, Any]) -> Self:
        """Return the rules that configuration keys give, with or without their prefix.

        Keys of other subjects are passed over. Seconds win over minutes where both
        name one interval, because a course states seconds. Raises RuleError.
        """
        given = {key.rsplit(".", 1)[-1]: value for key, value in keys.items() if _about_playback(key)}
        fields: dict[str, Any] = {}
        for key, (name, read) in _READERS.items():
            if key in given:
                fields[name] = read(key, given[key])
        if {"daily_cap_hours", "online_minutes_per_class_hour"} & given.keys():
            fields["daily_cap_ms"] = _daily_cap(given)
        return cls(**fields)

    def accessible(self) -> Self:
        """Return the rules for a person who was granted longer windows (GB/T 37668, WCAG 2.2.1)."""
        return replace(self, window_ms=self.window_ms * self.accessible_window_factor)


def _about_playback(key: str) -> bool:
    prefix, dot, name = key.rpartition(".")
    if not dot:
        return True
    if prefix in {"play", "challenge", "session"} and name not in _KNOWN:
        raise RuleError(f"rule {key} is not known")
    return prefix in {"play", "challenge", "session", "deadline", "hours"}


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RuleError(f"rule {key} must be a number, not {value!r}")
    if not 0 <= value <= 1e9:
        raise RuleError(f"rule {key} must lie between 0 and 1e9, not {value!r}")
    return float(value)


def _positive(key: str, value: object) -> float:
    number = _number(key, value)
    if number == 0:
        raise RuleError(f"rule {key} must be more than 0")
    return number


def _count(key: str, value: object) -> int:
    number = _positive(key, value)
    if number != int(number):
        raise RuleError(f"rule {key} must be a whole number, not {value!r}")
    return int(number)


def _seconds(key: str, value: object) -> int:
    return round(_number(key, value) * SECOND_MS)


def _positive_seconds(key: str, value: object) -> int:
    return round(_positive(key, value) * SECOND_MS)


def _range_of(unit_ms: int) -> Callable[[str, object], tuple[int, int]]:
    def read(key: str, value: object) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise RuleError(f"rule {key} must be [shortest, longest], not {value!r}")
        shortest, longest = (round(_positive(key, bound) * unit_ms) for bound in value)
        if shortest > longest:
            raise RuleError(f"rule {key} must be [shortest, longest], not {value!r}")
        return shortest, longest

    return read


def _forbids_seeking(key: str, value: object) -> bool:
    if value not in {"forbid_first", "allow"}:
        raise RuleError(f"rule {key} must be forbid_first or allow, not {value!r}")
    return value == "forbid_first"


def _daily_cap(given: Mapping[str, Any]) -> int:
    hours = _number("daily_cap_hours", given.get("daily_cap_hours", 8))
    minutes = _positive("online_minutes_per_class_hour", given.get("online_minutes_per_class_hour", 45))
    return round(hours * minutes * MINUTE_MS)


# In this order, so that interval_seconds overwrites interval_minutes.
_READERS: dict[str, tuple[str, Callable[[str, object], Any]]] = {
    "heartbeat_seconds": ("heartbeat_ms", _positive_seconds),
    "max_gap_seconds": ("max_gap_ms", _positive_seconds),
    "jitter_seconds": ("jitter_ms", _seconds),
    "max_rate": ("max_rate", _positive),
    "position_max_rate": ("position_max_rate", _positive),
    "seek_forward": ("seek_forward_forbidden", _forbids_seeking),
    "interval_minutes": ("challenge_interval_ms", _range_of(MINUTE_MS)),
    "interval_seconds": ("challenge_interval_ms", _range_of(SECOND_MS)),
    "window_seconds": ("window_ms", _positive_seconds),
    "attempts": ("attempts", _count),
    "accessible_window_factor": ("accessible_window_factor", _count),
    "grace_seconds": ("deadline_grace_ms", _seconds),
}

# Keys of the same subjects that decide nothing here: others read them, or one value alone exists so far.
_KNOWN = _READERS.keys() | {
    "failure_leaves_unconfirmed",
    "tail_policy",
    "freeze_after_failures",
    "alternatives",
    "single",
}
