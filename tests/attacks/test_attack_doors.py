"""Attacks at the doors: signing in, where one is sent afterwards, and who may ask in whose name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.sdk.clock import FixedClock
from app.sdk.runtime import EXTENSION
from tests.support.classroom import LEADER, MANAGER, PASSWORD, Learner, furnish
from tests.support.databases import sqlite_copy
from tests.support.installations import settings_for

TRIES = 5
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "http:evil.example",
    "/%0d%0aSet-Cookie:x=1\r\nSet-Cookie: x=1",
    "/\t/evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "http://[",
    "//[",
    "//evil.example\uff03@localhost/",
    "http://evil.example\u2100/",
]


@pytest.fixture
def strict(tmp_path: Path, sqlite_template: Path, clock: FixedClock) -> Iterator[Flask]:
    """Return an installation that counts tries as a real one does."""
    address = sqlite_copy(sqlite_template, tmp_path)
    made = create_app(
        settings_for(tmp_path, database_url=address, login_attempts_per_minute=TRIES), clock=clock
    )
    furnish(made)
    yield made
    made.extensions[EXTENSION].engine.dispose()


def form_token(client: FlaskClient, page: str = "/login") -> str:
    return client.get(page).text.split('name="csrf-token" content="')[1].split('"')[0]


def statuses(client: FlaskClient, times: int, *, login: str = LEADER, **more: object) -> list[int]:
    """Return the answers to wrong passwords for one account."""
    return [
        client.post(
            "/api/v1/session", json={"login": login, "password": f"wrong {n}"}, headers=more.get("headers")
        ).status_code
        for n in range(times)
    ]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_to_nobody_elses_page(app: Flask, wanted: str) -> None:
    furnish(app)
    client = app.test_client()
    sent = {"csrf_token": form_token(client), "login": LEADER, "password": PASSWORD, "next": wanted}

    answer = client.post("/login", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_the_login_page_leads_nobody_away_who_is_signed_in(
    app: Flask, clock: FixedClock, wanted: str
) -> None:
    furnish(app)
    answer = Learner(app, clock).client.get("/login", query_string={"next": wanted})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
        "http://[",
        "",
        "http://localhost:81",
        "\u00e4",
    ],
)
def test_an_unsafe_request_from_another_origin_is_refused(app: Flask, clock: FixedClock, origin: str) -> None:
    furnish(app)
    learner = Learner(app, clock)
    headers = {**learner.token, "Origin": origin}

    answer = learner.client.delete("/api/v1/session", headers=headers)
    assert answer.status_code == 403
    assert learner.client.get("/api/v1/me/hours").status_code == 200


@pytest.mark.parametrize(
    "body", [b"[1]", b'"x"', b"3", b"null", b"[" * 50_000, b'{"login":' * 6_000, b"\xff", b""]
)
def test_no_body_makes_signing_in_fail(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/session", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}


def test_tries_at_one_account_are_counted(strict: Flask) -> None:
    assert statuses(strict.test_client(), TRIES + 1) == [401] * TRIES + [429]


def test_a_forged_forwarded_address_gives_no_new_tries(strict: Flask) -> None:
    said = [
        status
        for n in range(TRIES + 1)
        for status in statuses(strict.test_client(), 1, headers={"X-Forwarded-For": f"203.0.113.{n}"})
    ]
    assert said[-1] == 429


@pytest.mark.parametrize("login", [LEADER.upper(), f" {LEADER} ", f"\u3000{LEADER}"])
def test_another_way_of_writing_the_account_gives_no_new_tries(strict: Flask, login: str) -> None:
    statuses(strict.test_client(), TRIES)
    assert statuses(strict.test_client(), 1, login=login) == [429]


def test_an_own_session_gives_no_tries_at_somebody_elses_account(strict: Flask, clock: FixedClock) -> None:
    statuses(strict.test_client(), TRIES, login=MANAGER)
    insider = Learner(strict, clock, LEADER)

    assert statuses(insider.client, 1, login=MANAGER) == [429]


def test_a_name_that_stands_twice_gives_no_new_tries(strict: Flask) -> None:
    """Two readers of one body must not see two accounts: one is counted, the other is tried."""
    said = []
    for n in range(TRIES + 1):
        for first, second in ((LEADER, f"x{n}"), (f"x{n}", LEADER)):
            body = f'{{"login": "{first}", "login": "{second}", "password": "{PASSWORD}x"}}'
            answer = strict.test_client().post("/api/v1/session", data=body, content_type="application/json")
            said.append(answer.status_code)
    # Whichever of the two names is tried, it is the one that is counted.
    assert 429 in said


def test_a_body_of_another_type_gives_no_new_tries(strict: Flask) -> None:
    client = strict.test_client()
    body = f'{{"login": "{LEADER}", "password": "wrong"}}'
    said = [
        client.post("/api/v1/session", data=body, content_type="text/plain").status_code
        for _ in range(TRIES + 1)
    ]
    assert said[-1] == 429
    assert statuses(client, 1) == [429]


def test_the_current_password_cannot_be_guessed_from_a_session(strict: Flask, clock: FixedClock) -> None:
    learner = Learner(strict, clock)
    token = form_token(learner.client, "/account/password")
    said = []
    for n in range(TRIES + 1):
        # A login that nobody asked for must not name another counter.
        sent = {
            "csrf_token": token,
            "current": f"wrong {n}",
            "new": "n" * 12,
            "again": "n" * 12,
            "login": f"x{n}",
        }
        said.append(learner.client.post("/account/password", data=sent).status_code)
    assert said[-1] == 429


def test_signing_in_gives_a_new_session(app: Flask) -> None:
    """What somebody planted in the browser before is worth nothing afterwards."""
    furnish(app)
    client = app.test_client()
    planted = form_token(client)
    client.post("/login", data={"csrf_token": planted, "login": LEADER, "password": PASSWORD})

    answer = client.post("/api/v1/playbacks", json={"lesson_id": "x"}, headers={"X-CSRF-Token": planted})
    assert answer.status_code == 403


def test_the_token_of_another_session_is_refused(app: Flask, clock: FixedClock) -> None:
    furnish(app)
    mine, theirs = Learner(app, clock), Learner(app, clock, MANAGER)

    answer = mine.client.post("/api/v1/playbacks", json={"lesson_id": "x"}, headers=theirs.token)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example"]
)
def test_a_host_that_is_not_ours_is_refused(client: FlaskClient, host: str) -> None:
    """Otherwise a name that is pointed at this machine (DNS rebinding) lets a stranger's page speak to it."""
    assert client.get("/login", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "localhost:8000"])
def test_this_machines_own_names_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 200


def test_a_forwarded_host_is_nothing_without_a_proxy_of_ours(client: FlaskClient) -> None:
    answer = client.get("/me/hours", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "given", ["x", "a" * 65, "aaaaaaaa\u00e4", "<script>alert(1)</script>", "aaaaaaaa; b"]
)
def test_a_request_id_that_is_none_is_not_repeated(client: FlaskClient, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given
