"""The record store on both databases: filters, pages, voiding, and many senders at once."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from flask import Flask

from app.sdk.runtime import EXTENSION, Runtime
from plugins.record_store import store
from plugins.record_store.domain.validation import VOIDED
from plugins.record_store.models import StoredStatement
from tests.support.record_clients import Sender, enter_system, numbers, statement


def kept(app: Flask) -> list[StoredStatement]:
    runtime: Runtime = app.extensions[EXTENSION]
    with runtime.sessions() as session:
        return list(store.all_of(session))


REGISTRATION = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


@pytest.fixture
def sender(database_url: str, app: Flask) -> Sender:
    """A system with credentials; every request has a context of its own, as in service."""
    enter_system(app)
    return Sender(app.test_client())


@pytest.fixture
def twelve(sender: Sender) -> Sender:
    for number in range(12):
        more: dict[str, Any] = {"context": {"registration": REGISTRATION}} if number % 4 == 0 else {}
        sender.post(statement(number, **more))
    return sender


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"verb": "https://a.example/verbs/1"}, [10, 7, 4, 1]),
        ({"agent": json.dumps(statement(0)["actor"]), "limit": 3}, [10, 8, 6]),
        ({"registration": REGISTRATION.upper(), "ascending": "true"}, [0, 4, 8]),
        ({"activity": "https://a.example/things/5"}, [5]),
        ({"verb": "https://a.example/verbs/0", "registration": REGISTRATION}, [0]),
        ({"agent": json.dumps({"mbox": "mailto:nobody@a.example"})}, []),
    ],
)
def test_a_filter_finds_what_it_names(asked: dict[str, Any], expected: list[int], twelve: Sender) -> None:
    assert numbers(twelve.listed(**asked)) == expected


def test_pages_hold_everything_once(twelve: Sender) -> None:
    seen, more = [], "/xapi/statements?limit=5"
    while more:
        page = twelve.get(more).json
        assert page is not None
        seen += numbers(page["statements"])
        more = page["more"]
    assert seen == list(range(11, -1, -1))


def test_a_voided_statement_disappears(twelve: Sender) -> None:
    target = {"objectType": "StatementRef", "id": statement(5)["id"]}
    twelve.post(statement(100, verb={"id": VOIDED}, object=target))
    assert 5 not in numbers(twelve.listed())


def test_a_conflict_leaves_the_store_as_it_was(twelve: Sender) -> None:
    other = statement(3, verb={"id": "https://a.example/verbs/other"})
    assert twelve.post([statement(50), other]).status_code == 409
    assert len(twelve.listed()) == 12


def test_bytes_with_everything_json_may_hold_are_kept(sender: Sender, app: Flask) -> None:
    text = json.dumps(
        statement(
            1, result={"response": "\x00 \u2028 😀 学", "extensions": {"x:y": [1.50, 10**30, -0.0, None]}}
        )
    )
    sender.post(text.encode())
    assert [bytes(row.raw) for row in kept(app)] == [text.encode()]


def test_many_senders_at_once_store_each_statement_once_and_a_reader_misses_none(
    app: Flask, sender: Sender
) -> None:
    """Four senders post overlapping batches while a reader follows with `since`."""
    faults: list[object] = []
    sending = threading.Event()
    sending.set()
    followed: list[int] = []

    def send(first: int) -> None:
        mine = Sender(app.test_client())
        for start in range(first, first + 60, 5):
            answer = mine.post([statement(number) for number in range(start, start + 10)])
            if answer.status_code != 200:
                faults.append(answer.text)

    def follow() -> None:
        mine, since = Sender(app.test_client()), "2000-01-01T00:00:00Z"
        while True:
            last_look = not sending.is_set()
            page = mine.listed(since=since, ascending="true", limit=500)
            followed.extend(numbers(page))
            since = page[-1]["stored"] if page else since
            if last_look and not page:
                return

    senders = [threading.Thread(target=send, args=(first,)) for first in (0, 20, 40, 60)]
    reader = threading.Thread(target=follow)
    for thread in (*senders, reader):
        thread.start()
    for thread in senders:
        thread.join()
    sending.clear()
    reader.join()
    moments = [row.stored_at for row in kept(app)]
    assert faults == []
    assert sorted(followed) == list(range(125))
    assert (len(moments), moments) == (125, sorted(set(moments)))
