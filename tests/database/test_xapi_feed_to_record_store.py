"""From an event to a stored statement: the feed, the outbox and our own record store together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask

from app import sample
from app.accounts.service import person_by_login
from app.sdk.clock import FixedClock
from app.sdk.db import new_id
from app.sdk.events.base import Event
from app.sdk.events.playback import (
    LessonCompleted,
    PlaybackEnded,
    PlaybackOpened,
    PlaybackPaused,
    PlaybackPlayed,
)
from app.sdk.events.presence import ChallengeIssued, ChallengePassed, ConsentGiven
from app.sdk.outbox import depth, messages
from app.sdk.runtime import Runtime, runtime
from app.sdk.uow import unit_of_work
from plugins.record_store import store
from plugins.xapi_feed.service.health import faults
from plugins.xapi_feed.service.telling import DESTINATION, TOPIC, UnknownPersonError
from plugins.xapi_feed.settings import FeedSettings
from tests.support.learning_time import confirmed, stretch
from tests.support.record_clients import KEY, SECRET, enter_system
from tests.support.serving import served
from tests.support.statements import client, drain_of, frozen_statements


@pytest.fixture
def place(database: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A trainee who is enrolled, in a lesson."""
    (tmp_path / "no courses").mkdir()
    monkeypatch.setattr(sample, "COURSES", tmp_path / "no courses")
    sample.load(dict.fromkeys(sample.LOGINS, "a-long-pass-phrase-7"))
    with database.sessions() as session:
        person = person_by_login(session, "trainee.leader")
        assert person is not None
        enrolment = runtime().people.enrolment_of(person.id)
    assert enrolment is not None
    return {
        "person_id": person.id,
        "enrolment_id": enrolment.id,
        "offering_id": new_id(),
        "lesson_id": new_id(),
    }


@pytest.fixture
def happen(place: dict[str, Any], clock: FixedClock) -> Callable[..., None]:
    """Let an event happen now, in a transaction of its own."""
    playback_id = new_id()

    def publish(event: type[Event], /, **more: Any) -> None:
        given = {"event_id": new_id(), "happened_at": clock.now(), **place}
        if hasattr(event, "playback_id"):
            given["playback_id"] = playback_id
        if hasattr(event, "lesson_ms"):
            given["lesson_ms"] = 300_000
        with unit_of_work() as uow:
            uow.publish(event(**{**given, **more}))
            uow.commit()
        clock.advance(1)

    return publish


def a_learning_session(happen: Callable[..., None], place: dict[str, Any], clock: FixedClock) -> None:
    challenge = {"challenge_id": new_id(), "kind": "challenge"}
    happen(PlaybackOpened, position_ms=0)
    happen(PlaybackPlayed, position_ms=0)
    clock.advance(300)
    happen(ChallengeIssued, **challenge)
    happen(PlaybackPaused, position_ms=300_000, watched=((0, 300_000),))
    happen(ChallengePassed, **challenge, method="otp_quiz", attempt=1, evidence_digest="00" * 32)
    with unit_of_work() as uow:
        uow.publish(confirmed(stretch(0, 300), **place))
        uow.commit()
    happen(LessonCompleted, checked=((0, 300_000),), required=True)
    happen(PlaybackEnded, position_ms=300_000, watched=((0, 300_000),), reason="completed")


def outbox(database: Runtime) -> dict[str, bytes]:
    with database.sessions() as session:
        return dict(messages(session, TOPIC))


def stored(database: Runtime) -> dict[str, bytes]:
    with database.sessions() as session:
        return {row.id: bytes(row.raw) for row in store.all_of(session)}


def drain_into(app: Flask) -> None:
    with (
        served(app) as address,
        client(f"{address}/xapi", key=KEY, secret=SECRET, exchange_seconds=20) as ours,
    ):
        drain_of(ours).run(seconds_at_most=30)


