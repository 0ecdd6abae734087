"""The main job through HTTP on both databases: watch, be checked, have it confirmed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from tests.support.classroom import LEADER, LESSON_SECONDS, MANAGER, OTHER_LEADER, Classroom, Learner, furnish

OWN = TraineeCategory.TEAM_LEADER


@pytest.fixture
def classroom(database_url: str, app: Flask) -> Classroom:
    return furnish(app)


@pytest.fixture
def learner(classroom: Classroom, app: Flask, clock: FixedClock) -> Learner:
    return Learner(app, clock)


def test_a_passed_check_puts_the_watched_time_into_the_hours(classroom: Classroom, learner: Learner) -> None:
    learner.open(classroom.lessons[OWN])
    heard = learner.watch(0, 60)
    assert heard["pending_seconds"] == 20

    assert learner.answer(heard["challenge"]["id"]).get_json()["result"] == "passed"

    assert learner.hours()["confirmed_seconds"] == 20


def test_a_whole_lesson_with_its_end_check_is_complete(classroom: Classroom, learner: Learner) -> None:
    learner.open(classroom.lessons[OWN])
    at = 0.0
    while at < LESSON_SECONDS:
        heard = learner.watch(at, LESSON_SECONDS)
        at = heard["furthest"]
        if heard["challenge"]:
            learner.answer(heard["challenge"]["id"])
    pending = learner.post(f"/api/v1/playbacks/{learner.playback['id']}/end-check")
    if pending.status_code == 200:
        learner.answer(pending.get_json()["challenge"]["id"])

    lesson = learner.client.get("/api/v1/me/offerings").get_json()["offerings"][0]["lessons"][0]
    assert (lesson["complete"], lesson["checked_seconds"]) == (True, LESSON_SECONDS)


def test_three_wrong_answers_leave_only_the_last_stretch_unconfirmed(
    classroom: Classroom, learner: Learner
) -> None:
    learner.open(classroom.lessons[OWN])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    second = learner.watch(20, 60)["challenge"]["id"]
    results = [learner.answer(second, right=False).get_json() for _ in range(3)]

    state = learner.client.get(f"/api/v1/playbacks/{learner.playback['id']}").get_json()
    hours = learner.hours()
    assert [result["attempts_left"] for result in results] == [2, 1, 0]
    assert (state["resume_at"], state["furthest"], state["pending_seconds"]) == (20, 20, 0)
    assert hours["confirmed_seconds"] == 20
    assert [(row["code"], row["seconds"]) for row in hours["uncounted"]] == [("CHALLENGE_FAILED", 20)]


def test_an_answer_at_sixty_seconds_passes_and_one_later_is_a_lost_attempt(
    classroom: Classroom, learner: Learner, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    first = learner.watch(0, 60)["challenge"]
    clock.advance(60)
    assert learner.answer(first["id"]).get_json()["result"] == "passed"

    second = learner.watch(20, 60)["challenge"]
    nonce, code = second["nonce"], learner.challenge(second["id"])["prompts"]["otp_quiz"]["code"]
    clock.advance(60.001)
    late = learner.post(
        f"/api/v1/challenges/{second['id']}/answers",
        data={"method": "otp_quiz", "nonce": nonce, "code": code, "answer": "A"},
    ).get_json()
    assert (late["result"], late["reasons"][0]["code"], late["attempts_left"]) == (
        "failed",
        "CHALLENGE_EXPIRED",
        2,
    )


def test_closing_discards_the_tail_and_keeps_what_was_confirmed(
    classroom: Classroom, learner: Learner
) -> None:
    learner.open(classroom.lessons[OWN])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    learner.watch(20, 30)
    closed = learner.post(f"/api/v1/playbacks/{learner.playback['id']}/close").get_json()
    again = learner.open(classroom.lessons[OWN])

    assert (closed["state"], closed["pending_seconds"]) == ("closed", 0)
    assert again["resume_at"] == 20
    assert {row["code"] for row in learner.hours()["uncounted"]} == {"TAIL_DISCARDED"}


def test_a_second_device_takes_the_lease_and_the_first_one_counts_nothing(
    classroom: Classroom, learner: Learner, app: Flask, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    learner.watch(0, 10)
    second = Learner(app, clock)
    second.open(classroom.lessons[OWN])
    clock.advance(10)

    refused = learner.beat(10, 20)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "lease_lost")
    assert second.watch(0, 10)["pending_seconds"] == 10


def test_logging_out_ends_the_playback(classroom: Classroom, learner: Learner) -> None:
    learner.open(classroom.lessons[OWN])
    learner.watch(0, 10)
    assert learner.client.delete("/api/v1/session", headers=learner.token).status_code == 204

    again = Learner(learner.client.application, learner.clock)
    state = again.client.get(f"/api/v1/playbacks/{learner.playback['id']}").get_json()
    assert (state["state"], state["pending_seconds"]) == ("closed", 0)


def test_silence_is_swept_up(classroom: Classroom, learner: Learner, app: Flask, clock: FixedClock) -> None:
    from plugins.video_progress.tasks import sweep_orphans

    learner.open(classroom.lessons[OWN])
    learner.watch(0, 10)
    clock.advance(29 * 60)
    with app.app_context():
        sweep_orphans()
    shown = f"/api/v1/playbacks/{learner.playback['id']}"
    assert learner.client.get(shown).get_json()["state"] == "open"

    clock.advance(120)
    with app.app_context():
        sweep_orphans()
    assert learner.client.get(shown).get_json()["state"] == "lost"


def test_another_categorys_lesson_offering_and_video_are_not_found(
    classroom: Classroom, learner: Learner
) -> None:
    foreign = TraineeCategory.MANAGER_IN_CHARGE
    asked = [
        learner.post("/api/v1/playbacks", json={"lesson_id": classroom.lessons[foreign]}),
        learner.client.get(f"/lessons/{classroom.lessons[foreign]}"),
        learner.client.get(f"/courses/{classroom.offerings[foreign]}"),
        learner.client.get(f"/media/{classroom.assets[foreign]}/master.m3u8"),
        learner.client.get(f"/media/{classroom.assets[foreign]}/key"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 5


@pytest.mark.parametrize("login", [OTHER_LEADER, MANAGER])
def test_other_peoples_playbacks_and_checks_are_not_found(
    classroom: Classroom, learner: Learner, app: Flask, clock: FixedClock, login: str
) -> None:
    learner.open(classroom.lessons[OWN])
    challenge = learner.watch(0, 60)["challenge"]
    thief = Learner(app, clock, login)
    thief.playback, at = learner.playback, f"/api/v1/playbacks/{learner.playback['id']}"

    answers = [
        thief.client.get(at),
        thief.beat(20, 30),
        thief.post(f"{at}/close"),
        thief.post(f"{at}/end-check"),
        thief.post(f"{at}/beacon", json={"ticket": learner.playback["ticket"], "beats": []}),
        thief.client.get(f"/api/v1/challenges/{challenge['id']}"),
        thief.post(f"/api/v1/challenges/{challenge['id']}/answers", data={"method": "otp_quiz"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7


def test_six_beats_at_once_count_the_time_that_passed_once(
    classroom: Classroom, learner: Learner, app: Flask, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    clock.advance(15)
    cookie = learner.client.get_cookie("anxue_session")
    assert cookie is not None

    def send(n: int) -> int:
        client = app.test_client()
        client.set_cookie("anxue_session", cookie.value)
        return client.post(
            f"/api/v1/playbacks/{learner.playback['id']}/beats",
            headers=learner.token,
            json={
                "ticket": learner.playback["ticket"],
                "beats": [{"seq": n, "played": [0, 15], "rate": 1, "visible": True}],
            },
        ).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, range(1, 7)))
    state = learner.client.get(f"/api/v1/playbacks/{learner.playback['id']}").get_json()
    assert statuses == [200] * 6
    assert state["pending_seconds"] == 15


def test_without_a_verified_identity_nothing_is_credited_and_the_lesson_still_moves_on(
    database_url: str, app: Flask, clock: FixedClock
) -> None:
    classroom = furnish(app, verified=False)
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    hours = learner.hours()
    assert hours["confirmed_seconds"] == 0
    assert [(row["code"], row["seconds"]) for row in hours["uncounted"]] == [("IDENTITY_UNVERIFIED", 20)]


def test_the_ledger_and_the_outbox_hold_the_same_fact(
    classroom: Classroom, learner: Learner, app: Flask
) -> None:
    import orjson
    from sqlalchemy import select

    from app.sdk.db import read
    from app.sdk.outbox import OutboxMessage
    from plugins.online_hours.models import LedgerEntry

    learner.open(classroom.lessons[OWN])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    with app.app_context():
        entry = read().execute(select(LedgerEntry)).scalar_one()
        bodies = [orjson.loads(body) for body in read().execute(select(OutboxMessage.body)).scalars()]
    earned = [body for body in bodies if body["verb"]["id"].endswith("/earned")]
    assert (entry.credited_ms, entry.enrolment_id) == (20_000, classroom.enrolments[LEADER])
    assert [body["result"]["duration"] for body in earned] == ["PT20.00S"]


def test_what_was_hidden_or_too_fast_is_told_on_the_hours_page_when_play_ends(
    classroom: Classroom, learner: Learner, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    clock.advance(5)
    learner.beat(0, 5, visible=False)
    clock.advance(5)
    learner.beat(5, 20)
    learner.post(f"/api/v1/playbacks/{learner.playback['id']}/close")

    lost = {row["code"]: row["seconds"] for row in learner.hours()["uncounted"]}
    assert lost == {"HIDDEN_NOT_COUNTED": 5, "RATE_EXCEEDED": 8, "TAIL_DISCARDED": 5}


def test_a_page_that_goes_away_is_not_asked_and_is_asked_when_it_comes_back(
    classroom: Classroom, learner: Learner, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    learner.watch(0, 15, step=15)
    clock.advance(10)
    beat = {"seq": 50, "played": [15, 25], "rate": 1, "visible": True}
    path = f"/api/v1/playbacks/{learner.playback['id']}"
    left = learner.client.post(f"{path}/beacon", json={"ticket": learner.playback["ticket"], "beats": [beat]})
    state = learner.client.get(path).get_json()
    assert (left.status_code, state["pending_seconds"], state["challenge"]) == (204, 25, None)

    clock.advance(5)
    learner.seq = 51
    assert learner.beat(25, 30).get_json()["challenge"] is not None


def test_whoever_only_ever_says_goodbye_is_asked_all_the_same(
    classroom: Classroom, learner: Learner, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    path = f"/api/v1/playbacks/{learner.playback['id']}"
    for seq in range(1, 7):
        clock.advance(10)
        beat = {"seq": seq, "played": [seq * 10 - 10, seq * 10], "rate": 1, "visible": True}
        learner.client.post(f"{path}/beacon", json={"ticket": learner.playback["ticket"], "beats": [beat]})
    assert learner.client.get(path).get_json()["challenge"] is not None


def test_an_end_check_does_not_put_the_next_check_off(
    classroom: Classroom, learner: Learner, clock: FixedClock
) -> None:
    learner.open(classroom.lessons[OWN])
    learner.watch(0, 10)
    path = f"/api/v1/playbacks/{learner.playback['id']}"
    learner.answer(learner.post(f"{path}/end-check").get_json()["challenge"]["id"])
    clock.advance(10)
    assert learner.beat(10, 20).get_json()["challenge"] is not None
