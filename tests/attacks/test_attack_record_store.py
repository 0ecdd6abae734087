"""Attacks on the record store's door, and by a hostile record store on those who send to it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.sdk.clock import FixedClock
from plugins.record_store.service.credentials import READ, WRITE
from plugins.xapi_feed.gateway.lrs import RecordStoreClient
from tests.support.classroom import Learner, furnish
from tests.support.record_clients import KEY, SECRET, Sender, enter_system, statement

PATIENCE_SECONDS = 1.0


@pytest.fixture
def sender(app: Flask, client: FlaskClient) -> Sender:
    enter_system(app)
    return Sender(client)


def test_a_trainees_session_opens_no_statements(app: Flask, clock: FixedClock, sender: Sender) -> None:
    furnish(app)
    learner = Learner(app, clock)
    headers = {**learner.token, "X-Experience-API-Version": "1.0.3"}
    assert learner.client.get("/xapi/statements", headers=headers).status_code == 401
    assert learner.client.post("/xapi/statements", json=statement(1), headers=headers).status_code == 401
    assert sender.listed() == []


def test_a_system_s_credentials_open_no_page(app: Flask, sender: Sender, client: FlaskClient) -> None:
    furnish(app)
    assert client.get("/api/v1/me/hours", headers=sender.headers).status_code == 401


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Basic",
        "Basic =",
        "Basic ////",
        "Basic Og==",
        "Basic /w==",
        "Bearer x",
        "Basic " + "A" * 8000,
        "Digest username=x",
    ],
)
def test_credentials_that_are_none_are_refused(client: FlaskClient, sender: Sender, shown: str) -> None:
    headers = {"Authorization": shown, "X-Experience-API-Version": "1.0.3"}
    assert client.get("/xapi/statements", headers=headers).status_code == 401


def test_a_refusal_repeats_no_secret(
    client: FlaskClient, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong = Sender(client, secret="a-secret-that-is-long-but-wrong")
    answer = wrong.get()
    assert answer.status_code == 401
    for secret in (SECRET, "a-secret-that-is-long-but-wrong", wrong.headers["Authorization"]):
        assert secret not in answer.text + caplog.text + str(answer.headers)


def test_a_withdrawn_or_lesser_credential_does_only_what_it_may(app: Flask, client: FlaskClient) -> None:
    enter_system(app, key="only.reads", scopes=(READ,))
    enter_system(app, key="only.writes", scopes=(WRITE,))
    assert Sender(client, key="only.reads").post(statement(1)).status_code == 403
    assert Sender(client, key="only.writes").post(statement(1)).status_code == 200
    assert Sender(client, key="only.writes").get(statementId=statement(1)["id"]).status_code == 403


def test_nobody_can_say_who_vouches_for_a_statement(sender: Sender) -> None:
    forged = {"objectType": "Agent", "account": {"homePage": "https://evil.example", "name": "registry"}}
    sender.post(statement(1, authority=forged, stored="2001-01-01T00:00:00Z"))
    [given] = sender.listed()
    assert given["authority"]["account"]["name"] == KEY
    assert given["stored"].startswith("2025")


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-12:00"},
        {"since": "2025-02-30T00:00:00Z"},
        {"limit": "\u0661"},
        {"cursor": "9" * 19},
        {"agent": "[" * 3000},
        {"agent": '{"mbox": "mailto:a@b", "mbox": "mailto:c@d"}'},
        {"agent": '{"account": {"homePage": "https://a.example", "name": "\\ud800"}}'},
        {"verb": "https://a.example/" + "a" * 5000},
        {"statementId": "' OR 1=1 --"},
        {"activity": "\x00"},
    ],
)
def test_no_question_makes_the_store_fail(sender: Sender, asked: dict[str, str]) -> None:
    assert sender.get(**asked).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"0," * 100_000 + b"0]",
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"result": {"score": {"raw": 1e400}}}',
        b'"' + b"\\u0000" * 10_000 + b'"',
        b"\xef\xbb\xbf{}",
    ],
)
def test_no_body_costs_time_or_fails(sender: Sender, body: bytes) -> None:
    began = time.perf_counter()
    assert sender.post(body).status_code == 400
    assert time.perf_counter() - began < 2


@contextlib.contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """Run a server that begins an answer and goes on with it for ever, drop by drop."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(first)
                while not over.wait(0.05):
                    connection.sendall(drop)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/xapi"
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
        (b"HTTP/1.1 ", b"2"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
)
def test_a_store_that_answers_drop_by_drop_is_left_in_time(first: bytes, drop: bytes) -> None:
    """Each drop comes well within the time of one read: only the whole exchange can be too long."""
    with (
        dripping(first, drop) as endpoint,
        RecordStoreClient(
            endpoint, key="k", secret="s", version="1.0.3", exchange_seconds=PATIENCE_SECONDS
        ) as client,
    ):
        done = threading.Event()
        answers = []

        def ask() -> None:
            answers.append(client.statement("x"))
            done.set()

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        in_time = done.wait(PATIENCE_SECONDS * 4)
    asking.join(5)
    assert in_time
    assert answers[0].status is None
