"""When two xAPI statements are the same statement, and which times name an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sdk.clock import timestamp
from app.sdk.xapi import digest, instant, is_duration


def statement(**more: Any) -> dict[str, Any]:
    return {
        "actor": {"account": {"homePage": "https://a.example", "name": "x"}},
        "verb": {"id": "https://a.example/done"},
        "object": {"id": "https://a.example/thing"},
        **more,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"timestamp": "2025-10-20T10:00:00Z"}, {"timestamp": "2025-10-20T18:00:00.000+08:00"}),
        ({"result": {"duration": "PT90S"}}, {"result": {"duration": "PT1M30.004S"}}),
        ({"verb": {"id": "https://v", "display": {"en": "a"}}}, {"verb": {"id": "https://v"}}),
        (
            {"object": {"id": "https://o", "definition": {"name": {"en": "a"}}}},
            {"object": {"id": "https://o", "objectType": "Activity"}},
        ),
        (
            {"context": {"contextActivities": {"parent": {"id": "https://p"}}}},
            {"context": {"contextActivities": {"parent": [{"id": "https://p"}]}}},
        ),
        (
            {"context": {"contextActivities": {"other": [{"id": "https://p"}, {"id": "https://q"}]}}},
            {"context": {"contextActivities": {"other": [{"id": "https://q"}, {"id": "https://p"}]}}},
        ),
        ({"context": {"registration": "AAAA"}}, {"context": {"registration": "aaaa"}}),
        ({"result": {"extensions": {"https://x": 1}}}, {"result": {"extensions": {"https://x": 1.0}}}),
        ({"stored": "2025-10-20T10:00:00Z", "version": "1.0.0"}, {"version": "1.0.3"}),
    ],
)
def test_another_way_of_writing_is_the_same_statement(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert digest(statement(**one)) == digest(statement(**other))


@pytest.mark.parametrize(
    "changed",
    [
        {"timestamp": "2025-10-20T10:00:00.001Z"},
        {"result": {"success": False}},
        {"result": {"duration": "PT1.01S"}},
        {"verb": {"id": "https://a.example/undone"}},
        {"object": {"id": "https://a.example/thing", "objectType": "Agent"}},
        {"context": {"registration": "b"}},
    ],
)
def test_another_content_is_another_statement(changed: dict[str, Any]) -> None:
    plain = statement(
        timestamp="2025-10-20T10:00:00Z",
        result={"success": True, "duration": "PT1S"},
        context={"registration": "a"},
    )
    assert digest({**plain, **changed}) != digest(plain)


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-20T10:00:00",
        "2025-10-20T10:00:00-00:00",
        "2025-02-30T10:00:00Z",
        "2025-10-20",
        "2025-10-20T10:00:00+24:00",
        "0001-01-01T00:00:00+08:00",
        "²025-10-20T10:00:00Z",
        "",
    ],
)
def test_a_time_that_names_no_instant_is_none(text: str) -> None:
    assert instant(text) is None


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - the zone follows
def test_what_we_write_as_a_time_is_read_as_the_same_instant(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    assert instant(timestamp(moment)) == moment


@pytest.mark.parametrize("text", ["PT0S", "PT308.25S", "P1W", "P1DT2H", "P1Y2M3DT4H5M6.7S", "PT1M30S"])
def test_a_duration_is_known(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["90", "P", "PT", "P1DT", "PT-1S", "1S", "PT1.S", "PT" + "9" * 5000 + "S"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert not is_duration(text)
