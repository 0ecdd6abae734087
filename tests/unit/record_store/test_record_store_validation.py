"""Which statements keep the specification, and where the others break it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.record_store.domain.faults import StatementFaultError
from plugins.record_store.domain.mentions import mentions
from plugins.record_store.domain.parsing import parsed_statements
from plugins.record_store.domain.validation import VOIDED, check_statement

AGENT = {"account": {"homePage": "https://a.example", "name": "x"}}
ACTIVITY = {"id": "https://a.example/thing"}
PLAIN: dict[str, Any] = {"actor": AGENT, "verb": {"id": "https://a.example/did"}, "object": ACTIVITY}
FULL: dict[str, Any] = {
    "id": "0d2b0f9a-3c5b-4ab8-9f1c-1d2e3f4a5b6c",
    "actor": {"objectType": "Group", "name": "all", "member": [AGENT, {"mbox": "mailto:a@b.example"}]},
    "verb": {"id": "https://a.example/did", "display": {"en-US": "did", "zh-Hans-CN": "做了"}},
    "object": {
        "id": "https://a.example/q",
        "objectType": "Activity",
        "definition": {
            "name": {"zh-CN": "问题"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
            "extensions": {"https://a.example/x": None},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 50, "min": 0, "max": 100},
        "success": True,
        "completion": False,
        "response": "a",
        "duration": "PT1.25S",
        "extensions": {"https://a.example/x": [1, {"free": None}]},
    },
    "context": {
        "registration": "0D2B0F9A-3C5B-4AB8-9F1C-1D2E3F4A5B6C",
        "instructor": {"mbox_sha1sum": "ab" * 20},
        "team": {"objectType": "Group", "openid": "https://a.example/team"},
        "contextActivities": {"parent": ACTIVITY, "category": [ACTIVITY]},
        "revision": "1",
        "platform": "p",
        "language": "zh-Hant-TW",
        "statement": {"objectType": "StatementRef", "id": "0d2b0f9a-3c5b-4ab8-9f1c-1d2e3f4a5b6d"},
    },
    "timestamp": "2025-10-20T10:00:00.000+08:00",
    "version": "1.0.3",
    "authority": AGENT,
    "attachments": [
        {
            "usageType": "https://a.example/u",
            "display": {"en": "d"},
            "contentType": "text/plain",
            "length": 3,
            "sha2": "00",
            "fileUrl": "https://a.example/f",
        }
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return FULL with value at a dotted path; ... removes what is there."""
    statement = copy.deepcopy(FULL)
    *way, last = path.split(".")
    place = statement
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return statement


