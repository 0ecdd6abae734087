"""Whoever says no to faces is checked by code and question, and earns the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.support.browser import fresh_context, launched
from tests.support.excerpt import answers_of
from tests.support.player_page import SOON_MS, Player, hours, sign_in
from tests.support.server import ROOT, RunningServer

LOGIN = "trainee.manager"
COURSE = ROOT / "courses" / "manager-injury-cost"


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was seen. watched is how far the video had come at the check."""

    ways: list[str]
    closed: str
    first_answer: str
    attempts_after_it: str
    watched: float
    went_on: bool
    hours: dict[str, Any]


@pytest.fixture(scope="module")
def story(playwright: Playwright, running_server: RunningServer) -> Iterator[Story]:
    answers = answers_of(COURSE)
    with launched(playwright) as browser:
        page = fresh_context(browser, running_server.base_url).new_page()
        sign_in(page, LOGIN, running_server.password(LOGIN))
        page.get_by_test_id("choose-identity").click()
        page.get_by_test_id("without-face").click()
        page.get_by_test_id("identity-continue").click()
        page.get_by_role("link", name="一起工伤的账：投在事前，省在事后").click()
        page.get_by_role("link", name="开始学习").click()
        player = Player(page)
        player.play()
        player.until_asked()
        watched = player.position()
        ways = player.check.get_by_role("tab").filter(has_not=page.locator(":disabled")).all()
        closed = player.check.locator("[data-part=check-closed]").inner_text()
        open_ways = [way.inner_text() for way in ways if way.is_enabled()]
        first_answer = player.answer_question(answers, right=False)
        expect(player.attempts_left()).to_have_text("还有 2 次机会", timeout=SOON_MS)
        attempts = player.attempts_left().inner_text()
        player.pass_with_question(answers)
        player.play_past(watched + 0.5)
        yield Story(
            ways=open_ways,
            closed=closed,
            first_answer=first_answer,
            attempts_after_it=attempts,
            watched=watched,
            went_on=player.playing(),
            hours=hours(page),
        )


def test_only_code_and_question_are_offered(story: Story) -> None:
    assert story.ways == ["验证码和问答"]


def test_why_the_other_way_is_closed_is_told(story: Story) -> None:
    assert story.closed.startswith("拍照核验：")


def test_a_wrong_answer_costs_one_attempt(story: Story) -> None:
    assert story.first_answer == "failed"
    assert story.attempts_after_it == "还有 2 次机会"


def test_the_video_goes_on_by_itself(story: Story) -> None:
    assert story.went_on


def test_the_credit_is_what_was_watched(story: Story) -> None:
    assert story.hours["confirmed_seconds"] == pytest.approx(story.watched, abs=1)


def test_the_ledger_knows_the_way_that_was_taken(story: Story) -> None:
    (entry,) = (
        entry
        for offering in story.hours["offerings"]
        for lesson in offering["lessons"]
        for entry in lesson["entries"]
    )
    assert entry["method"] == "otp_quiz"
    assert entry["credited_seconds"] == story.hours["confirmed_seconds"]
