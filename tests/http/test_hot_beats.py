"""The short way of beats says what the long way says, and leaves to it what is not plain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, Role
from app.accounts.service import create_person, end_sessions
from app.enrolment.categories import Post
from app.enrolment.models import TrainingPlan
from app.enrolment.service import enrol
from app.factory import create_app
from app.sdk.clock import FixedClock, SystemClock
from app.sdk.db import read
from app.sdk.errors import UnavailableError
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.uow import unit_of_work
from plugins.video_progress.domain.rules import PlaybackRules
from plugins.video_progress.models import BeatRow, Playback
from plugins.video_progress.models import Learner as LearnerRow
from plugins.video_progress.service import playing
from plugins.video_progress.service.counting import BEATS
from plugins.video_progress.service.grouping import Grouping, RulesInForce, SentBeats
from tests.support import databases, services
from tests.support.classroom import PASSWORD, Classroom, Learner, furnish
from tests.support.installations import MORNING, settings_for

OWN = TraineeCategory.TEAM_LEADER


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many beats each call of the long way was given."""
    seen: list[int] = []
    hear = playing.hear_beats

    def noted(uow: object, playback_id: str, person_id: int, beats: list[object], **more: object) -> object:
        seen.append(len(beats))
        return hear(uow, playback_id, person_id, beats, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(playing, "hear_beats", noted)
    return seen


@pytest.fixture
def learner(database_url: str, app: Flask, clock: FixedClock) -> Learner:
    classroom = furnish(app)
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    return learner


def test_a_plain_beat_after_the_first_takes_the_short_way(learner: Learner, long_ways: list[int]) -> None:
    assert learner.watch(0, 15, step=5)["pending_seconds"] == 15
    assert long_ways == [1]


def test_beats_are_counted_on_either_way(learner: Learner) -> None:
    before = next(BEATS.samples()).value
    learner.watch(0, 15, step=5)
    assert next(BEATS.samples()).value == before + 3


def test_a_beat_that_makes_a_check_due_takes_the_long_way(learner: Learner, long_ways: list[int]) -> None:
    assert learner.watch(0, 20, step=5)["challenge"] is not None
    assert long_ways == [1, 1]


@pytest.mark.parametrize(
    ("beat", "ways", "status"),
    [
        ({"seq": 1, "played": [0, 5], "rate": 1, "visible": True}, 2, 200),
        ({"seq": 1, "played": [0, 4], "rate": 1, "visible": True}, 2, 409),
        ({"seq": 9, "played": [50, 55], "rate": 1, "visible": True}, 2, 200),
        ({"seq": 9, "played": [5, 55], "rate": 1, "visible": True}, 2, 200),
        ({"seq": 9, "played": [5, 10], "rate": 16, "visible": True}, 2, 200),
        ({"seq": 9, "played": [5, 10], "rate": 1, "visible": False}, 2, 200),
        ({"seq": -1, "played": [5, 10], "rate": 1, "visible": True}, 1, 422),
    ],
)
def test_what_is_not_plain_takes_the_long_way(
    learner: Learner, clock: FixedClock, long_ways: list[int], beat: dict[str, object], ways: int, status: int
) -> None:
    learner.watch(0, 5)
    clock.advance(5)
    answer = learner.beats([beat])
    assert len(long_ways) == ways
    assert answer.status_code == status


def test_a_forged_ticket_after_a_good_one_opens_nothing(learner: Learner, clock: FixedClock) -> None:
    learner.watch(0, 10, step=5)
    learner.playback["ticket"] += "x"
    assert learner.beat(10, 15).status_code == 404


def test_ended_sessions_end_at_once_on_the_short_way(learner: Learner, app: Flask) -> None:
    learner.watch(0, 10, step=5)
    with app.app_context(), unit_of_work() as uow:
        person = uow.session.execute(sa.select(Playback.person_id)).scalar_one()
        end_sessions(uow, person, actor_id=person)
        uow.commit()
    assert learner.beat(10, 15).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": "x"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_the_short_way_is_guarded_like_the_long_one(learner: Learner, headers: dict[str, str]) -> None:
    learner.watch(0, 10, step=5)
    learner.token = {**learner.token, **headers}
    assert learner.beat(10, 15).status_code == 403


def told(app: Flask, clock: FixedClock) -> Iterator[TestResponse]:
    classroom = furnish(app)
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    for start in (0, 5, 10):
        clock.advance(4.321)
        yield learner.beat(start, start + 4.321)
    clock.advance(1)
    yield learner.beat(0, 1)


def kept(app: Flask) -> list[tuple[object, ...]]:
    beat, playback, learner = BeatRow, Playback, LearnerRow
    with app.app_context():
        rows = [
            *read().execute(
                sa.select(
                    beat.seq, beat.from_ms, beat.to_ms, beat.rate, beat.visible, beat.client_ms, beat.body,
                    beat.received_at, beat.believed_ms, beat.joined_ms, beat.codes,
                ).order_by(beat.id)
            ),
            *read().execute(
                sa.select(
                    playback.state, playback.furthest_ms, playback.pending_ms, playback.position_ms,
                    playback.last_sign_at, playback.playing,
                )
            ),
            *read().execute(sa.select(learner.person_id, learner.learned_ms)),
        ]  # fmt: skip
        return [tuple(row) for row in rows]


def test_both_ways_answer_and_keep_the_same(
    database_url: str,
    app: Flask,
    clock: FixedClock,
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = list(told(app, clock))
    monkeypatch.setenv("ANXUE_VIDEO_PROGRESS_GROUP_COMMIT", "false")
    folder = tmp_path / "long"
    folder.mkdir()
    address, later = databases.sqlite_copy(sqlite_template, folder), FixedClock(MORNING)
    without = create_app(settings_for(folder, database_url=address), clock=later)
    long = list(told(without, later))

    def shown(answer: TestResponse) -> tuple[int, bytes, dict[str, str]]:
        headers = {name.lower(): value for name, value in answer.headers if name != "X-Request-Id"}
        return answer.status_code, answer.data, headers

    assert [shown(answer) for answer in short] == [shown(answer) for answer in long]
    assert kept(app) == kept(without)
    without.extensions[EXTENSION].engine.dispose()


def test_many_at_once_count_what_they_would_one_after_the_other(
    database_url: str, app: Flask, clock: FixedClock
) -> None:
    classroom = furnish(app)
    learners = newcomers(app, clock, classroom, 16)
    for learner in learners:
        learner.open(classroom.lessons[OWN])
    clock.advance(5)
    for learner in learners:
        learner.beat(0, 5)
    clock.advance(10)

    def send(number: int) -> int:
        learner = learners[number % 16]
        # Test clients keep cookies of their own and are not shared between threads.
        client = app.test_client()
        cookie = learner.client.get_cookie("anxue_session")
        assert cookie is not None
        client.set_cookie("anxue_session", cookie.value)
        beat = {"seq": 100 + number, "played": [5, 15], "rate": 1, "visible": True}
        for _ in range(10):
            answer = client.post(
                f"/api/v1/playbacks/{learner.playback['id']}/beats",
                headers=learner.token,
                json={"ticket": learner.playback["ticket"], "beats": [beat]},
            )
            if answer.status_code != 503:  # players come again, with the same beat
                break
        return answer.status_code

    with ThreadPoolExecutor(64) as pool:
        statuses = list(pool.map(send, range(64)))
    with app.app_context():
        pending = list(read().execute(sa.select(Playback.pending_ms)).scalars())
        learned = list(read().execute(sa.select(LearnerRow.learned_ms)).scalars())
        heard = read().execute(sa.select(sa.func.count()).select_from(BeatRow)).scalar_one()
    assert statuses == [200] * 64
    assert pending == learned == [15_000] * 16
    assert heard == 16 + 64


def newcomers(app: Flask, clock: FixedClock, classroom: Classroom, number: int) -> list[Learner]:
    """Return more team leaders, signed in."""
    with app.app_context(), unit_of_work() as uow:
        city = uow.session.execute(sa.select(Organisation)).scalars().one()
        plan = uow.session.execute(sa.select(TrainingPlan).where(TrainingPlan.category == OWN)).scalar_one()
        for n in range(number):
            person = create_person(
                uow, f"many{n}", name="学员", password=PASSWORD, roles=[Role.TRAINEE], organisation=city
            )
            enrol(
                uow,
                person,
                plan,
                post=Post.TEAM_LEADER,
                industry="mining",
                organisation=city,
                identity=("onsite_check", MORNING),
            )
        uow.commit()
    return [Learner(app, clock, f"many{n}") for n in range(number)]


def test_a_database_that_is_away_is_said_within_five_seconds() -> None:
    address = f"postgresql+psycopg://anxue@127.0.0.1:{services.free_port()}/nobody"
    engine = sa.create_engine(address, connect_args={"connect_timeout": 5})
    rules = RulesInForce()
    rules.keep("x", PlaybackRules())
    begun = time.monotonic()
    with pytest.raises(UnavailableError):
        Grouping(engine, SystemClock(), rules).commit([SentBeats("x", 1, ())])
    assert time.monotonic() - begun < 5
