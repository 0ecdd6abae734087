"""What a reader may ask for: the parameters of GET /statements, read strictly.

Source: xAPI 1.0.3 part three, 2.1.3. Unknown parameters are refused, because a
filter that is silently ignored answers another question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.sdk.xapi import instant
from plugins.record_store.domain import shapes
from plugins.record_store.domain.actors import agent_key, check_agent_or_group, short_key
from plugins.record_store.domain.faults import RequestFaultError, StatementFaultError
from plugins.record_store.domain.parsing import parsed_object

LIMIT_AT_MOST = 500
LIMIT_IF_NOT_ASKED = 100
_SINGLE = ("statementId", "voidedStatementId")
_BESIDE_SINGLE = {"attachments", "format"}
_FILTERS = (
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "format",
    "attachments",
    "ascending",
    "cursor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """One statement by its id, voided or not."""

    statement_id: str
    voided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Statements by filters. beyond is the sequence number where the last page ended."""

    agent_key: str | None = None
    related_agents: bool = False
    verb_key: str | None = None
    activity_key: str | None = None
    related_activities: bool = False
    registration: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = LIMIT_IF_NOT_ASKED
    ascending: bool = False
    beyond: int | None = None


def read_query(given: Mapping[str, Sequence[str]]) -> Single | Query:
    """Return what the parameters ask for. Raises RequestFaultError."""
    for name, values in given.items():
        if name not in _SINGLE and name not in _FILTERS:
            raise RequestFaultError(name[:80], "is no parameter of this resource")
        if len(values) != 1:
            raise RequestFaultError(name, "is given more than once")
    asked = {name: values[0] for name, values in given.items()}
    if asked.get("format", "exact") != "exact":
        raise RequestFaultError("format", "only exact is offered yet")
    if _flag(asked, "attachments"):
        raise RequestFaultError("attachments", "this store keeps no attached files yet")
    for name in _SINGLE:
        if name in asked:
            return _single(asked, name)
    return _query(asked)


def _single(asked: Mapping[str, str], name: str) -> Single:
    others = set(asked) - {name} - _BESIDE_SINGLE
    if others:
        raise RequestFaultError(sorted(others)[0], f"cannot be combined with {name}")
    return Single(statement_id=_uuid(asked[name], name), voided=name == "voidedStatementId")


def _query(asked: Mapping[str, str]) -> Query:
    return Query(
        agent_key=_agent(asked["agent"]) if "agent" in asked else None,
        related_agents=_flag(asked, "related_agents"),
        verb_key=_iri(asked["verb"], "verb") if "verb" in asked else None,
        activity_key=_iri(asked["activity"], "activity") if "activity" in asked else None,
        related_activities=_flag(asked, "related_activities"),
        registration=_uuid(asked["registration"], "registration") if "registration" in asked else None,
        since=_instant(asked["since"], "since") if "since" in asked else None,
        until=_instant(asked["until"], "until") if "until" in asked else None,
        limit=min(_count(asked.get("limit", "0"), "limit") or LIMIT_IF_NOT_ASKED, LIMIT_AT_MOST),
        ascending=_flag(asked, "ascending"),
        beyond=_count(asked["cursor"], "cursor") if "cursor" in asked else None,
    )


def _agent(text: str) -> str:
    try:
        agent = parsed_object(text, "agent")
        check_agent_or_group(agent, "agent")
    except StatementFaultError as error:
        raise RequestFaultError(error.path, error.reason) from error
    key = agent_key(agent)
    if key is None:
        raise RequestFaultError("agent", "must be identified")
    return key


def _flag(asked: Mapping[str, str], name: str) -> bool:
    text = asked.get(name, "false")
    if text not in ("true", "false"):
        raise RequestFaultError(name, "must be true or false")
    return text == "true"


def _count(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise RequestFaultError(name, "must be a whole number, not negative")
    return int(text)


def _instant(text: str, name: str) -> datetime:
    # A plus sign that was not escaped arrives as a space.
    moment = instant(text[:-6] + "+" + text[-5:] if text[-6:-5] == " " else text)
    if moment is None:
        raise RequestFaultError(name, "must be an ISO 8601 timestamp with a known time zone")
    return moment


def _uuid(text: str, name: str) -> str:
    try:
        return shapes.a_uuid(text, name)
    except StatementFaultError as error:
        raise RequestFaultError(name, error.reason) from error


def _iri(text: str, name: str) -> str:
    try:
        return short_key(shapes.an_iri(text, name))
    except StatementFaultError as error:
        raise RequestFaultError(name, error.reason) from error
