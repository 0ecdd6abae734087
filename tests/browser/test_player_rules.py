"""The rules of the player as a trainee meets them: skipping, keys, reload, a closed page, a second device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.excerpt import LASTS_SECONDS, Answers
from tests.support.newcomers import Newcomer, Office
from tests.support.player_page import SOON_MS, Player, hours, sign_in

BEAT_MS = 15_000


@pytest.fixture
def newcomer(office: Office) -> Newcomer:
    return office.newcomer()


@pytest.fixture
def page(open_page: OpenPage, newcomer: Newcomer) -> Page:
    opened = open_page()
    sign_in(opened, newcomer.login, newcomer.password)
    return opened


def drag_to(page: Page, seconds: int) -> None:
    """Move the position slider as a pointer does."""
    slider = page.get_by_test_id("position")
    slider.evaluate(
        "(slider, seconds) => { slider.value = seconds; slider.dispatchEvent(new Event('input'));"
        " slider.dispatchEvent(new Event('change')); }",
        seconds,
    )


def test_skipping_ahead_is_taken_back_with_a_sentence(page: Page, excerpt: str) -> None:
    player = Player(page).open(excerpt).play()
    player.play_past(2)
    reached = player.position()
    drag_to(page, LASTS_SECONDS - 5)

    expect(player.notice).to_have_text("首次学习不支持快进")
    assert player.position() < reached + 5
    player.play_past(reached + 1)


def test_the_keyboard_pauses_plays_and_goes_back(page: Page, excerpt: str) -> None:
    player = Player(page).open(excerpt).play()
    player.play_past(3)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible()
    assert not player.playing()

    before = player.position()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('[data-testid=video]').currentTime < before", arg=before
    )
    assert player.position() == pytest.approx(max(0, before - 10), abs=0.5)

    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="暂停", exact=True)).to_be_visible()
    assert player.playing()


def test_a_page_that_is_left_pauses_and_says_so(page: Page, excerpt: str) -> None:
    player = Player(page).open(excerpt).play()
    # A page in a test is always in view; this is what it hears when it is not.
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible()
    assert not player.playing()

    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    expect(player.notice).to_contain_text("离开页面时不计学时")


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Somebody confirmed some seconds, then left twice without a check: by a reload, by closing the page."""

    confirmed: float
    after_reload: float
    evidence: float
    after_closing: float
    hours: dict[str, Any]


@pytest.fixture
def leaving(page: Page, excerpt: str, answers: Answers) -> Leaving:
    player = Player(page).open(excerpt).play()
    player.play_past(4)
    player.ask_for_check()
    player.pass_with_question(answers)
    page.wait_for_url("**/courses/**")
    confirmed = float(hours(page)["confirmed_seconds"])

    player.open(excerpt).play()
    player.play_past(confirmed + 3)
    page.reload()
    player.play()
    after_reload = player.position()

    player.play_past(confirmed + 3)
    context = page.context
    page.close(run_before_unload=True)
    later = context.new_page()
    evidence = _evidence_of(later)
    again = Player(later).open(excerpt).play()
    return Leaving(
        confirmed=confirmed,
        after_reload=after_reload,
        evidence=evidence,
        after_closing=again.position(),
        hours=hours(later),
    )


def test_leaving_keeps_what_was_confirmed_and_discards_the_tail(leaving: Leaving) -> None:
    at_the_confirmed_point = pytest.approx(leaving.confirmed + 0.5, abs=1.5)
    assert leaving.after_reload == at_the_confirmed_point
    assert leaving.evidence == pytest.approx(3, abs=1), "the beacon of the closed page brings its last beat"
    assert leaving.after_closing == at_the_confirmed_point
    assert leaving.hours["confirmed_seconds"] == leaving.confirmed
    assert {line["code"] for line in leaving.hours["uncounted"]} == {"SESSION_REPLACED"}


def test_a_second_device_takes_over_and_the_first_may_take_it_back(page: Page, office: Office) -> None:
    # Its checks come after twenty seconds at the earliest: a slow machine must not meet one here.
    lesson = office.lesson_of("带好一个班：班前会与现场管控")
    first = Player(page).open(lesson).play()
    second = Player(page.context.new_page()).open(lesson).play()

    # The first one learns of it with its next beat.
    expect(first.panel).to_contain_text("账号已在另一设备登录", timeout=SOON_MS + BEAT_MS)
    assert not first.playing()
    assert second.playing()

    first.press("continue-here")
    expect(first.page.get_by_role("button", name="暂停", exact=True)).to_be_visible(timeout=SOON_MS)
    assert first.playing()
    expect(second.panel).to_contain_text("账号已在另一设备登录", timeout=SOON_MS + BEAT_MS)
    assert not second.playing()


def _evidence_of(page: Page) -> float:
    """Return the seconds that wait for a check, as soon as the beacon of the closed page has arrived."""
    for _ in range(50):
        if pending := float(hours(page)["pending_seconds"]):
            return pending
        page.wait_for_timeout(200)
    return 0.0
