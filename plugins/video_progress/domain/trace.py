"""Traces: recorded sessions in JSON, read into values the domain understands.

Seconds become milliseconds here and nowhere later. A trace that is not of the
documented shape is refused with a sentence that says where; play that is merely
wild is no fault of shape. How a trace is judged stands in replay.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast, get_args

from plugins.video_progress.domain.beat import Beat, BeatError
from plugins.video_progress.domain.credit import ALWAYS, Grounds
from plugins.video_progress.domain.days import day_of
from plugins.video_progress.domain.intervals import Span, union
from plugins.video_progress.domain.reading import (
    TraceError,
    instant,
    listed,
    mapping,
    milliseconds,
    number,
    text,
    truth,
    whole,
)
from plugins.video_progress.domain.rules import PlaybackRules, RuleError

EventType = Literal[
    "open",
    "beat",
    "challenge_issued",
    "challenge_passed",
    "alternative_passed",
    "challenge_failed",
    "challenge_expired",
    "consent_withdrawn",
    "close",
]

LATEST_START = 32_503_680_000_000
"""The year 3000: every later instant of a trace is still a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceEvent:
    """One thing the server received, at_ms since 1970. A beat event carries its beat.

    `device` is empty where the trace names none: then the playback that is open is meant.
    """

    at_ms: int
    type: EventType
    device: str = ""
    beat: Beat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One person in one lesson: what the server received, and the grounds of credit."""

    lesson_ms: int
    rules: PlaybackRules
    grounds: Grounds
    events: tuple[TraceEvent, ...]


def trace_from(raw: object) -> Trace:
    """Return the trace that a JSON object describes. Raises TraceError."""
    given = mapping(raw, "the trace")
    start = _start(given)
    try:
        rules = PlaybackRules.from_keys(mapping(given.get("rules", {}), "rules"))
    except RuleError as error:
        raise TraceError(str(error)) from error
    return Trace(
        lesson_ms=milliseconds(given.get("lesson_seconds"), "lesson_seconds"),
        rules=rules,
        grounds=_grounds(given, start),
        events=_events(listed(given.get("events"), "events"), start),
    )


def _start(given: Mapping[str, object]) -> int:
    """Return the instant of the first event; without it the trace plays on the first day of 1970."""
    if "first_event_at" in given:
        start = instant(given["first_event_at"], "first_event_at")
        if not 0 <= start < LATEST_START:
            raise TraceError("first_event_at must lie between the years 1970 and 2999")
        return start
    if given.get("deadline") is not None:
        raise TraceError("first_event_at is needed, because the trace has a deadline")
    return 0


def _grounds(given: Mapping[str, object], start: int) -> Grounds:
    today_ms = milliseconds(given.get("confirmed_today_seconds", 0), "confirmed_today_seconds")
    deadline = given.get("deadline")
    stretches = listed(given.get("offline_attendance", []), "offline_attendance")
    offline = (_stretch(each, start, f"offline_attendance[{n}]") for n, each in enumerate(stretches))
    return Grounds(
        deadline_ms=None if deadline is None else instant(deadline, "deadline"),
        offline=union((), offline),
        verified_from_ms=_verified_from(given, start),
        confirmed_ms_by_day={day_of(start): today_ms},
    )


def _verified_from(given: Mapping[str, object], start: int) -> int | None:
    """Return since when the identity is verified: always unless the trace says otherwise, null for never."""
    since = given.get("identity_verified_at", ...)
    if since is ...:
        return ALWAYS
    return None if since is None else _moment(since, start, "identity_verified_at")


def _stretch(value: object, start: int, where: str) -> Span:
    """Return a stretch of server time: [from, to] or {"from", "to"}."""
    ends = [value.get("from"), value.get("to")] if isinstance(value, Mapping) else listed(value, where)
    if len(ends) != 2:
        raise TraceError(f"{where} must be [from, to]")
    left, right = (_moment(end, start, where) for end in ends)
    if left > right:
        raise TraceError(f"{where} must not end before it begins")
    return left, right


def _moment(value: object, start: int, where: str) -> int:
    """Return an instant given in ISO 8601 or in seconds of the trace, negative ones before it."""
    if isinstance(value, str):
        return instant(value, where)
    seconds = number(value, where)
    return start + (1 if seconds >= 0 else -1) * milliseconds(abs(seconds), where)


def _events(raw: object, start: int) -> tuple[TraceEvent, ...]:
    events = tuple(_event(each, start, f"events[{n}]") for n, each in enumerate(listed(raw, "events")))
    for n, (earlier, later) in enumerate(pairwise(events)):
        if later.at_ms < earlier.at_ms:
            raise TraceError(f"events[{n + 1}] was received before events[{n}]: they must be in order of at")
    return events


def _event(raw: object, start: int, where: str) -> TraceEvent:
    given = mapping(raw, where)
    kind = text(given.get("type"), f"{where}.type")
    if kind not in get_args(EventType):
        raise TraceError(f"{where}.type is not known: {kind!r:.40}")
    if kind == "open" and given.get("position") is not None:
        # Read for its shape only: where a playback resumes is for the server to say.
        milliseconds(given["position"], f"{where}.position")
    named = kind in {"open", "beat"} or given.get("device") is not None
    return TraceEvent(
        at_ms=start + milliseconds(given.get("at"), f"{where}.at"),
        type=cast(EventType, kind),
        device=text(given.get("device"), f"{where}.device") if named else "",
        beat=_beat(given, where) if kind == "beat" else None,
    )


def _beat(given: Mapping[str, object], where: str) -> Beat:
    played = listed(given.get("played"), f"{where}.played")
    if len(played) != 2:
        raise TraceError(f"{where}.played must be [from, to]")
    client_time = given.get("client_time")
    try:
        return Beat(
            seq=whole(given.get("seq"), f"{where}.seq"),
            from_ms=milliseconds(played[0], f"{where}.played"),
            to_ms=milliseconds(played[1], f"{where}.played"),
            rate=number(given.get("rate", 1.0), f"{where}.rate"),
            visible=truth(given.get("visible", True), f"{where}.visible"),
            client_ms=None if client_time is None else instant(client_time, f"{where}.client_time"),
        )
    except BeatError as error:
        raise TraceError(f"{where}: {error}") from error
