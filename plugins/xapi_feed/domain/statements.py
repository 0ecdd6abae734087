"""A statement as a value, and the bytes it is frozen into.

Only what we send can be said here: an account as actor (never a name, a
number or an address), an activity as object. Times are UTC with exactly three
decimals, durations seconds only: some stores compare them as text.
Source: xAPI 1.0.3 part two; xapi-profiles#268 for the hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from app.sdk.clock import timestamp

Value = str | int | float | bool
Extensions = Mapping[str, Value]
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who did it: a random, permanent name at our own address."""

    home_page: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What it was done with. name is what a course or lesson is called, never a person."""

    id: str
    type: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it."""

    success: bool | None = None
    completion: bool | None = None
    duration_ms: int | None = None
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """In which course, under which profile, as part of which registration."""

    registration: str
    category: str
    parent: Activity | None = None
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact. happened_at is aware; milliseconds count."""

    id: str
    actor: Account
    verb: str
    verb_name: str
    object: Activity
    happened_at: datetime
    context: Context
    result: Result | None = None


def frozen(statement: Statement, *, version: str) -> bytes:
    """Return the bytes of statement, the same whenever and however often they are sent."""
    said: dict[str, object] = {
        "id": statement.id,
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": statement.actor.home_page, "name": statement.actor.name},
        },
        "verb": {"id": statement.verb, "display": {"en-US": statement.verb_name}},
        "object": _activity(statement.object),
    }
    if statement.result is not None:
        said["result"] = _result(statement.result)
    said["context"] = _context(statement.context)
    said["timestamp"] = timestamp(statement.happened_at)
    # Without it a store writes "1.0.0" into its copy, which is then no longer ours.
    said["version"] = version
    return orjson.dumps(said)


def duration(milliseconds: int) -> str:
    """Return an ISO 8601 duration in seconds, cut to hundredths: PT308.25S."""
    seconds, rest = divmod(milliseconds // 10, 100)
    return f"PT{seconds}.{rest:02d}S"


def seconds(milliseconds: int) -> float:
    """Return seconds as a JSON number with at most three decimals."""
    return milliseconds / 1000


def _activity(activity: Activity) -> dict[str, object]:
    definition: dict[str, object] = {"type": activity.type}
    if activity.name:
        definition["name"] = {LANGUAGE: activity.name}
    return {"objectType": "Activity", "id": activity.id, "definition": definition}


def _result(result: Result) -> dict[str, object]:
    said: dict[str, object] = {}
    if result.success is not None:
        said["success"] = result.success
    if result.completion is not None:
        said["completion"] = result.completion
    if result.duration_ms is not None:
        said["duration"] = duration(result.duration_ms)
    if result.extensions:
        said["extensions"] = dict(result.extensions)
    return said


def _context(context: Context) -> dict[str, object]:
    activities: dict[str, object] = {"category": [{"objectType": "Activity", "id": context.category}]}
    if context.parent is not None:
        activities["parent"] = [_activity(context.parent)]
    said: dict[str, object] = {
        "registration": context.registration,
        "contextActivities": activities,
        "platform": "Anxue",
        "language": LANGUAGE,
    }
    if context.extensions:
        said["extensions"] = dict(context.extensions)
    return said
