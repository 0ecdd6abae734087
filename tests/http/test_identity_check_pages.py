"""The page 身份核验 and its calls: agreeing, enrolling, withdrawing; nothing about a face comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.sdk.clock import FixedClock
from plugins.identity_check.domain.consent import FACE_PURPOSES, NOTICES, Purpose, notice
from tests.support.camera import picture_at
from tests.support.identity_check import ANOTHER_FACE, MY_FACE, multipart
from tests.support.school import add_offering, add_person, add_trainee, open_school, sign_in

CONSENTS, REFERENCE, STATUS = (
    "/api/v1/me/identity/consents",
    "/api/v1/me/identity/reference",
    "/api/v1/me/identity",
)


@dataclass
class Trainee:
    app: Flask
    headers: dict[str, str]

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def agree(self, *purposes: Purpose) -> TestResponse:
        for purpose in purposes:
            given = {"purpose": purpose.value, "text_digest": notice(purpose).digest}
            answer = self.client.post(CONSENTS, json=given, headers=self.headers)
            assert answer.status_code == 200, answer.text
        return answer

    def enrol(self, *pictures: bytes) -> TestResponse:
        return self.client.post(REFERENCE, headers=self.headers, **multipart(pictures))

    def form(self, address: str, **fields: str) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.headers["X-CSRF-Token"], **fields})

    def status(self) -> dict[str, Any]:
        return dict(self.client.get(STATUS).json or {})

    def page(self, address: str = "/me/identity") -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def me(app: Flask, clock: FixedClock) -> Trainee:
    with app.app_context():
        school = open_school()
        add_offering(school, "班前会")
        add_trainee(school, "leader")
    trainee = Trainee(app, {})
    trainee.headers["X-CSRF-Token"] = sign_in(trainee.client, "leader")
    return trainee


def mine(*moments: int) -> list[bytes]:
    return [picture_at(MY_FACE, moment) for moment in moments]


def test_the_page_shows_every_notice_and_both_ways(me: Trainee) -> None:
    page = me.page()

    assert all(paragraph in page for one in NOTICES for paragraph in one.paragraphs)
    assert "方式一：拍照核验" in page
    assert "方式二：验证码和问答" in page


def test_before_the_first_lesson_the_choice_is_offered_where_learning_begins(me: Trainee) -> None:
    assert "开始学习前，请先选好核验方式" in me.page("/")


def test_whoever_chose_is_not_asked_again(me: Trainee) -> None:
    me.form("/me/identity/without-face")

    assert "开始学习前，请先选好核验方式" not in me.page("/")


def test_saying_no_to_faces_closes_only_that_way(me: Trainee) -> None:
    me.form("/me/identity/without-face")

    assert [answer["given"] for answer in me.status()["notices"]] == [False, False, None]


def test_agreeing_and_enrolling_opens_the_face_way(me: Trainee) -> None:
    me.agree(*FACE_PURPOSES)
    answer = me.enrol(*mine(0, 1, 2))

    assert answer.status_code == 200, answer.text
    assert me.status()["face_closed"] is None


def test_agreeing_on_the_page_works_without_javascript(me: Trainee) -> None:
    for purpose in FACE_PURPOSES:
        address = f"/me/identity/consents/{purpose.value}"
        me.form(address, answer="agree", text_digest=notice(purpose).digest)

    assert me.status()["may_enrol"] is True


def test_withdrawing_on_the_page_has_effect_at_once(me: Trainee) -> None:
    me.agree(*FACE_PURPOSES)
    me.enrol(*mine(0, 1, 2))
    me.form("/me/identity/consents/face_compare", answer="withdraw")

    assert me.status()["enrolled_at"] is None


def test_withdrawing_through_the_interface_does_the_same(me: Trainee) -> None:
    me.agree(*FACE_PURPOSES)
    me.enrol(*mine(0, 1, 2))
    answer = me.client.delete(f"{CONSENTS}/face_upload_store", headers=me.headers)

    assert (answer.status_code, me.status()["enrolled_at"]) == (200, None)


def test_a_face_is_not_looked_at_before_its_owner_agreed(me: Trainee) -> None:
    answer = me.enrol(*mine(0, 1, 2))

    assert (answer.status_code, (answer.json or {})["code"]) == (423, "locked")


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        ([], "TOO_FEW_PICTURES"),
        (mine(0, 1), "TOO_FEW_PICTURES"),
        (mine(0, 1, 2, 3, 4, 5), "TOO_MANY_PICTURES"),
        ([b"", b"", b""], "NO_PICTURE"),
        ([b"junk", *mine(0, 1)], "PICTURE_UNREADABLE"),
        ([*mine(0), b"\xff\xd8\xff" + bytes(3_000_000), *mine(1)], "PICTURE_TOO_LARGE"),
        ([*mine(0, 1), picture_at(ANOTHER_FACE, 2)], "FRAMES_DIFFER"),
    ],
)
def test_pictures_that_will_not_do_are_refused_with_a_reason(
    me: Trainee, pictures: list[bytes], code: str
) -> None:
    me.agree(*FACE_PURPOSES)
    answer = me.enrol(*pictures)

    assert answer.status_code == 422
    assert [reason["code"] for reason in (answer.json or {})["reasons"]] == [code]


def test_more_than_the_largest_request_is_refused(me: Trainee) -> None:
    me.agree(*FACE_PURPOSES)

    assert me.enrol(*[b"\xff\xd8\xff" + bytes(4_500_000)] * 3).status_code == 413


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"purpose": "face_compare"},
        {"purpose": "everything", "text_digest": "x"},
        {"purpose": ["face_compare"], "text_digest": "x"},
        {"purpose": "face_compare", "text_digest": 1},
        {"purpose": "face_compare", "text_digest": "x", "person_id": 2},
        [],
        None,
    ],
)
def test_a_malformed_consent_is_refused(me: Trainee, given: object) -> None:
    answer = me.client.post(
        CONSENTS, data=json.dumps(given), content_type="application/json", headers=me.headers
    )

    assert answer.status_code == 422


def test_agreeing_to_an_old_text_is_a_conflict(me: Trainee) -> None:
    given = {"purpose": "face_compare", "text_digest": "0" * 64}
    answer = me.client.post(CONSENTS, json=given, headers=me.headers)

    assert (answer.status_code, (answer.json or {})["code"]) == (409, "notice_changed")


@pytest.mark.parametrize("purpose", ["everything", "face_compare%00", "..%2F.."])
def test_an_unknown_purpose_is_not_found(me: Trainee, purpose: str) -> None:
    assert me.client.delete(f"{CONSENTS}/{purpose}", headers=me.headers).status_code == 404


def test_no_answer_holds_a_picture_or_a_score(me: Trainee) -> None:
    me.agree(*FACE_PURPOSES)
    answers = [me.enrol(*mine(0, 1, 2)).text, me.client.get(STATUS).text, me.page()]

    assert not any(
        word in text for text in answers for word in ("data:image", "likeness", "template", "/9j/")
    )


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil", "/a?b", "javascript:x", "/%0d"]
)
def test_continuing_leads_nowhere_but_home(me: Trainee, address: str) -> None:
    me.form("/me/identity/without-face")

    answer = me.client.get("/me/identity", query_string={"next": address})
    assert "identity-continue" not in answer.text


def test_continuing_leads_back_to_the_lesson(me: Trainee) -> None:
    answer = me.form("/me/identity/without-face", next="/lessons/0b7c")

    assert answer.headers["Location"] == "/me/identity?next=/lessons/0b7c"
    assert 'href="/lessons/0b7c"' in me.page(answer.headers["Location"])


@pytest.mark.parametrize("address", ["/me/identity", STATUS])
def test_nobody_is_let_in_without_signing_in(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code in {302, 401}


@pytest.mark.parametrize("address", ["/me/identity", STATUS])
def test_staff_have_no_such_page(app: Flask, address: str) -> None:
    with app.app_context():
        add_person("inspector", Role.SUPERVISOR)
    client = app.test_client()
    sign_in(client, "inspector")

    assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("method", "address"), [("POST", CONSENTS), ("DELETE", f"{CONSENTS}/face_compare"), ("POST", REFERENCE)]
)
def test_another_site_cannot_choose_for_me(me: Trainee, method: str, address: str) -> None:
    assert me.client.open(address, method=method).status_code == 403


def test_my_camera_s_module_is_served_to_the_page(me: Trainee) -> None:
    with me.client.get("/static/identity_check/camera.js") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
