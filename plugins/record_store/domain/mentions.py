"""Which agents and activities a statement speaks of, for the filters of a query.

Direct: the actor and the object. Related: everything else the specification
lets related_agents and related_activities find.
Source: xAPI 1.0.3 part three, 2.1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugins.record_store.domain.actors import agent_keys, short_key
from plugins.record_store.domain.validation import CONTEXT_ACTIVITIES


@dataclass(frozen=True, slots=True)
class Mentions:
    """Short keys, each with whether the statement is only related to what it names."""

    agents: Mapping[str, bool]
    activities: Mapping[str, bool]


def mentions(statement: Mapping[str, Any]) -> Mentions:
    """Return the agents and activities of a checked statement."""
    return Mentions(agents=_nearest(_agents(statement)), activities=_nearest(_activities(statement)))


def _agents(statement: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for key in agent_keys(statement["actor"]):
        yield key, False
    thing, context = statement["object"], statement.get("context", {})
    kind = thing.get("objectType")
    if kind in ("Agent", "Group"):
        for key in agent_keys(thing):
            yield key, False
    for role in ("instructor", "team"):
        if role in context:
            for key in agent_keys(context[role]):
                yield key, True
    for entry in (*context.get("contextAgents", ()), *context.get("contextGroups", ())):
        for key in agent_keys(entry.get("agent") or entry["group"]):
            yield key, True
    if kind == "SubStatement":
        for key, _ in _agents(thing):
            yield key, True


def _activities(statement: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    thing, context = statement["object"], statement.get("context", {})
    kind = thing.get("objectType", "Activity")
    if kind == "Activity":
        yield short_key(thing["id"]), False
    for role in CONTEXT_ACTIVITIES:
        given = context.get("contextActivities", {}).get(role, ())
        for activity in given if isinstance(given, list | tuple) else (given,):
            yield short_key(activity["id"]), True
    if kind == "SubStatement":
        for key, _ in _activities(thing):
            yield key, True


def _nearest(found: Iterator[tuple[str, bool]]) -> dict[str, bool]:
    """Return each key once; direct outweighs related."""
    nearest: dict[str, bool] = {}
    for key, related in found:
        nearest[key] = nearest.get(key, True) and related
    return nearest