@pytest.mark.parametrize("statement", [PLAIN, FULL])
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_good_statement_is_taken(statement: dict[str, Any], version: str) -> None:
    assert check_statement(statement, "", version=version) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("id", "1", "id"),
        ("id", None, "id"),
        ("actor", ..., "actor"),
        ("verb", ..., "verb"),
        ("object", ..., "object"),
        ("Actor", AGENT, "Actor"),
        ("actor", "x", "actor"),
        ("actor", {}, "actor"),
        ("actor", {**AGENT, "mbox": "mailto:a@b.example"}, "actor"),
        ("actor", {"mbox": "a@b.example"}, "actor.mbox"),
        ("actor", {"mbox_sha1sum": "ab"}, "actor.mbox_sha1sum"),
        ("actor", {"openid": "here"}, "actor.openid"),
        ("actor", {"account": {"homePage": "https://a.example"}}, "actor.account.name"),
        ("actor", {"account": {"homePage": "a", "name": "x"}}, "actor.account.homePage"),
        ("actor", {"objectType": "Group"}, "actor.member"),
        ("actor", {"objectType": "Group", "member": [{"objectType": "Group"}]}, "actor.member[0].objectType"),
        ("actor", {"objectType": "Robot", **AGENT}, "actor.objectType"),
        ("verb", {}, "verb.id"),
        ("verb.id", "did", "verb.id"),
        ("verb.id", "https://a b", "verb.id"),
        ("verb.display", {"x_y": "did"}, "verb.display.x_y"),
        ("verb.display", {"en": 1}, "verb.display.en"),
        ("object", {}, "object.id"),
        ("object", {"objectType": "Thing", "id": "https://a.example"}, "object.objectType"),
        ("object", {"objectType": ["Activity"], "id": "https://a.example"}, "object.objectType"),
        ("object", {"objectType": "StatementRef", "id": "x"}, "object.id"),
        ("object.definition.interactionType", "guess", "object.definition.interactionType"),
        ("object.definition.interactionType", ..., "object.definition.interactionType"),
        ("object.definition.scale", [], "object.definition.scale"),
        ("object.definition.choices", [{"id": "a"}, {"id": "a"}], "object.definition.choices[1].id"),
        ("object.definition.extensions", {"foo": 1}, "object.definition.extensions.foo"),
        ("object.definition.moreInfo", "here", "object.definition.moreInfo"),
        ("result.score.scaled", 1.1, "result.score.scaled"),
        ("result.score.scaled", True, "result.score.scaled"),
        ("result.score.raw", 101, "result.score.raw"),
        ("result.score.min", 100, "result.score.min"),
        ("result.score.max", 10**400, "result.score.max"),
        ("result.success", "true", "result.success"),
        ("result.completion", 1, "result.completion"),
        ("result.duration", "90", "result.duration"),
        ("result.duration", 90, "result.duration"),
        ("result.extensions", {"foo": 1}, "result.extensions.foo"),
        ("result.extensions", [], "result.extensions"),
        ("context", None, "context"),
        ("context.registration", "x", "context.registration"),
        ("context.language", "中文", "context.language"),
        ("context.team", AGENT, "context.team.objectType"),
        ("context.contextActivities", {"aunt": ACTIVITY}, "context.contextActivities.aunt"),
        ("context.contextActivities.parent", "x", "context.contextActivities.parent[0]"),
        ("context.statement.id", "x", "context.statement.id"),
        ("timestamp", "2025-10-20T10:00:00", "timestamp"),
        ("timestamp", "2025-10-20T10:00:00-00:00", "timestamp"),
        ("timestamp", 1, "timestamp"),
        ("stored", "now", "stored"),
        ("version", "2.0.0", "version"),
        ("version", "1.1", "version"),
        ("authority", {"mbox": 1}, "authority.mbox"),
        ("attachments", {}, "attachments"),
        ("attachments", [{}], "attachments[0].usageType"),
        ("extra", 1, "extra"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(path: str, value: Any, place: str) -> None:
    with pytest.raises(StatementFaultError) as refusal:
        check_statement(changed(path, value), "", version="1.0.3")
    assert refusal.value.path == place


def test_a_substatement_must_not_hold_another() -> None:
    inner = {"objectType": "SubStatement", **PLAIN}
    with pytest.raises(StatementFaultError):
        check_statement({**PLAIN, "object": {**inner, "object": inner}}, "", version="1.0.3")


def test_a_substatement_has_no_id() -> None:
    inner = {"objectType": "SubStatement", "id": FULL["id"], **PLAIN}
    with pytest.raises(StatementFaultError):
        check_statement({**PLAIN, "object": inner}, "", version="1.0.3")


def test_voiding_needs_a_statement_to_void() -> None:
    with pytest.raises(StatementFaultError):
        check_statement({**PLAIN, "verb": {"id": VOIDED}}, "", version="1.0.3")


def test_platform_is_only_for_activities() -> None:
    about_somebody = {**PLAIN, "object": {"objectType": "Agent", **AGENT}, "context": {"platform": "p"}}
    with pytest.raises(StatementFaultError):
        check_statement(about_somebody, "", version="1.0.3")


def test_context_agents_are_of_version_two_only() -> None:
    newer = {**PLAIN, "context": {"contextAgents": [{"objectType": "contextAgent", "agent": AGENT}]}}
    check_statement(newer, "", version="2.0.0")
    with pytest.raises(StatementFaultError):
        check_statement(newer, "", version="1.0.3")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b"[]",
        b"[1]",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b"[" * 10_000 + b"]" * 10_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b'{"a": ' + b"9" * 5_000 + b"}",
        b"{'a': 1}",
        b"[{},]",
    ],
)
def test_what_is_no_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(StatementFaultError):
        parsed_statements(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=4), min_size=1, max_size=5))
def test_every_statement_keeps_exactly_its_own_bytes(things: list[dict[str, Any]]) -> None:
    texts = [json.dumps(thing, indent=place) for place, thing in enumerate(things)]
    body = ("[ " + " ,\n".join(texts) + " ]").encode()
    assert [parsed.raw.decode() for parsed in parsed_statements(body)] == texts


def answered(check: Callable[[], object]) -> str:
    """Return "taken" or "refused"; whatever else happens is a fault of ours and goes through."""
    try:
        check()
    except StatementFaultError:
        return "refused"
    return "taken"


def checked_and_read(statement: dict[str, Any], version: str) -> None:
    check_statement(statement, "", version=version)
    mentions(statement)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(body: bytes) -> None:
    assert answered(lambda: parsed_statements(body)) in {"taken", "refused"}


parts = st.sampled_from(
    [
        "id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "version", "authority",
        "attachments", "objectType", "account", "member", "definition", "score", "extensions", "duration",
        "contextActivities", "parent", "interactionType", "choices", "name", "display", "mbox", "team",
    ]
)  # fmt: skip
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["Agent", "Group", "Activity", "SubStatement", "StatementRef", "https://a.example", "²"]
    )
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(parts, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(parts, junk, max_size=6))
def test_no_junk_breaks_the_checks(extra: dict[str, Any]) -> None:
    statement = {**copy.deepcopy(FULL), **extra}
    assert answered(lambda: checked_and_read(statement, "1.0.3")) in {"taken", "refused"}


@given(st.sampled_from(["actor", "verb", "object", "result", "context", "attachments", "authority"]), junk)
def test_no_junk_in_one_place_breaks_the_checks(place: str, value: Any) -> None:
    statement = {**copy.deepcopy(FULL), place: value}
    assert answered(lambda: checked_and_read(statement, "2.0.0")) in {"taken", "refused"}
