"""Attacks by address and parameter: odd characters, huge numbers, patterns that cost time. Never 500."""

from __future__ import annotations

import time
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.sdk.clock import FixedClock
from tests.support.classroom import LEADER, PASSWORD, Learner, furnish

ODD = [
    "%00",
    "a%00b",
    "%2e%2e%2f",
    "..%2f..%2fetc%2fpasswd",
    "%ff%fe",
    "%c0%ae",
    "%ed%a0%80",
    "%0d%0aX:%20y",
    "{{7*7}}",
    "%25s",
    "'",
    "1%20OR%201=1",
    "a" * 4000,
]
ASSET = str(uuid.UUID(int=1))
PLACES = [
    "/courses/{}",
    "/lessons/{}",
    "/api/v1/playbacks/{}",
    "/api/v1/challenges/{}",
    "/media/{}/master.m3u8",
    f"/media/{ASSET}/{{}}/index.m3u8",
    f"/media/{ASSET}/{{}}/1.ts",
    f"/media/{ASSET}/720p/{{}}.ts",
    "/static/{}",
    "/static/video_progress/{}",
    "/static/identity_check/{}",
]


@pytest.fixture
def learner(app: Flask, clock: FixedClock) -> Learner:
    furnish(app)
    return Learner(app, clock)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_is_not_found(database_url: str, learner: Learner, place: str, odd: str) -> None:
    answer = learner.client.get(place.format(odd))
    # Two slashes in a row lead to the same address with one, which is asked again.
    answer = learner.client.get(answer.headers["Location"]) if answer.status_code == 308 else answer
    assert answer.status_code == 404


@pytest.mark.parametrize("deed", ["close", "end-check", "beats", "beacon"])
@pytest.mark.parametrize("odd", ["%00", "a" * 4000, "'"])
def test_an_odd_playback_is_not_found(database_url: str, learner: Learner, deed: str, odd: str) -> None:
    sent = {"json": {"ticket": "x", "beats": []}} if deed in {"beats", "beacon"} else {}
    assert learner.post(f"/api/v1/playbacks/{odd}/{deed}", **sent).status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "'", "\u0661", "x" * 64])
def test_an_odd_lesson_cannot_be_opened(database_url: str, learner: Learner, odd: str) -> None:
    assert learner.post("/api/v1/playbacks", json={"lesson_id": odd}).status_code == 404


@pytest.mark.parametrize("odd", ["\x00", "leader\x00", "\u202eleader", "'--"])
def test_an_odd_login_is_only_wrong(
    database_url: str, learner: Learner, client: FlaskClient, odd: str
) -> None:
    answer = client.post("/api/v1/session", json={"login": odd, "password": "x\x00y"})
    assert answer.status_code == 401


@pytest.mark.parametrize("digits", ["9" * 30, "9" * 5000, "\u0661", "-1", "1e3"])
def test_a_segment_number_that_is_none_is_not_found(learner: Learner, digits: str) -> None:
    assert learner.client.get(f"/media/{ASSET}/720p/{digits}.ts").status_code == 404


@pytest.mark.parametrize(
    "wanted", ["/" + "a" * 60 + "!", "/" + "a/" * 400 + "!", "/" + "-" * 2000 + "\u00e4", "/" + "a" * 2000]
)
def test_no_address_to_go_on_to_costs_time(learner: Learner, wanted: str) -> None:
    began = time.perf_counter()
    answer = learner.client.get("/me/identity", query_string={"next": wanted})
    assert answer.status_code == 200
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil", "https://evil.example", "/a//b", "/a?b", "javascript:x"]
)
def test_choosing_a_way_leads_nowhere_else(learner: Learner, wanted: str) -> None:
    page = learner.client.get("/me/identity", query_string={"next": wanted}).text
    assert "evil" not in page
    assert f'href="{wanted}"' not in page


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="method"', "multipart/form-data; boundary=x"),
        (b"--x" * 100_000, "multipart/form-data; boundary=x"),
        (b"&".join(b"a=1" for _ in range(50_000)), "application/x-www-form-urlencoded"),
        (b"\x00\xff", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"method=%00", "application/x-www-form-urlencoded"),
    ],
)
def test_no_form_makes_an_answer_fail(learner: Learner, body: bytes, kind: str) -> None:
    answer = learner.post(f"/api/v1/challenges/{ASSET}/answers", data=body, content_type=kind)
    assert answer.status_code in {400, 404, 413}


def test_more_parts_than_anybody_needs_are_refused(learner: Learner) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="frame"\r\n\r\nx\r\n'
    answer = learner.post(
        f"/api/v1/challenges/{ASSET}/answers",
        data=part * 3000 + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_a_body_larger_than_any_picture_needs_is_refused(learner: Learner) -> None:
    answer = learner.post(
        f"/api/v1/challenges/{ASSET}/answers",
        data=b"x" * (13 * 1024 * 1024),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_what_was_typed_as_a_login_is_shown_as_text(client: FlaskClient, learner: Learner) -> None:
    token = client.get("/login").text.split('name="csrf-token" content="')[1].split('"')[0]
    typed = '"><script>alert(1)</script>'
    page = client.post(
        "/login?next=" + typed, data={"csrf_token": token, "login": typed, "password": "x"}
    ).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("secret", [PASSWORD, "a wrong phrase of mine"])
def test_no_password_is_in_the_log_or_the_address(
    client: FlaskClient, learner: Learner, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    caplog.set_level("DEBUG")
    answer = client.post("/api/v1/session", json={"login": LEADER, "password": secret})
    assert secret not in caplog.text
    assert secret not in answer.text
