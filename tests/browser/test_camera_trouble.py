"""A camera that is refused or missing stops nobody: a kind sentence, one tap, and the check is passed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.browser import CAMERA_REFUSED, NO_CAMERA
from tests.support.excerpt import Answers
from tests.support.identity_check import MY_FACE
from tests.support.newcomers import Office
from tests.support.player_page import SOON_MS, Player, hours, sign_in


@pytest.mark.parametrize(
    ("camera", "words"),
    [(CAMERA_REFUSED, "没有获得使用摄像头的许可"), (NO_CAMERA, "没有找到摄像头")],
    ids=["refused", "missing"],
)
def test_one_tap_leads_to_the_other_way_and_it_passes(
    open_page: OpenPage,
    office: Office,
    excerpt: str,
    answers: Answers,
    camera: Sequence[str],
    words: str,
) -> None:
    newcomer = office.newcomer(face=MY_FACE)
    page = open_page(camera=camera)
    sign_in(page, newcomer.login, newcomer.password)
    player = Player(page).open(excerpt).play()
    player.until_asked()
    watched = player.position()

    expect(player.said).to_contain_text(words, timeout=SOON_MS)
    expect(player.said).to_contain_text("学时一样")
    assert not player.playing()

    page.get_by_test_id("other-way").click()
    player.pass_with_question(answers)
    player.play_past(watched + 0.5)
    assert hours(page)["confirmed_seconds"] == pytest.approx(watched, abs=1)
