"""Attacks on checks: choosing one's own moment, dodging, guessing, answering twice or for somebody else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from app.sdk.uow import unit_of_work
from plugins.video_progress.models import Learner as LearnerRow
from tests.support.classroom import LEADER, OTHER_LEADER, Classroom, Learner, furnish

OWN = TraineeCategory.TEAM_LEADER
GAP_SECONDS = 20
"""The classroom draws every check after twenty seconds of learning time."""


@pytest.fixture
def classroom(app: Flask) -> Classroom:
    return furnish(app)


@pytest.fixture
def learner(classroom: Classroom, app: Flask, clock: FixedClock) -> Learner:
    learner = Learner(app, clock)
    learner.open(classroom.lessons[OWN])
    return learner


def end_check(learner: Learner) -> str:
    answer = learner.post(f"/api/v1/playbacks/{learner.playback['id']}/end-check")
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["challenge"]["id"])


def learning_row(app: Flask, classroom: Classroom) -> tuple[int, int]:
    """Return the learning time since the last drawn check and the gap until the next, in ms."""
    with app.app_context(), unit_of_work() as uow:
        row = uow.session.execute(
            select(LearnerRow).where(LearnerRow.person_id == classroom.people[LEADER])
        ).scalar_one()
        return row.learned_ms, row.gap_ms


def credited(learner: Learner) -> float:
    return float(learner.hours()["confirmed_seconds"])


def test_an_end_check_of_ones_own_does_not_put_off_the_drawn_one(learner: Learner) -> None:
    """Who asks for a check just before one is due would never be asked at a moment not of their choosing."""
    assert not learner.watch(0, 15)["challenge"]
    assert learner.answer(end_check(learner)).get_json()["result"] == "passed"

    drawn = learner.watch(15, 25, step=5)["challenge"]
    assert drawn is not None
    assert drawn["kind"] == "challenge"


def test_a_lost_end_check_does_not_put_off_the_drawn_one(
    learner: Learner, app: Flask, classroom: Classroom
) -> None:
    learner.watch(0, 15)
    learner.answer(end_check(learner))
    learner.watch(15, 17, step=1)
    check = end_check(learner)
    for _ in range(3):
        learner.answer(check, right=False)

    assert learning_row(app, classroom) == (17_000, GAP_SECONDS * 1000)


def test_what_an_end_check_confirmed_is_not_lost_with_the_drawn_one(learner: Learner) -> None:
    learner.watch(0, 15)
    learner.answer(end_check(learner))
    drawn = learner.watch(15, 25, step=5)["challenge"]
    for _ in range(3):
        learner.answer(drawn["id"], right=False)

    assert credited(learner) == 15


def test_closing_at_a_check_does_not_dodge_it(learner: Learner, classroom: Classroom) -> None:
    assert learner.watch(0, 20)["challenge"]
    learner.post(f"/api/v1/playbacks/{learner.playback['id']}/close")
    learner.open(classroom.lessons[OWN])

    assert learner.watch(0, 1, step=1)["challenge"]
    assert credited(learner) == 0


def test_opening_again_at_a_check_does_not_dodge_it(learner: Learner, classroom: Classroom) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    learner.open(classroom.lessons[OWN])

    assert learner.client.get(f"/api/v1/challenges/{check}").status_code == 409
    assert learner.watch(0, 1, step=1)["challenge"]


def test_the_check_of_a_replaced_playback_confirms_nothing(learner: Learner, classroom: Classroom) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    shown = learner.challenge(check)
    learner.open(classroom.lessons[OWN])
    sent = {
        "method": "otp_quiz",
        "nonce": shown["nonce"],
        "code": shown["prompts"]["otp_quiz"]["code"],
        "answer": "A",
    }

    answer = learner.post(f"/api/v1/challenges/{check}/answers", data=sent)
    assert (answer.status_code, credited(learner)) == (409, 0)


def test_signing_out_at_a_check_does_not_dodge_it(
    learner: Learner, classroom: Classroom, app: Flask, clock: FixedClock
) -> None:
    learner.watch(0, 20)
    learner.client.delete("/api/v1/session", headers=learner.token)
    again = Learner(app, clock)
    again.open(classroom.lessons[OWN])

    assert again.watch(0, 1, step=1)["challenge"]


def test_never_answering_earns_nothing_however_often(
    learner: Learner, classroom: Classroom, clock: FixedClock
) -> None:
    for _ in range(4):
        learner.open(classroom.lessons[OWN])
        learner.watch(0, 20, step=5)
        clock.advance(200)
    assert credited(learner) == 0


def test_a_check_gives_three_guesses_in_all(learner: Learner) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    said = [learner.answer(check, right=False) for _ in range(3)]

    assert [answer.get_json()["result"] for answer in said] == ["failed"] * 3
    assert said[-1].get_json()["nonce"] is None
    assert learner.client.get(f"/api/v1/challenges/{check}").status_code == 409


@pytest.mark.parametrize(
    "changes",
    [{"code": ""}, {"answer": ""}, {"code": " "}, {"code": "", "answer": ""}, {"answer": "\u3000"}],
)
def test_an_incomplete_answer_tells_nothing_and_gains_no_time(
    learner: Learner, clock: FixedClock, changes: dict[str, str]
) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    clock.advance(59)
    for _ in range(10):
        answer = learner.answer(check, right=True, **changes).get_json()
        assert answer["result"] == "retry"
        assert [reason["code"] for reason in answer["reasons"]] == ["ANSWER_INCOMPLETE"]
    assert answer["expires_in"] == 1


def test_an_answer_before_the_question_was_shown_is_no_guess(learner: Learner) -> None:
    issued = learner.watch(0, 20)["challenge"]
    sent = {"method": "otp_quiz", "nonce": issued["nonce"], "code": "000000", "answer": "A"}
    answer = learner.post(f"/api/v1/challenges/{issued['id']}/answers", data=sent).get_json()

    assert (answer["result"], answer["attempts_left"]) == ("retry", 3)
    assert credited(learner) == 0


@pytest.mark.parametrize("nonce", ["", "x", "\u00e4", "0" * 2000])
def test_a_made_up_nonce_answers_nothing(learner: Learner, nonce: str) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    assert learner.answer(check, nonce=nonce).status_code == 409
    assert credited(learner) == 0


@pytest.mark.parametrize("method", ["", "snapshot", "OTP_QUIZ", "otp_quiz ", "__class__"])
def test_a_way_that_is_not_open_answers_nothing(learner: Learner, method: str) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    assert learner.answer(check, method=method).status_code == 422
    assert learner.challenge(check)["attempts_left"] == 3


def test_a_passed_check_confirms_once(learner: Learner) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    shown = learner.challenge(check)
    prompt = shown["prompts"]["otp_quiz"]
    right = next(option["key"] for option in prompt["options"] if option["text"] == "对的")
    sent = {"method": "otp_quiz", "nonce": shown["nonce"], "code": prompt["code"], "answer": right}
    said = [learner.post(f"/api/v1/challenges/{check}/answers", data=sent).status_code for _ in range(3)]

    assert said == [200, 409, 409]
    assert credited(learner) == 20


def test_another_persons_check_is_not_found_whatever_is_known_of_it(
    learner: Learner, classroom: Classroom, app: Flask, clock: FixedClock
) -> None:
    """A friend who reads nonce, code and answer from somebody else's screen still cannot send them."""
    friend = Learner(app, clock, OTHER_LEADER)
    check = learner.watch(0, 20)["challenge"]["id"]
    shown = learner.challenge(check)
    prompt = shown["prompts"]["otp_quiz"]
    sent = {"method": "otp_quiz", "nonce": shown["nonce"], "code": prompt["code"], "answer": "A"}

    assert friend.post(f"/api/v1/challenges/{check}/answers", data=sent).status_code == 404
    path = f"/api/v1/playbacks/{learner.playback['id']}"
    assert friend.post(f"{path}/end-check", data=sent).status_code == 404
    assert friend.post(f"{path}/close").status_code == 404
    assert friend.client.get(path).status_code == 404
    ticket = {"ticket": learner.playback["ticket"], "beats": []}
    assert friend.post(f"{path}/beats", json=ticket).status_code == 404
    assert friend.post(f"{path}/beacon", json=ticket).status_code == 404


