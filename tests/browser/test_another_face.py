"""Somebody else sits before the camera: three attempts, nothing is credited, nothing is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.support.browser import fresh_context, launched
from tests.support.excerpt import Answers
from tests.support.identity_check import ANOTHER_FACE, MY_FACE
from tests.support.newcomers import Office
from tests.support.player_page import SOON_MS, Player, hours, sign_in
from tests.support.server import RunningServer

ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was seen. resumed is where the video stood after the last attempt."""

    results: list[str]
    told: list[str]
    lost_seconds: float
    title: str
    resumed: float
    playing: bool
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def story(
    playwright: Playwright, running_server: RunningServer, office: Office, excerpt: str, answers: Answers
) -> Iterator[Story]:
    """Confirm some seconds as oneself, then let another face answer the next check."""
    newcomer = office.newcomer(face=MY_FACE)
    with launched(playwright, portrait=ANOTHER_FACE) as browser:
        page = fresh_context(browser, running_server.base_url).new_page()
        sign_in(page, newcomer.login, newcomer.password)
        player = Player(page).open(excerpt).play()
        player.play_past(4)
        player.ask_for_check()
        page.get_by_test_id("way-otp_quiz").click()
        player.pass_with_question(answers)
        page.wait_for_url("**/courses/**")
        before = hours(page)

        player.open(excerpt).play().until_asked()
        stopped_at = player.position()
        results: list[str] = []
        told = [player.attempts_left().inner_text()]
        while results.count("failed") < ATTEMPTS and len(results) < 4 * ATTEMPTS:
            results.append(player.show_face())
            if results[-1] == "failed" and results.count("failed") < ATTEMPTS:
                expect(player.attempts_left()).not_to_have_text(told[-1], timeout=SOON_MS)
                told.append(player.attempts_left().inner_text())
        expect(player.panel).to_be_visible()
        yield Story(
            results=results,
            told=told,
            lost_seconds=stopped_at - before["confirmed_seconds"],
            title=player.panel.get_by_role("heading").inner_text(),
            resumed=player.position(),
            playing=player.playing(),
            before=before,
            after=hours(page),
        )


def test_another_face_never_passes(story: Story) -> None:
    assert "passed" not in story.results


def test_there_are_three_attempts(story: Story) -> None:
    assert story.results.count("failed") == ATTEMPTS


def test_each_lost_attempt_is_told(story: Story) -> None:
    assert story.told == ["还有 3 次机会", "还有 2 次机会", "还有 1 次机会"]


def test_the_page_says_what_is_not_counted_and_where_to_go_on(story: Story) -> None:
    whole_seconds = int(story.before["confirmed_seconds"])
    assert story.title == f"本次核验未通过，自 0:{whole_seconds:02d} 起的学习时间暂不计入，请从该处继续"


def test_the_video_stands_at_the_last_confirmed_point(story: Story) -> None:
    assert not story.playing
    assert story.resumed == pytest.approx(story.before["confirmed_seconds"], abs=0.5)


def test_nothing_confirmed_changes(story: Story) -> None:
    assert story.before["confirmed_seconds"] > 3
    assert story.after["confirmed_seconds"] == story.before["confirmed_seconds"]
    assert story.after["offerings"] == story.before["offerings"]


def test_the_hours_page_names_the_stretch_and_the_reason(story: Story) -> None:
    (line,) = (line for line in story.after["uncounted"] if line["code"] == "CHALLENGE_FAILED")
    assert line["seconds"] == pytest.approx(story.lost_seconds, abs=1)
    assert line["media_from"] == pytest.approx(story.before["confirmed_seconds"], abs=0.05)
    assert line["text"]
