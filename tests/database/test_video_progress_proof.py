"""The doctor works every confirmed stretch out again from beats and checks, and names the row that lies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.sdk.clock import FixedClock
from app.sdk.db import read
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from plugins.online_hours.service.health import books_that_disagree
from plugins.video_progress.models import BeatRow, ChallengeRow, CreditedDay, LessonProgressRow, Playback
from plugins.video_progress.service import proving
from tests.support.classroom import Classroom, Learner, furnish

OWN = TraineeCategory.TEAM_LEADER


@pytest.fixture
def learner(app: Flask, clock: FixedClock) -> Learner:
    """Somebody who passed checks, lost one in silence, closed, came back and is still watching."""
    classroom: Classroom = furnish(app)
    learner = Learner(app, clock)
    lesson = classroom.lessons[OWN]
    learner.open(lesson)
    first = learner.watch(0, 60)["challenge"]["id"]
    learner.answer(first, right=False)
    clock.advance(3)
    learner.answer(first)
    learner.beat(20, 20)
    learner.watch(20, 60)
    clock.advance(400)
    learner.beat(20, 20)
    learner.watch(20, 30)
    learner.post(f"/api/v1/playbacks/{learner.playback['id']}/close")
    learner.open(lesson)
    clock.advance(40)
    learner.beat(20, 35)
    learner.beat(35, 55)
    learner.answer(
        learner.post(f"/api/v1/playbacks/{learner.playback['id']}/end-check").get_json()["challenge"]["id"]
    )
    clock.advance(5)
    learner.beat(50, 60, visible=False)
    learner.watch(55, 58)
    return learner


@pytest.fixture
def session(learner: Learner, app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield read()


def change(app: Flask, statement: object) -> None:
    """Do what nobody may: change rows behind the application's back."""
    with app.extensions[EXTENSION].engine.begin() as connection:
        connection.execute(statement)


def test_what_honest_use_left_behind_is_proved_and_one_millisecond_more_is_not(
    database_url: str, app: Flask, session: Session
) -> None:
    assert [*proving.unproved(session), *proving.beats_twice(session), *proving.stuck(session)] == []
    session.rollback()
    change(app, update(LessonProgressRow).values(checked_ms=LessonProgressRow.checked_ms + 1))
    (fault,) = proving.unproved(session)
    assert fault.endswith("is not what was checked")


def test_much_was_confirmed_for_that(learner: Learner) -> None:
    assert learner.hours()["confirmed_seconds"] >= 50


def test_credit_added_to_a_lesson_is_named(app: Flask, session: Session) -> None:
    change(app, update(LessonProgressRow).values(credited=[0, 60_000]))
    (fault,) = proving.unproved(session)
    assert "60000 ms credited" in fault


def test_media_said_to_be_checked_is_named(app: Flask, session: Session) -> None:
    change(app, update(LessonProgressRow).values(checked=[0, 59_000], checked_ms=59_000))
    (fault,) = proving.unproved(session)
    assert "59000 ms checked" in fault


def test_a_ledger_that_credits_something_else_is_named(
    database_url: str, app: Flask, session: Session
) -> None:
    assert list(books_that_disagree(session)) == []
    session.rollback()
    change(app, update(LessonProgressRow).values(credited=[0, 60_000]))
    (fault,) = books_that_disagree(session)
    assert fault.endswith("video_progress 60000 ms")


def test_credit_without_any_record_of_the_lesson_is_named(app: Flask, session: Session) -> None:
    change(app, text("DELETE FROM video_progress_lesson"))
    (fault,) = books_that_disagree(session)
    assert fault.endswith("video_progress 0 ms")


def test_a_day_with_another_sum_is_named(app: Flask, session: Session) -> None:
    change(app, update(CreditedDay).values(credited_ms=CreditedDay.credited_ms + 1))
    (fault,) = proving.unproved(session)
    assert "the evidence comes to" in fault


def test_a_beat_that_claims_to_be_worth_more_is_named(app: Flask, session: Session) -> None:
    change(app, update(BeatRow).where(BeatRow.seq == 2).values(joined_ms=BeatRow.joined_ms + 1))
    (fault,) = proving.unproved(session)
    assert "beat 2 is worth" in fault


def test_beats_taken_away_leave_credit_without_proof(app: Flask, session: Session) -> None:
    change(app, text("DELETE FROM video_progress_beat WHERE seq = 1"))
    assert any("ms credited, the evidence comes to" in fault for fault in [*proving.unproved(session)])


def test_a_check_said_to_be_passed_is_named(app: Flask, session: Session) -> None:
    change(app, update(ChallengeRow).where(ChallengeRow.outcome == "failed").values(outcome="passed"))
    assert any(
        "was passed, but not when or by which rules" in fault for fault in [*proving.unproved(session)]
    )


def test_a_state_written_by_hand_is_named(app: Flask, session: Session) -> None:
    open_one = read().query(Playback).filter(Playback.ended_at.is_(None)).one()
    playback_id, state = open_one.id, list(open_one.state)
    session.rollback()
    state[2] += 1
    change(app, update(Playback).where(Playback.id == playback_id).values(state=state))
    (fault,) = proving.unproved(session)
    assert "its state is not what its beats come to" in fault


def test_a_beat_of_no_playback_is_named(app: Flask, session: Session) -> None:
    change(app, update(BeatRow).where(BeatRow.seq == 1).values(playback_id="nobody's"))
    assert list(proving.beats_twice(session)) == ["1 beats belong to playback nobody's, which is not there"]


def test_a_playback_that_the_sweep_forgot_is_named(clock: FixedClock, session: Session) -> None:
    clock.advance(3600)
    (fault,) = proving.stuck(session)
    assert "is open without a sign of life" in fault


def test_an_open_playback_without_the_lease_is_named(app: Flask, session: Session) -> None:
    change(app, text("UPDATE video_progress_learner SET playback_id = NULL"))
    (fault,) = proving.stuck(session)
    assert "lease is None" in fault
