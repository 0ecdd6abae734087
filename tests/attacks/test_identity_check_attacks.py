"""Tricks at a check, through the HTTP interface: other faces, old pictures, other people's checks."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from app.sdk.clock import FixedClock
from tests.support.camera import picture_at
from tests.support.identity_check import (
    ANOTHER_FACE,
    MY_FACE,
    THIRD_FACE,
    Watcher,
    school_with_questions,
)
from tests.support.school import School


@pytest.fixture
def school(app: Flask) -> School:
    return school_with_questions(app)


@pytest.fixture
def me(app: Flask, clock: FixedClock, school: School) -> Watcher:
    """Return somebody who watches, enrolled with the own face."""
    watcher = Watcher(app, clock, "leader", school)
    watcher.choose_face(MY_FACE)
    return watcher


@pytest.fixture
def other(app: Flask, clock: FixedClock, school: School) -> Watcher:
    """Return somebody else, enrolled with the own face too."""
    watcher = Watcher(app, clock, "other", school)
    watcher.choose_face(ANOTHER_FACE)
    return watcher


def result(answer: object) -> tuple[str, list[str]]:
    body = answer.json  # type: ignore[attr-defined]
    return body["result"], [reason["code"] for reason in body["reasons"]]


def test_the_honest_trainee_passes_with_the_face(me: Watcher) -> None:
    assert result(me.answer(me.watch_until_asked(), picture_at(MY_FACE, 100))) == ("passed", [])


def test_the_honest_trainee_passes_without_a_face(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    prompt = me.check(challenge)["prompts"]["otp_quiz"]
    right = next(option["key"] for option in prompt["options"] if option["text"] == "对的")

    said = me.answer(challenge, method="otp_quiz", code=prompt["code"], answer=right)
    assert result(said) == ("passed", [])


def test_both_ways_earn_the_same(me: Watcher, other: Watcher) -> None:
    mine, theirs = me.watch_until_asked(), other.watch_until_asked()
    me.answer(mine, picture_at(MY_FACE, 100))
    prompt = other.check(theirs)["prompts"]["otp_quiz"]
    right = next(option["key"] for option in prompt["options"] if option["text"] == "对的")
    other.answer(theirs, method="otp_quiz", code=prompt["code"], answer=right)

    assert (me.confirmed_seconds(), other.confirmed_seconds()) == (me.watched_seconds, other.watched_seconds)


@pytest.mark.parametrize("face", [ANOTHER_FACE, THIRD_FACE])
def test_somebody_else_s_face_loses_three_attempts_and_confirms_nothing(me: Watcher, face: str) -> None:
    challenge = me.watch_until_asked()
    said = [me.answer(challenge, picture_at(face, moment)) for moment in range(3)]

    assert [result(one)[0] for one in said] == ["failed"] * 3
    assert (said[-1].json or {})["attempts_left"] == 0
    assert me.confirmed_seconds() == 0


def test_a_snapshot_of_an_earlier_check_is_refused(me: Watcher) -> None:
    picture = picture_at(MY_FACE, 100)
    me.answer(me.watch_until_asked(), picture)

    assert result(me.answer(me.watch_until_asked(), picture)) == ("failed", ["REUSED_PICTURE"])


def test_the_enrolment_picture_is_refused_however_it_is_treated(me: Watcher) -> None:
    treated = io.BytesIO()
    enrolment = Image.open(io.BytesIO(picture_at(MY_FACE, 1)))
    enrolment.resize((800, 600)).save(treated, "JPEG", quality=80)

    assert result(me.answer(me.watch_until_asked(), treated.getvalue())) == ("failed", ["REUSED_PICTURE"])


def test_a_picture_that_somebody_else_sent_is_refused(me: Watcher, other: Watcher) -> None:
    picture = picture_at(MY_FACE, 100)
    other.answer(other.watch_until_asked(), picture)

    assert result(me.answer(me.watch_until_asked(), picture)) == ("failed", ["REUSED_PICTURE"])


def test_somebody_else_s_check_is_not_found(me: Watcher, other: Watcher) -> None:
    theirs = other.watch_until_asked()

    assert me.client.get(f"/api/v1/challenges/{theirs}").status_code == 404
    assert me.answer(theirs, picture_at(ANOTHER_FACE, 100), nonce="any").status_code == 404


def test_the_nonce_of_another_check_is_refused(me: Watcher, other: Watcher) -> None:
    mine, theirs = me.watch_until_asked(), other.watch_until_asked()
    foreign = other.check(theirs)["nonce"]

    assert me.answer(mine, picture_at(MY_FACE, 100), nonce=foreign).status_code == 409


def test_the_nonce_of_a_lost_attempt_is_refused(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    first = me.check(challenge)["nonce"]
    me.answer(challenge, picture_at(ANOTHER_FACE, 100))

    assert me.answer(challenge, picture_at(MY_FACE, 100), nonce=first).status_code == 409


def test_a_check_is_not_passed_twice(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    nonce = me.check(challenge)["nonce"]
    me.answer(challenge, picture_at(MY_FACE, 100), nonce=nonce)

    assert me.answer(challenge, picture_at(MY_FACE, 101), nonce=nonce).status_code in {409, 410}


def test_the_code_of_the_attempt_before_is_worth_nothing(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    old = me.check(challenge)["prompts"]["otp_quiz"]
    me.answer(challenge, method="otp_quiz", code="000000", answer="Z")
    new = me.check(challenge)["prompts"]["otp_quiz"]
    right = next(option["key"] for option in new["options"] if option["text"] == "对的")

    outcome, codes = result(me.answer(challenge, method="otp_quiz", code=old["code"], answer=right))
    assert old["code"] == new["code"] or (outcome, codes) == ("failed", ["CODE_WRONG"])


def test_the_check_does_not_tell_which_option_is_right(me: Watcher) -> None:
    check = me.check(me.watch_until_asked())

    assert "right_key" not in str(check)
    assert set(check["prompts"]["otp_quiz"]) == {"code", "question", "options"}


def test_poor_pictures_do_not_hold_an_attempt_open_for_ever(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    said = [result(me.answer(challenge, b"junk"))[0] for _ in range(5)]

    assert said == ["retry"] * 4 + ["failed"]


def test_withdrawing_consent_during_a_check_closes_the_face_way_and_leaves_the_other(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    me.client.delete("/api/v1/me/identity/consents/face_compare", headers=me.headers)

    ways = {way["name"]: way["available"] for way in me.check(challenge)["methods"]}
    assert ways == {"snapshot": False, "otp_quiz": True}


def test_no_answer_tells_how_alike_two_faces_are(me: Watcher) -> None:
    challenge = me.watch_until_asked()
    said = me.answer(challenge, picture_at(ANOTHER_FACE, 100))

    assert set(dict(said.json or {})) == {"result", "reasons", "attempts_left", "nonce", "expires_in"}
    assert "0." not in " ".join(reason["text"] for reason in dict(said.json or {})["reasons"])