def test_a_learning_session_reaches_the_store_byte_for_byte(
    app: Flask, database: Runtime, place: dict[str, Any], happen: Callable[..., None], clock: FixedClock
) -> None:
    enter_system(app)
    a_learning_session(happen, place, clock)
    frozen = outbox(database)
    drain_into(app)
    assert stored(database) == frozen
    verbs = [orjson.loads(body)["verb"]["display"]["en-US"] for body in frozen.values()]
    assert verbs == [
        "initialized",
        "played",
        "attempted",
        "paused",
        "passed",
        "earned",
        "completed",
        "terminated",
    ]


def test_a_second_drain_sends_nothing(app: Flask, database: Runtime) -> None:
    enter_system(app)
    frozen_statements(5)
    drain_into(app)
    drain_into(app)
    with database.sessions() as session:
        known = depth(session, DESTINATION)
    assert (known.pending, known.delivered) == (0, 5)


def test_what_was_already_stored_is_not_doubled(app: Flask, database: Runtime, clock: FixedClock) -> None:
    """A first sender dies after the answer: the second sends the same, the store knows it."""
    enter_system(app)
    frozen = frozen_statements(60)
    with (
        served(app) as address,
        client(f"{address}/xapi", key=KEY, secret=SECRET, exchange_seconds=20) as ours,
    ):
        ours.post(list(frozen.values())[:30])
        drain_of(ours).run(seconds_at_most=30)
    assert stored(database) == frozen


def test_nothing_personal_is_in_a_statement(
    place: dict[str, Any], happen: Callable[..., None], clock: FixedClock, database: Runtime
) -> None:
    a_learning_session(happen, place, clock)
    everything = b"".join(outbox(database).values())
    name = sample.TRAINEES["trainee.leader"][0]
    assert [part for part in (name, "trainee.leader") if part.encode() in everything] == []


def test_the_statement_of_an_event_that_is_undone_does_not_exist(
    place: dict[str, Any], database: Runtime, clock: FixedClock
) -> None:
    with unit_of_work() as uow:
        uow.publish(
            PlaybackOpened(
                event_id=new_id(),
                happened_at=clock.now(),
                playback_id=new_id(),
                lesson_ms=1_000,
                position_ms=0,
                **place,
            )
        )
    assert outbox(database) == {}


def test_consent_is_not_told(place: dict[str, Any], database: Runtime, clock: FixedClock) -> None:
    with unit_of_work() as uow:
        uow.publish(
            ConsentGiven(
                event_id=new_id(),
                happened_at=clock.now(),
                person_id=place["person_id"],
                purpose="compare",
                text_digest="00",
            )
        )
        uow.commit()
    assert outbox(database) == {}


def test_an_event_of_somebody_unknown_is_undone_rather_than_lost(
    place: dict[str, Any], happen: Callable[..., None]
) -> None:
    with pytest.raises(UnknownPersonError):
        happen(PlaybackOpened, position_ms=0, person_id=99_999)


def test_hours_name_plan_and_rules(
    place: dict[str, Any], happen: Callable[..., None], clock: FixedClock, database: Runtime
) -> None:
    a_learning_session(happen, place, clock)
    [earned] = [
        said
        for body in outbox(database).values()
        if (said := orjson.loads(body))["verb"]["id"].endswith("/earned")
    ]
    assert earned["context"]["extensions"] == {
        "https://anxue.example/xapi/extensions/rule-version": "rules-1",
        "https://anxue.example/xapi/extensions/plan": "https://anxue.example/plans/3/versions/1",
    }


def test_the_doctor_names_a_backlog_and_dead_letters(database: Runtime, clock: FixedClock) -> None:
    frozen_statements(3)
    with database.sessions() as session:
        now = clock.now() + timedelta(hours=2)
        assert list(faults(session, FeedSettings(), now=now, sample=True)) == [
            "最早的待发语句已等待 120 分钟"
        ]
