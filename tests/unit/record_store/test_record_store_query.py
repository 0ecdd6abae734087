"""What a reader may ask for, and what is given out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.record_store.domain.faults import RequestFaultError
from plugins.record_store.domain.outlook import given_out
from plugins.record_store.domain.query import LIMIT_AT_MOST, Query, Single, read_query
from plugins.record_store.domain.versions import negotiated

ID = "0d2b0f9a-3c5b-4ab8-9f1c-1d2e3f4a5b6c"
NOON = datetime(2025, 10, 20, 4, 0, tzinfo=UTC)
AUTHORITY = {"mbox": "mailto:store@a.example"}


def asked(**given: str) -> Single | Query:
    return read_query({name: [value] for name, value in given.items()})


def answered(given: dict[str, list[str]]) -> str:
    try:
        read_query(given)
    except RequestFaultError:
        return "refused"
    return "understood"


@pytest.mark.parametrize(
    "given",
    [
        {"statementid": ID},
        {"statementId": "x"},
        {"statementId": ID, "voidedStatementId": ID},
        {"statementId": ID, "limit": "1"},
        {"since": "yesterday"},
        {"since": "2025-10-20T10:00:00"},
        {"limit": "-1"},
        {"limit": "²"},
        {"limit": "ten"},
        {"ascending": "yes"},
        {"agent": "{"},
        {"agent": "[]"},
        {"agent": "{}"},
        {"agent": '{"objectType": "Group", "member": []}'},
        {"verb": "did"},
        {"activity": "thing"},
        {"registration": "1"},
        {"format": "canonical"},
        {"attachments": "true"},
        {"cursor": "a"},
    ],
)
def test_a_question_that_cannot_be_answered_exactly_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(RequestFaultError):
        asked(**given)


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(RequestFaultError):
        read_query({"verb": ["https://a.example/1", "https://a.example/2"]})


def test_an_unescaped_plus_in_a_time_is_understood() -> None:
    query = asked(since="2025-10-20T12:00:00 08:00")
    assert isinstance(query, Query)
    assert query.since == NOON


def test_a_limit_is_bounded() -> None:
    query = asked(limit="100000")
    assert isinstance(query, Query)
    assert query.limit == LIMIT_AT_MOST


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=20), min_size=1, max_size=2)))
def test_no_parameters_break_the_reader(given: dict[str, list[str]]) -> None:
    assert answered(given) in {"understood", "refused"}


@pytest.mark.parametrize(
    ("header", "spoken"),
    [("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.3", "1.0.3"), ("2.0", "2.0.0"), ("2.0.0", "2.0.0")],
)
def test_a_known_version_is_spoken(header: str, spoken: str) -> None:
    assert negotiated(header) == spoken


@pytest.mark.parametrize("header", [None, "", "0.95", "1", "1.1.0", "3.0.0", "1.0.x", "1.0.３"])
def test_an_unknown_version_is_refused(header: str | None) -> None:
    with pytest.raises(RequestFaultError):
        negotiated(header)


def out(raw: bytes, version: str = "1.0.0") -> bytes:
    return given_out(raw, statement_id=ID, stored_at=NOON, authority=AUTHORITY, version=version)


def test_what_came_is_given_out_byte_for_byte_before_what_is_added() -> None:
    raw = b'{ "version": "1.0.3",\n "timestamp": "2025-10-20T12:00:00+08:00", "id": "X", "n": 1.50 }'
    assert out(raw).startswith(raw[:-1])


def test_stored_and_authority_are_added() -> None:
    said = json.loads(out(b'{"id": "X", "timestamp": "T", "version": "1.0.3"}'))
    assert (said["stored"], said["authority"]) == ("2025-10-20T04:00:00.000000Z", AUTHORITY)


def test_what_the_sender_left_out_is_added() -> None:
    said: dict[str, Any] = json.loads(out(b'{"actor": {}}'))
    assert (said["id"], said["timestamp"], said["version"]) == (ID, said["stored"], "1.0.0")


def test_a_sender_cannot_say_when_it_was_stored_and_who_vouches() -> None:
    said = json.loads(
        out(b'{"stored": "1999-01-01T00:00:00Z", "authority": {"mbox": "mailto:me@a.example"}}')
    )
    assert (said["stored"], said["authority"]) == ("2025-10-20T04:00:00.000000Z", AUTHORITY)
