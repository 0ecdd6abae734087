"""Attacks on the face way: pictures that were used before, treated or set free by a detour."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image, ImageOps

from app.sdk.clock import FixedClock
from tests.support.camera import picture_at
from tests.support.identity_check import MY_FACE, Watcher, enrol, school_with_questions


@pytest.fixture
def me(app: Flask, clock: FixedClock) -> Watcher:
    watcher = Watcher(app, clock, "leader", school_with_questions(app))
    watcher.choose_face(MY_FACE)
    return watcher


def result(answer: object) -> tuple[str, list[str]]:
    body = answer.json  # type: ignore[attr-defined]
    return body["result"], [reason["code"] for reason in body["reasons"]]


def treated(picture: bytes, how: Callable[[Image.Image], Image.Image], quality: int = 92) -> bytes:
    made = io.BytesIO()
    how(Image.open(io.BytesIO(picture)).convert("RGB")).save(made, "JPEG", quality=quality)
    return made.getvalue()


def test_a_picture_of_an_earlier_enrolment_is_refused(me: Watcher, app: Flask) -> None:
    """Enrolling again must not set the pictures of the first enrolment free."""
    with app.app_context():
        enrol([picture_at(MY_FACE, moment) for moment in (50, 51, 52)], me.person_id)

    assert result(me.answer(me.watch_until_asked(), picture_at(MY_FACE, 1))) == ("failed", ["REUSED_PICTURE"])


@pytest.mark.parametrize("how", [ImageOps.mirror, ImageOps.autocontrast])
def test_an_enrolment_picture_is_known_again_however_it_is_treated(
    me: Watcher, how: Callable[[Image.Image], Image.Image]
) -> None:
    answer = me.answer(me.watch_until_asked(), treated(picture_at(MY_FACE, 1), how))
    assert result(answer)[0] != "passed"


def test_a_snapshot_of_an_earlier_check_is_refused_mirrored(me: Watcher) -> None:
    me.answer(me.watch_until_asked(), picture_at(MY_FACE, 100))
    answer = me.answer(me.watch_until_asked(), treated(picture_at(MY_FACE, 100), ImageOps.mirror))
    assert result(answer)[0] != "passed"
