"""After any way of playing through the interface, the ledger is sound and the page says what it holds."""

from __future__ import annotations

from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.sdk.clock import FixedClock
from app.sdk.db import read
from app.sdk.people import TraineeCategory
from plugins.online_hours.domain.reasons import REASONS
from plugins.online_hours.models import LedgerEntry, UncountedTime
from plugins.online_hours.service import health
from tests.support.classroom import LESSON_SECONDS, Classroom, Learner, furnish

LESSON = TraineeCategory.TEAM_LEADER

# What a person, a script or a bad network may do next: seconds that pass, and media claimed in them.
moves = st.lists(
    st.one_of(
        st.tuples(st.just("watch"), st.integers(0, 25), st.integers(1, 25)),
        st.tuples(st.just("hidden"), st.integers(0, 25), st.integers(1, 25)),
        st.tuples(st.just("back"), st.integers(0, 25), st.integers(1, 25)),
        st.tuples(st.just("pause"), st.integers(1, 200), st.just(0)),
        st.tuples(st.just("reopen"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("wrong"), st.integers(0, 70), st.just(0)),
    ),
    min_size=5,
    max_size=25,
)


@pytest.fixture
def classroom(app: Flask) -> Classroom:
    return furnish(app)


class Player:
    """Plays moves; answers checks rightly unless the last move was a wrong answer."""

    def __init__(self, app: Flask, clock: FixedClock, classroom: Classroom) -> None:
        self.learner, self.clock, self.lesson = Learner(app, clock), clock, classroom.lessons[LESSON]
        self.statuses: set[int] = set()
        self.open()

    def open(self) -> None:
        self.position = self.learner.open(self.lesson)["resume_at"]

    def move(self, deed: str, seconds: int, claimed: int) -> None:
        self.clock.advance(seconds)
        if deed == "reopen":
            self.open()
            return
        if deed == "pause":
            return
        start = max(0, self.position - 10) if deed == "back" else self.position
        end = min(start + max(claimed, 1), LESSON_SECONDS)
        if start >= end:
            start, end = 0, min(claimed, LESSON_SECONDS)
        answer = self.learner.beat(start, end, visible=deed != "hidden")
        self.statuses.add(answer.status_code)
        heard = answer.get_json()
        self.position = heard.get("furthest", self.position)
        if heard.get("challenge"):
            passed = self.learner.answer(heard["challenge"]["id"], right=deed != "wrong")
            self.statuses.add(passed.status_code)


def play(app: Flask, clock: FixedClock, classroom: Classroom, moves: list[tuple[str, int, int]]) -> Player:
    player = Player(app, clock, classroom)
    for deed, seconds, claimed in moves:
        player.move(deed, seconds, claimed)
    return player


SETTINGS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(moves=moves)
def test_no_way_of_playing_meets_the_ledgers_last_defence(
    app: Flask, clock: FixedClock, classroom: Classroom, moves: list[tuple[str, int, int]]
) -> None:
    assert play(app, clock, classroom, moves).statuses <= {200}


@SETTINGS
@given(moves=moves)
def test_no_way_of_playing_leaves_the_ledger_unsound(
    app: Flask, clock: FixedClock, classroom: Classroom, moves: list[tuple[str, int, int]]
) -> None:
    play(app, clock, classroom, moves)

    with app.app_context():
        session = read()
        faults = [
            *health.sums_that_disagree(session),
            *health.moments_credited_twice(session),
            *health.media_credited_twice(session),
        ]
    assert faults == []


@SETTINGS
@given(moves=moves)
def test_the_page_says_what_the_ledger_holds(
    app: Flask, clock: FixedClock, classroom: Classroom, moves: list[tuple[str, int, int]]
) -> None:
    hours = play(app, clock, classroom, moves).learner.hours()

    with app.app_context():
        credited = read().execute(select(LedgerEntry.id, LedgerEntry.credited_ms)).all()
    shown = [
        entry
        for offering in hours["offerings"]
        for lesson in offering["lessons"]
        for entry in lesson["entries"]
    ]
    assert {entry["id"]: entry["credited_seconds"] * 1000 for entry in shown} == dict(credited)
    assert hours["confirmed_seconds"] * 1000 == sum(credited_ms for _, credited_ms in credited)


@SETTINGS
@given(moves=moves)
def test_every_loss_has_a_reason_in_words(
    app: Flask, clock: FixedClock, classroom: Classroom, moves: list[tuple[str, int, int]]
) -> None:
    play(app, clock, classroom, moves)

    with app.app_context():
        codes = set(read().execute(select(UncountedTime.code)).scalars())
    assert codes <= REASONS.keys()


def test_playing_a_lesson_twice_earns_it_once(app: Flask, clock: FixedClock, classroom: Classroom) -> None:
    there_and_again = [("watch", 10, 10)] * 12 + [("reopen", 5, 0)] + [("watch", 10, 10)] * 12

    # The last check was passed at 60 s of 60 s; what was watched again is known already.
    assert play(app, clock, classroom, there_and_again).learner.hours()["confirmed_seconds"] == LESSON_SECONDS


def test_wild_play_is_worth_watching(app: Flask, clock: FixedClock, classroom: Classroom) -> None:
    rng = Random(20)
    wild = [
        (rng.choice(["watch", "watch", "hidden", "back", "pause", "reopen", "wrong"]), rng.randint(0, 25), 20)
        for _ in range(60)
    ]

    hours = play(app, clock, classroom, wild).learner.hours()
    entries = [
        entry for one in hours["offerings"] for lesson in one["lessons"] for entry in lesson["entries"]
    ]
    assert len(entries) >= 2


def test_what_a_second_device_ends_is_shown_as_lost_and_why(
    app: Flask, clock: FixedClock, classroom: Classroom
) -> None:
    hours = play(app, clock, classroom, [("watch", 10, 10), ("reopen", 1, 0)]).learner.hours()

    lost = [(line["code"], line["seconds"], line["text"]) for line in hours["uncounted"]]
    assert lost == [("SESSION_REPLACED", 10, REASONS["SESSION_REPLACED"])]
