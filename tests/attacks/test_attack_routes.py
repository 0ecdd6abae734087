"""Every route of the running application, tried by strangers and by people in another role.

The list of routes is the application's own, so that a new one cannot be
forgotten here: it is tried as soon as it exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.kernel.security import HEADERS
from app.sdk.clock import FixedClock
from app.sdk.web import access_of
from tests.support.classroom import Learner, furnish

PUBLIC = {
    "accounts.login",
    "accounts.log_in",
    "accounts.logout",
    "session_api.open_session",
    "session_api.close_session",
    "operations.healthz",
    "operations.readyz",
    "operations.measure",
    "operations.document",
    "record_store.about",
    "record_store.post_statements",
    "record_store.put_statement",
    "record_store.get_statements",
}
"""Whoever adds one gives it a second thought here."""
WITHOUT_TOKEN = {
    "session_api.open_session",
    "video_progress_playbacks.beacon",
    "record_store.post_statements",
    "record_store.put_statement",
}
SOMETHING = "00000000-0000-4000-8000-000000000000"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Call:
    """One method of one route, with an address that names nothing."""

    endpoint: str
    method: str
    path: str


def is_static(endpoint: str) -> bool:
    return endpoint == "static" or endpoint.endswith(".static")


def calls(app: Flask) -> list[Call]:
    return [
        Call(rule.endpoint, method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method not in {"HEAD", "OPTIONS"} and not is_static(rule.endpoint)
    ]


def address(rule: Rule) -> str:
    values = {name: 1 if "<int:" in rule.rule and name == "number" else SOMETHING for name in rule.arguments}
    return str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def ask(client: FlaskClient, call: Call, **more: object) -> TestResponse:
    return client.open(call.path, method=call.method, **more)  # type: ignore[arg-type]


@pytest.fixture
def furnished(app: Flask) -> Flask:
    furnish(app)
    return app


def test_only_known_routes_are_open_to_everybody(app: Flask) -> None:
    found = {
        name
        for name, view in app.view_functions.items()
        if (mark := access_of(view)) and mark.permission is None
    }
    assert {name for name in found if not is_static(name)} <= PUBLIC


def test_only_known_routes_need_no_token(app: Flask) -> None:
    found = {name for name, view in app.view_functions.items() if (mark := access_of(view)) and not mark.csrf}
    assert found <= WITHOUT_TOKEN


def test_no_stranger_gets_past_a_route_that_is_not_public(furnished: Flask) -> None:
    client = furnished.test_client()
    tried = [call for call in calls(furnished) if call.endpoint not in PUBLIC]
    assert len(tried) > 20
    for call in tried:
        answer = ask(client, call)
        to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/login?")
        assert answer.status_code == 401 or to_login, f"{call}: {answer.status_code}"


def test_no_permission_of_another_role_opens_a_route(furnished: Flask, clock: FixedClock) -> None:
    """A trainee is refused what staff may do, and the other way round, before anything is read."""
    for login in ("leader", "author"):
        person = Learner(furnished, clock, login)
        mine = permissions_of(furnished, login)
        barred = [
            call
            for call in calls(furnished)
            if (mark := access_of(furnished.view_functions[call.endpoint]))
            and mark.permission is not None
            and mark.permission not in mine
        ]
        assert barred
        for call in barred:
            assert ask(person.client, call, headers=person.token).status_code == 403, call


def permissions_of(app: Flask, login: str) -> frozenset[str]:
    from app.accounts.service import person_by_login
    from app.sdk.db import read

    with app.app_context():
        person = person_by_login(read(), login)
        assert person is not None
        return frozenset(app.extensions["anxue_sessions"]._signed_in(person).permissions)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
def test_no_other_page_may_act_in_a_trainees_name(
    furnished: Flask, clock: FixedClock, headers: dict[str, str]
) -> None:
    """Without the token, or with it and from elsewhere, nothing is done and the session lives on."""
    learner = Learner(furnished, clock)
    mine = permissions_of(furnished, "leader")
    for call in calls(furnished):
        mark = access_of(furnished.view_functions[call.endpoint])
        if call.method not in UNSAFE or mark is None or call.endpoint.startswith("record_store."):
            continue
        if mark.permission is not None and mark.permission not in mine:
            continue
        if not headers and not mark.csrf:
            continue
        token = learner.token if headers else {}
        answer = ask(learner.client, call, headers={**headers, **token})
        assert answer.status_code == 403, f"{call}: {answer.status_code}"
    assert learner.client.get("/api/v1/me/hours").status_code == 200


def test_a_method_in_a_header_or_a_form_changes_nothing(furnished: Flask, clock: FixedClock) -> None:
    learner = Learner(furnished, clock)
    learner.client.get("/api/v1/session?_method=DELETE", headers={"X-HTTP-Method-Override": "DELETE"})
    assert learner.client.get("/api/v1/me/hours").status_code == 200


def test_every_answer_bears_the_headers_that_keep_browsers_safe(furnished: Flask, clock: FixedClock) -> None:
    learner, stranger = Learner(furnished, clock), furnished.test_client()
    for call in calls(furnished):
        for client in (learner.client, stranger):
            answer = ask(client, call)
            assert HEADERS.items() <= dict(answer.headers).items(), call
            assert "Server" not in answer.headers


def test_no_route_reads_a_session_cookie_that_was_not_signed(furnished: Flask) -> None:
    client = furnished.test_client()
    for forged in (
        "eyJfdXNlcl9pZCI6IjEuMSJ9.aaaaaa.bbbb",
        "x",
        ".",
        "\u00e4".encode().decode("latin-1"),
        "a" * 4000,
    ):
        client.set_cookie("anxue_session", forged)
        assert client.get("/api/v1/me/hours").status_code == 401


def test_the_cookie_cannot_be_read_by_scripts_and_stays_on_this_site(furnished: Flask) -> None:
    answer = furnished.test_client().post(
        "/api/v1/session", json={"login": "leader", "password": "a long enough phrase"}
    )
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