def test_a_new_end_check_cannot_be_answered_in_the_request_that_opens_it(learner: Learner) -> None:
    learner.watch(0, 15)
    path = f"/api/v1/playbacks/{learner.playback['id']}/end-check"
    sent = {"method": "otp_quiz", "nonce": "", "code": "000000", "answer": "A"}
    assert learner.post(path, data=sent).status_code == 409
    assert credited(learner) == 0


def test_beats_of_one_playback_earn_nothing_in_the_next(learner: Learner, classroom: Classroom) -> None:
    """The stretch was claimed while the clock moved on, and is claimed again when it has not."""
    learner.watch(0, 15)
    beats = [{"seq": n, "played": [n * 5 - 5, n * 5], "rate": 1, "visible": True} for n in (1, 2, 3)]
    learner.open(classroom.lessons[OWN])

    assert learner.beats(beats).get_json()["pending_seconds"] == 0


def test_time_between_two_playbacks_pays_for_nothing(
    learner: Learner, classroom: Classroom, clock: FixedClock
) -> None:
    learner.post(f"/api/v1/playbacks/{learner.playback['id']}/close")
    clock.advance(100)
    learner.open(classroom.lessons[OWN])

    assert learner.beat(0, 60).get_json()["pending_seconds"] == 0


def test_two_devices_that_take_turns_earn_no_more_than_the_clock(
    learner: Learner, classroom: Classroom, app: Flask, clock: FixedClock
) -> None:
    began, phone = clock.now(), Learner(app, clock)
    devices = [learner, phone]
    for turn in range(12):
        device = devices[turn % 2]
        device.open(classroom.lessons[OWN])
        clock.advance(5)
        answer = device.beat(device.playback["resume_at"], device.playback["resume_at"] + 10).get_json()
        if answer["challenge"] or answer["pending_seconds"]:
            device.answer(end_check(device))
    assert 0 < credited(learner) <= (clock.now() - began).total_seconds()


