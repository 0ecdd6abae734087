"""`/metrics`: for the monitoring only, and true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.sdk.clock import FixedClock
from app.sdk.outbox import enqueue
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.tasks import ask_for
from app.sdk.uow import unit_of_work
from tests.support.classroom import LEADER, Learner, furnish
from tests.support.installations import settings_for

TOKEN = "a-token-of-the-monitoring"


@pytest.fixture
def watched(database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Flask]:
    settings = settings_for(tmp_path, database_url=database_url, metrics_token=TOKEN)
    made = create_app(settings, clock=clock)
    yield made
    made.extensions[EXTENSION].engine.dispose()


def figures(app: Flask) -> dict[str, float]:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer a-token-of-the-monitorinG", f"Basic {TOKEN}", TOKEN]
)
def test_without_its_token_there_is_nothing(watched: Flask, given: str) -> None:
    answer = watched.test_client().get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 404


def test_an_installation_without_a_token_has_no_metrics(app: Flask) -> None:
    answer = app.test_client().get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


def test_every_line_is_of_the_text_format(watched: Flask) -> None:
    page = watched.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    label = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
    line = re.compile(rf"[a-z_]+(?:\{{{label}(?:,{label})*\}})? [-+0-9.e]+|# (?:HELP|TYPE) anxue_[a-z_]+ .+")
    assert [each for each in page.text.splitlines() if not line.fullmatch(each)] == []
    assert page.content_type == "text/plain; version=0.0.4; charset=utf-8"


def test_what_waits_in_the_outbox_is_counted_and_its_age_told(watched: Flask, clock: FixedClock) -> None:
    with watched.app_context(), unit_of_work() as uow:
        for number in range(3):
            enqueue(
                uow.session,
                topic="test",
                message_id=str(number),
                body=b"{}",
                ordering_key="one",
                destinations=["registry"],
                now=uow.now,
            )
        uow.commit()
    clock.advance(90)
    found = figures(watched)
    assert found['anxue_outbox_messages{destination="registry",state="pending"}'] == 3
    assert found['anxue_outbox_oldest_seconds{destination="registry"}'] == 90


def test_jobs_are_counted_by_state(watched: Flask) -> None:
    with watched.app_context(), unit_of_work() as uow:
        ask_for(uow, "test.work", "one", {})
        ask_for(uow, "test.work", "two", {})
        uow.commit()
    assert figures(watched)['anxue_jobs{kind="test.work",state="waiting"}'] == 2


def test_requests_are_counted_by_status(watched: Flask) -> None:
    name = 'anxue_requests_total{method="GET",status="404"}'
    before = figures(watched).get(name, 0)
    watched.test_client().get("/nowhere")
    assert figures(watched)[name] == before + 1


def test_durations_are_told_by_route_and_not_by_address(watched: Flask) -> None:
    watched.test_client().get("/nowhere/42?name=secret")
    found = figures(watched)
    assert found['anxue_request_seconds_count{route="none"}'] >= 1
    assert not any("nowhere" in name or "secret" in name for name in found)


def test_what_is_credited_is_counted(watched: Flask, clock: FixedClock) -> None:
    room = furnish(watched)
    learner = Learner(watched, clock, LEADER)
    name = "anxue_online_hours_credited_ms_total"
    before = figures(watched)[name]
    learner.open(room.lessons[TraineeCategory.TEAM_LEADER])
    check = learner.watch(0, 60)["challenge"]
    learner.answer(check["id"])
    assert figures(watched)[name] == before + 20_000


def test_beats_are_counted_and_what_was_said_of_them(watched: Flask, clock: FixedClock) -> None:
    room = furnish(watched)
    learner = Learner(watched, clock, LEADER)
    beats, hidden = "anxue_video_progress_beats_total", "anxue_video_progress_beat_codes_total"
    hidden = f'{hidden}{{code="HIDDEN_NOT_COUNTED"}}'
    learner.open(room.lessons[TraineeCategory.TEAM_LEADER])
    before = figures(watched)
    learner.watch(0, 10, step=5)
    clock.advance(5)
    learner.beat(10, 15, visible=False)
    after = figures(watched)
    assert after[beats] == before[beats] + 3
    assert after[hidden] == before.get(hidden, 0) + 1
