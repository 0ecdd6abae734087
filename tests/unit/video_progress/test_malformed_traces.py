"""A trace that is not of the documented shape is refused with a sentence that says where."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.video_progress.domain.reading import TraceError
from plugins.video_progress.domain.replay import replay

TRACE: dict[str, Any] = {
    "lesson_seconds": 60,
    "rules": {},
    "confirmed_today_seconds": 0,
    "first_event_at": "2025-10-20T10:00:00+08:00",
    "deadline": None,
    "offline_attendance": [],
    "events": [
        {"at": 0, "type": "open", "device": "a", "position": 0},
        {"at": 15, "type": "beat", "device": "a", "seq": 1, "played": [0, 15], "rate": 1, "visible": True},
        {"at": 16, "type": "challenge_passed"},
    ],
}


def with_head(**changed: object) -> dict[str, Any]:
    return TRACE | changed


def with_beat(**changed: object) -> dict[str, Any]:
    trace = copy.deepcopy(TRACE)
    trace["events"][1] |= changed
    return trace


def test_the_trace_itself_is_sound() -> None:
    assert replay(TRACE)["confirmed_seconds"] == 15


@pytest.mark.parametrize(
    ("trace", "where"),
    [
        ([], "the trace must be an object"),
        (with_head(lesson_seconds=None), "lesson_seconds must be a number"),
        (with_head(lesson_seconds=-1), "lesson_seconds must not be negative"),
        (with_head(lesson_seconds=1e308), "lesson_seconds must lie between"),
        (with_head(rules=[]), "rules must be an object"),
        (with_head(rules={"play.max_gap_seconds": "x"}), "rule max_gap_seconds must be a number"),
        (with_head(first_event_at="yesterday"), "first_event_at must be a time in ISO 8601"),
        (with_head(first_event_at="2025-10-20T10:00:00"), "first_event_at must carry its offset"),
        (with_head(first_event_at=5), "first_event_at must be a text"),
        (with_head(first_event_at="9999-12-31T23:59:59Z"), "first_event_at must lie between the years"),
        (with_head(deadline=5), "deadline must be a text"),
        (with_head(offline_attendance={}), "offline_attendance must be a list"),
        (with_head(offline_attendance=[[1]]), r"offline_attendance\[0\] must be \[from, to\]"),
        (with_head(offline_attendance=[[2, 1]]), r"offline_attendance\[0\] must not end before it begins"),
        (with_head(offline_attendance=[{"from": 1}]), r"offline_attendance\[0\] must be a number"),
        (with_head(identity_verified_at=True), "identity_verified_at must be a number"),
        (with_head(events=None), "events must be a list"),
        (with_head(events=[5]), r"events\[0\] must be an object"),
        (with_head(events=[{"at": 0, "type": "dance"}]), r"events\[0\].type is not known"),
        (with_head(events=[{"at": 0, "type": "open"}]), r"events\[0\].device must be a text"),
        (with_head(events=[{"type": "close"}]), r"events\[0\].at must be a number"),
        (
            with_head(events=[*TRACE["events"], {"at": 3, "type": "close"}]),
            r"events\[3\] was received before",
        ),
        (with_beat(seq=True), r"events\[1\].seq must be a whole number"),
        (with_beat(seq="1"), r"events\[1\].seq must be a whole number"),
        (with_beat(seq=-1), r"events\[1\]: seq must lie between"),
        (with_beat(played=[15, 0]), r"events\[1\]: played must run forward"),
        (with_beat(played=[-5, 0]), r"events\[1\].played must not be negative"),
        (with_beat(played=[0, float("nan")]), r"events\[1\].played must lie between"),
        (with_beat(played=[0]), r"events\[1\].played must be \[from, to\]"),
        (with_beat(rate=float("inf")), r"events\[1\].rate must lie between"),
        (with_beat(visible=1), r"events\[1\].visible must be true or false"),
        (with_beat(client_time="now"), r"events\[1\].client_time must be a time"),
    ],
)
def test_a_malformed_trace_is_refused_with_its_place(trace: Any, where: str) -> None:
    with pytest.raises(TraceError, match=where):
        replay(trace)


def test_a_deadline_needs_a_date_of_the_first_event() -> None:
    trace = {key: value for key, value in TRACE.items() if key != "first_event_at"}

    with pytest.raises(TraceError, match="first_event_at is needed"):
        replay(trace | {"deadline": "2025-10-31T23:59:59+08:00"})


def test_a_trace_needs_no_more_than_a_lesson_and_events() -> None:
    assert replay({"lesson_seconds": 60, "events": TRACE["events"]})["confirmed_seconds"] == 15


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def judged(trace: dict[str, Any]) -> dict[str, Any] | str:
    """Return the outcome, or the sentence of the refusal."""
    try:
        return replay(trace)
    except TraceError as error:
        return str(error)


@given(st.sampled_from(sorted(TRACE)), json_values)
def test_any_value_at_the_head_is_judged_or_refused_with_a_sentence(key: str, value: object) -> None:
    assert judged(with_head(**{key: value}))


@given(
    st.sampled_from(["at", "type", "device", "seq", "played", "rate", "visible", "client_time"]), json_values
)
def test_any_value_in_a_beat_is_judged_or_refused_with_a_sentence(key: str, value: object) -> None:
    assert judged(with_beat(**{key: value}))
