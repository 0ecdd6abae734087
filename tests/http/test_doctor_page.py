"""The administrators' page of the doctor."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Role
from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from app.sdk.uow import unit_of_work
from plugins.video_progress.models import LessonProgressRow
from tests.support.classroom import Learner, furnish
from tests.support.school import add_person, sign_in

PAGE = "/admin/doctor"


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        add_person("admin", Role.ADMIN)
    client.environ_base["HTTP_X_CSRF_TOKEN"] = sign_in(client, "admin")
    return client


def test_the_page_offers_the_examination_and_makes_none_by_itself(admin: FlaskClient) -> None:
    page = admin.get(PAGE).text
    assert 'data-testid="examine"' in page
    assert 'data-testid="findings"' not in page


def test_the_navigation_leads_there(admin: FlaskClient) -> None:
    assert f'href="{PAGE}"' in admin.get(PAGE).text


def test_the_examination_shows_every_check_in_chinese(admin: FlaskClient) -> None:
    page = admin.post(PAGE).text
    for label in ("已确认的学习时间都有学习记录为证", "学时台账不可改写", "待发数据完整", "视频文件齐全"):
        assert label in page


def test_credit_without_proof_is_shown(admin: FlaskClient, app: Flask, clock: FixedClock) -> None:
    room = furnish(app)
    learner = Learner(app, clock)
    learner.open(room.lessons[TraineeCategory.TEAM_LEADER])
    learner.answer(learner.watch(0, 60)["challenge"]["id"])
    with app.app_context(), unit_of_work() as uow:
        uow.session.execute(update(LessonProgressRow).values(credited=[0, 60_000]))
        uow.commit()
    page = admin.post(PAGE).text
    assert "60000 ms credited, the evidence comes to 20000 ms" in page


def test_an_examination_without_the_token_is_refused(app: Flask) -> None:
    with app.app_context():
        add_person("admin", Role.ADMIN)
    client = app.test_client()
    sign_in(client, "admin")
    assert client.post(PAGE).status_code == 403


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_may_ask(app: Flask, client: FlaskClient, role: Role) -> None:
    with app.app_context():
        add_person("somebody", role)
    token = sign_in(client, "somebody")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, headers={"X-CSRF-Token": token}).status_code == 403