def test_an_answer_and_a_close_at_once_confirm_once_or_not_at_all(
    database_url: str, learner: Learner, app: Flask
) -> None:
    check = learner.watch(0, 20)["challenge"]["id"]
    shown = learner.challenge(check)
    prompt = shown["prompts"]["otp_quiz"]
    right = next(option["key"] for option in prompt["options"] if option["text"] == "对的")
    sent = {"method": "otp_quiz", "nonce": shown["nonce"], "code": prompt["code"], "answer": right}
    cookie = learner.client.get_cookie("anxue_session")
    assert cookie is not None
    said: list[tuple[str, int]] = []
    ready = threading.Barrier(5)

    def ask(path: str, form: dict[str, Any]) -> None:
        client = app.test_client()
        client.set_cookie("anxue_session", cookie.value)
        ready.wait()
        said.append((path, client.post(path, data=form, headers=learner.token).status_code))

    answers = f"/api/v1/challenges/{check}/answers"
    close = f"/api/v1/playbacks/{learner.playback['id']}/close"
    asked = [(answers, sent), (answers, sent), (answers, sent), (close, {}), (close, {})]
    threads = [threading.Thread(target=ask, args=one) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    passed = [status for path, status in said if path == answers and status == 200]
    assert {status for _, status in said} <= {200, 409}
    assert len(passed) <= 1
    assert credited(learner) == 20 * len(passed)
