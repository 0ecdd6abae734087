"""What the console says of the feed, and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask, current_app
from pydantic import SecretStr

from app.sdk.clock import FixedClock
from app.sdk.outbox_claim import claim
from app.sdk.outbox_settle import Refused, hold_back, settle
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.uow import unit_of_work
from plugins.xapi_feed.cli import feed
from plugins.xapi_feed.service.telling import DESTINATION
from plugins.xapi_feed.settings import FeedSettings
from tests.support.record_stub import record_stub
from tests.support.statements import frozen_statements


@pytest.fixture
def running(app: Flask) -> Iterator[Runtime]:
    with app.app_context():
        yield app.extensions[EXTENSION]


def anxue(*words: str) -> Result:
    # Each command is a process of its own, with its own look at the database.
    with current_app.app_context():
        result = CliRunner().invoke(feed, words)
    assert result.exit_code == 0, result.output
    return result


def status() -> dict[str, object]:
    told: dict[str, object] = json.loads(anxue("status", "--json").output)
    return told


def refuse_everything() -> None:
    with unit_of_work() as uow:
        held = claim(uow.session, DESTINATION, now=uow.now, lease=timedelta(minutes=4))
        assert held is not None
        outcomes = {message.message_id: Refused(status=400, answer="no") for message in held.messages}
        settle(uow.session, held, outcomes, now=uow.now)
        uow.commit()


def test_the_status_counts_and_says_how_old_the_oldest_is(running: Runtime, clock: FixedClock) -> None:
    frozen_statements(3)
    clock.advance(90)
    told = status()
    assert (told["pending"], told["oldest_waiting_seconds"]) == (3, 90)


def test_the_status_is_a_sentence_for_people(running: Runtime) -> None:
    frozen_statements(2)
    assert "待发 2，发送中 0，已送达 0，被拒收 0" in anxue("status").output


def test_without_a_destination_nothing_is_sent_and_nothing_lost(running: Runtime) -> None:
    frozen_statements(2)
    anxue("drain")
    assert status()["pending"] == 2


def test_drain_sends_now(running: Runtime) -> None:
    with record_stub() as stub:
        running.plugin_settings[FeedSettings] = FeedSettings(
            endpoint=stub.endpoint, key="feed", secret=SecretStr("anything")
        )
        frozen_statements(2)
        said = anxue("drain").output
    assert (said.strip(), len(stub.stored)) == ("送达 2，被拒收 0，稍后重发 0", 2)


def test_what_was_refused_is_shown_with_the_answer(running: Runtime) -> None:
    [refused] = frozen_statements(1)
    refuse_everything()
    assert json.loads(anxue("dead").output) == {"id": refused, "status": 400, "answer": "no"}


def test_what_was_refused_can_be_sent_again(running: Runtime) -> None:
    [refused] = frozen_statements(1)
    refuse_everything()
    anxue("replay", refused)
    assert (status()["pending"], status()["dead"]) == (1, 0)


def test_a_pause_is_ended_by_hand(running: Runtime) -> None:
    with unit_of_work() as uow:
        hold_back(uow.session, DESTINATION, until=uow.now, failed=True, reason="status 401")
        uow.commit()
    before = status()["pause_reason"]
    anxue("resume")
    assert (before, status()["pause_reason"]) == ("status 401", None)


def test_the_export_holds_the_exact_text_of_every_statement(running: Runtime) -> None:
    frozen = frozen_statements(3)
    lines = [json.loads(line) for line in anxue("export").output.splitlines()]
    assert {line["id"]: line["text"].encode() for line in lines} == frozen
