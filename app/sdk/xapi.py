"""When two xAPI statements are the same statement, whoever wrote their bytes.

Shared by those who send statements and those who store them. Pure: parsed JSON
in, answers out. Source: xAPI 1.0.3 part two, 2.3.1 (statement immutability and
exceptions) and 4.6 (durations); IEEE 9274.1.1 makes the hundredth of a second
normative.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

_AMOUNT = r"\d{1,15}(?:\.\d{1,15})?"
_DURATION = re.compile(
    rf"P(?:(?P<W>{_AMOUNT})W"
    rf"|(?=.)(?:(?P<Y>{_AMOUNT})Y)?(?:(?P<M>{_AMOUNT})M)?(?:(?P<D>{_AMOUNT})D)?"
    rf"(?:T(?=\d)(?:(?P<h>{_AMOUNT})H)?(?:(?P<m>{_AMOUNT})M)?(?:(?P<s>{_AMOUNT})S)?)?)",
    re.ASCII,
)
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)",
    re.ASCII,
)

_CONTEXT_ACTIVITIES = frozenset({"parent", "grouping", "category", "other"})
# Set or rewritten by the store, and never a reason to call two statements different.
_OF_THE_STORE = frozenset({"stored", "authority", "version", "id"})


def instant(text: str) -> datetime | None:
    """Return the aware UTC instant text names, cut to microseconds; None if it names none.

    Without a zone, or with the zone "unknown" (-00:00), it names none.
    """
    found = _INSTANT.fullmatch(text)
    if found is None or re.fullmatch(r"-00(:?00)?", found[8]):
        return None
    fraction = int((found[7] or "0")[:6].ljust(6, "0"))
    try:
        year, month, day, hour, minute, second = (int(found[part] or 0) for part in range(1, 7))
        local = datetime(year, month, day, hour, minute, second, fraction, tzinfo=UTC)
        return local - _offset(found[8])
    except (ValueError, OverflowError):
        return None


def is_duration(text: str) -> bool:
    """Return whether text is an ISO 8601 duration."""
    return _DURATION.fullmatch(text) is not None


def digest(statement: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what statement says, the same for all ways of writing it."""
    said = {key: _same(key, value) for key, value in statement.items() if key not in _OF_THE_STORE}
    for key in ("actor", "object"):
        if isinstance(said.get(key), dict):
            said[key].setdefault("objectType", "Agent" if key == "actor" else "Activity")
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _same(key: str, value: Any) -> Any:
    """Return value in the one form that all its equivalent forms share."""
    if isinstance(value, dict):
        if key in _CONTEXT_ACTIVITIES:
            return _same(key, [value])
        if key == "verb":
            return value.get("id")
        # A definition belongs to the activity, not to the statement.
        return {
            inner: _plain(kept) if inner == "extensions" else _same(inner, kept)
            for inner, kept in value.items()
            if inner != "definition"
        }
    if isinstance(value, list):
        parts = [_same("", part) for part in value]
        return sorted(parts, key=_text) if key == "member" or key in _CONTEXT_ACTIVITIES else parts
    return _same_text(key, value) if isinstance(value, str) else _plain(value)


def _same_text(key: str, text: str) -> Any:
    if key == "timestamp":
        moment = instant(text)
        return moment.isoformat() if moment else text
    if key == "duration":
        return _hundredths(text)
    return text.lower() if key in {"registration", "language"} else text


def _plain(value: Any) -> Any:
    """Return value with whole numbers written alike: 1.0 is 1."""
    if isinstance(value, dict):
        return {key: _plain(kept) for key, kept in value.items()}
    if isinstance(value, list):
        return [_plain(kept) for kept in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _hundredths(text: str) -> Any:
    """Return a duration in hundredths of a second where it has a fixed length, else as it is."""
    found = _DURATION.fullmatch(text)
    if found is None or found["Y"] or found["M"]:
        return text
    parts = {unit: Fraction(amount) for unit, amount in found.groupdict().items() if amount}
    return int(sum(amount * _SECONDS[unit] for unit, amount in parts.items()) * 100)


_SECONDS = {"W": 604_800, "D": 86_400, "h": 3_600, "m": 60, "s": 1}


def _offset(zone: str) -> timedelta:
    if zone in "Zz":
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 23 or int(digits[2:]) > 59:
        raise ValueError(zone)
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -away if zone[0] == "-" else away
