"""Logs say what happened to which request, and nothing about people but their number."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.kernel.logs import JSON, configure_logs
from app.sdk.clock import FixedClock
from app.sdk.db import read
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.web import public
from tests.support.classroom import LEADER, PASSWORD, Learner, furnish

NAME = "学员"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a web process would write from here on."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(JSON, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_is_one_line_with_id_person_route_status_and_time(
    app: Flask, clock: FixedClock, written: io.StringIO
) -> None:
    room = furnish(app)
    learner = Learner(app, clock)
    learner.client.get("/api/v1/me/hours", headers={"X-Request-Id": "abcdefgh-1"})
    line = lines(written)[-1]
    assert line.pop("ms") >= 0
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "anxue.requests",
        "message": "request",
        "request_id": "abcdefgh-1",
        "person_id": room.people[LEADER],
        "method": "GET",
        "route": "/api/v1/me/hours",
        "status": 200,
    }


def test_a_session_leaves_no_name_password_ticket_cookie_or_query_in_the_log(
    app: Flask, clock: FixedClock, written: io.StringIO
) -> None:
    room = furnish(app)
    app.test_client().post("/api/v1/session", json={"login": LEADER, "password": "a wrong phrase"})
    learner = Learner(app, clock)
    playback = learner.open(room.lessons[TraineeCategory.TEAM_LEADER])
    shown = learner.challenge(learner.watch(0, 60)["challenge"]["id"])
    learner.answer(shown["id"])
    learner.client.get("/me/data?q=one-private-word")
    learner.client.get("/login?next=/one-private-word")
    cookie = learner.client.get_cookie("anxue_session")
    assert cookie is not None
    whole = written.getvalue()
    secret = [
        *(NAME, PASSWORD, "a wrong phrase", playback["ticket"], playback["id"], cookie.value),
        *(learner.token["X-CSRF-Token"], shown["nonce"], shown["id"], "one-private-word"),
    ]
    assert len(lines(written)) >= 10
    assert [each for each in secret if each in whole] == []


def test_a_login_is_not_in_the_log(app: Flask, clock: FixedClock, written: io.StringIO) -> None:
    furnish(app)
    Learner(app, clock, "manager")
    assert "manager" not in written.getvalue()


def test_a_fault_is_told_by_kind_and_place_without_what_was_entered(app: Flask, written: io.StringIO) -> None:
    @public("a route of this test")
    def broken(word: str) -> str:
        raise ValueError("王小明 370100199001011234")

    app.add_url_rule("/broken/<word>", view_func=broken)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        app.test_client().get("/broken/another-private-word")
    fault = next(line for line in lines(written) if line["level"] == "error")
    assert fault["error"] == ["builtins.ValueError"]
    assert fault["stack"][-1].endswith(" broken")
    assert fault["request_id"]
    assert all(word not in written.getvalue() for word in ("王小明", "370100", "another-private-word"))


def test_what_was_entered_is_not_in_the_text_of_a_database_error(database: Any) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        read().execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "one-private-word"})
    assert "one-private-word" not in str(caught.value)


def test_health_questions_are_not_logged_while_all_is_well(app: Flask, written: io.StringIO) -> None:
    app.test_client().get("/healthz")
    app.test_client().get("/readyz")
    assert written.getvalue() == ""


def test_a_health_question_that_fails_is_logged(app: Flask, written: io.StringIO) -> None:
    app.extensions[EXTENSION].engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.kernel.operations.read", _away)
        app.test_client().get("/readyz")
    assert lines(written)[-1]["status"] == 503


def _away() -> None:
    from app.sdk.errors import UnavailableError

    raise UnavailableError
