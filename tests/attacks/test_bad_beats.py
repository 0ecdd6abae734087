"""Beats that are malformed, replayed, impossible or somebody else's: a clear no, no credit, never 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from tests.support.classroom import Classroom, Learner, furnish

OWN = TraineeCategory.TEAM_LEADER


@pytest.fixture
def classroom(app: Flask) -> Classroom:
    return furnish(app)


@pytest.fixture
def learner(classroom: Classroom, app: Flask, clock: FixedClock) -> Learner:
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    clock.advance(10)
    return learner


def pending(learner: Learner) -> float:
    answer = learner.client.get(f"/api/v1/playbacks/{learner.playback['id']}").get_json()
    return float(answer["pending_seconds"])


WRONG = [
    "-1", "NaN", "Infinity", "1e308", '"10"', "true", "[]", "null", "1e999", '"\\u00b2"', '"１"', "{}",
]  # fmt: skip
PLACES = ["from", "to", "seq", "rate", "visible"]


@pytest.mark.parametrize(
    ("place", "value"),
    [(place, value) for place in PLACES for value in WRONG if (place, value) != ("visible", "true")],
)
def test_a_value_that_is_no_number_or_out_of_range_is_refused(
    learner: Learner, place: str, value: str
) -> None:
    parts = {"from": "0", "to": "10", "seq": "1", "rate": "1", "visible": "true"}
    parts[place] = value
    beat = (
        f'{{"seq": {parts["seq"]}, "played": [{parts["from"]}, {parts["to"]}], '
        f'"rate": {parts["rate"]}, "visible": {parts["visible"]}}}'
    )
    raw = f'{{"ticket": {json.dumps(learner.playback["ticket"])}, "beats": [{beat}]}}'
    answer = learner.post(
        f"/api/v1/playbacks/{learner.playback['id']}/beats", data=raw, content_type="application/json"
    )
    assert answer.status_code in (400, 422), answer.text
    assert answer.mimetype == "application/problem+json"
    assert pending(learner) == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"{}", 422),
        (b"[" * 50_000, 400),
        (b'{"ticket": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_list_of_beats_is_refused(learner: Learner, raw: bytes, status: int) -> None:
    answer = learner.post(
        f"/api/v1/playbacks/{learner.playback['id']}/beats", data=raw, content_type="application/json"
    )
    assert answer.status_code == status


def test_a_claim_of_the_end_at_once_is_a_refused_seek(learner: Learner) -> None:
    assert learner.beat(55, 60).get_json()["codes"] == ["SEEK_FORWARD_REJECTED"]
    assert pending(learner) == 0


def test_a_claim_of_everything_is_believed_as_far_as_time_has_passed(learner: Learner) -> None:
    assert "RATE_EXCEEDED" in learner.beat(0, 60).get_json()["codes"]
    assert pending(learner) == 10


def test_the_same_beat_five_times_counts_once(learner: Learner) -> None:
    beat = {"seq": 1, "played": [0, 10], "rate": 1, "visible": True}
    answers = [learner.beats([beat]).get_json() for _ in range(5)]
    assert [answer["codes"] for answer in answers[1:]] == [["DUPLICATE_IGNORED"]] * 4
    assert pending(learner) == 10


def test_the_same_number_with_another_body_is_a_conflict(learner: Learner) -> None:
    learner.beats([{"seq": 1, "played": [0, 5], "rate": 1, "visible": True}])
    answer = learner.beats([{"seq": 1, "played": [0, 10], "rate": 1, "visible": True}])
    assert (answer.status_code, answer.get_json()["code"]) == (409, "sequence_conflict")
    assert pending(learner) == 5


def test_a_hidden_page_counts_nothing(learner: Learner) -> None:
    assert learner.beat(0, 10, visible=False).get_json()["codes"] == ["HIDDEN_NOT_COUNTED"]
    assert pending(learner) == 0


@pytest.mark.parametrize("ticket", ["", "x", "a.b.c", "W10.aaaa.bbbb", "\u0000"])
def test_a_forged_ticket_opens_nothing(learner: Learner, ticket: str) -> None:
    answer = learner.post(
        f"/api/v1/playbacks/{learner.playback['id']}/beats", json={"ticket": ticket, "beats": []}
    )
    assert answer.status_code == 404


def test_a_ticket_of_another_playback_opens_nothing(learner: Learner, classroom: Classroom) -> None:
    old = learner.playback["ticket"]
    learner.open(classroom.lessons[OWN])
    answer = learner.post(
        f"/api/v1/playbacks/{learner.playback['id']}/beats", json={"ticket": old, "beats": []}
    )
    assert answer.status_code == 404


def test_a_beat_without_the_token_or_from_elsewhere_is_refused(learner: Learner) -> None:
    path = f"/api/v1/playbacks/{learner.playback['id']}"
    sent = {"ticket": learner.playback["ticket"], "beats": []}
    assert learner.client.post(f"{path}/beats", json=sent).status_code == 403
    elsewhere = {"Origin": "https://evil.example"}
    assert learner.client.post(f"{path}/beacon", json=sent, headers=elsewhere).status_code == 403
    assert (
        learner.client.post(f"{path}/beacon", json=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )
    assert learner.client.post(f"{path}/beacon", json=sent).status_code == 204


def test_nobody_is_heard_without_a_session(learner: Learner, app: Flask) -> None:
    answer = app.test_client().post(
        f"/api/v1/playbacks/{learner.playback['id']}/beats",
        json={"ticket": learner.playback["ticket"], "beats": []},
    )
    assert answer.status_code == 401


def test_an_old_sessions_cookie_is_nobodys_after_a_password_change(
    learner: Learner, app: Flask, clock: FixedClock
) -> None:
    other = Learner(app, clock)
    page = other.client.get("/account/password").text
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    changed = other.client.post(
        "/account/password",
        data={
            "csrf_token": token,
            "current": "a long enough phrase",
            "new": "another long phrase",
            "again": "another long phrase",
        },
    )
    assert changed.status_code == 302
    assert learner.client.get("/api/v1/me/hours").status_code == 401
    assert other.client.get("/api/v1/me/hours").status_code == 200


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(beats=json_values | st.lists(json_values, max_size=4), extra=json_values)
def test_no_json_whatever_makes_the_server_fail(learner: Learner, beats: Any, extra: Any) -> None:
    for sent in (beats, {"ticket": learner.playback["ticket"], "beats": beats}, {"beats": beats, "x": extra}):
        answer = learner.post(
            f"/api/v1/playbacks/{learner.playback['id']}/beats",
            data=json.dumps(sent),
            content_type="application/json",
        )
        assert answer.status_code in (200, 400, 413, 422)
