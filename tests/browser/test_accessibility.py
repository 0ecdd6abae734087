"""Every page of the main job in light and dark, on a desktop and a phone: axe finds nothing to complain of.

The pages are looked at in one window that is signed in once: what is shown
changes with the look, not what was learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect

from tests.support.browser import DESKTOP, PHONE, fresh_context, launched
from tests.support.identity_check import MY_FACE
from tests.support.newcomers import Office
from tests.support.player_page import SOON_MS, Player, Watch, sign_in
from tests.support.server import RunningServer


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is looked at with."""

    scheme: Literal["light", "dark"]
    viewport: ViewportSize

    def at(self, page: Page) -> None:
        """Give a page this look."""
        page.set_viewport_size(self.viewport)
        page.emulate_media(color_scheme=self.scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", self.scheme)


LOOKS = {
    "light-desktop": Look("light", DESKTOP),
    "dark-desktop": Look("dark", DESKTOP),
    "light-phone": Look("light", PHONE),
    "dark-phone": Look("dark", PHONE),
}
STILL_PAGES = {
    "login": "/login",
    "learning": "/",
    "course": "/courses/{course}",
    "lesson": "/lessons/{lesson}",
    "hours": "/me/hours",
    "identity": "/me/identity",
}


@pytest.fixture(params=list(LOOKS.values()), ids=list(LOOKS))
def look(request: pytest.FixtureRequest) -> Look:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright, portrait=MY_FACE) as opened:
        yield opened


@pytest.fixture(scope="module")
def watch(running_server: RunningServer) -> Watch:
    return Watch(running_server.base_url)


@pytest.fixture(scope="module")
def page(browser: Browser, watch: Watch, running_server: RunningServer, office: Office, excerpt: str) -> Page:
    """A window of somebody who has watched for a while: hours has something to tell."""
    newcomer = office.newcomer(face=MY_FACE)
    context = fresh_context(browser, running_server.base_url)
    watch.over(context)
    opened = context.new_page()
    sign_in(opened, newcomer.login, newcomer.password)
    player = Player(opened).open(excerpt).play()
    player.play_past(3)
    player.ask_for_check()
    player.pass_with_face()
    opened.wait_for_url("**/courses/**")
    return opened


@pytest.fixture(scope="module")
def course(page: Page) -> str:
    """The id of the course that was just left."""
    return page.url.rpartition("/")[2]


@pytest.fixture(scope="module")
def checked(page: Page, excerpt: str) -> Player:
    """The player with a check open; its windows last longer than the looks at it."""
    player = Player(page).open(excerpt).play()
    player.until_asked()
    return player


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds, short enough to be read in a failure."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
    found = Axe().run(page).response["violations"]
    return [
        {"rule": one["id"], "where": [node["target"] for node in one["nodes"]], "why": one["help"]}
        for one in found
    ]


@pytest.mark.parametrize("address", list(STILL_PAGES.values()), ids=list(STILL_PAGES))
def test_a_page_has_no_violation(page: Page, look: Look, address: str, course: str, excerpt: str) -> None:
    page.goto(address.format(course=course, lesson=excerpt))
    look.at(page)
    assert violations(page) == []


@pytest.mark.parametrize("address", list(STILL_PAGES.values()), ids=list(STILL_PAGES))
def test_a_page_fits_a_phone(page: Page, address: str, course: str, excerpt: str) -> None:
    page.goto(address.format(course=course, lesson=excerpt))
    LOOKS["light-phone"].at(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_check_by_picture_has_no_violation(checked: Player, look: Look) -> None:
    look.at(checked.page)
    checked.page.get_by_test_id("way-snapshot").click()
    expect(checked.page.get_by_test_id("take-picture")).to_be_enabled(timeout=SOON_MS)
    assert violations(checked.page) == []


def test_the_check_by_question_has_no_violation(checked: Player, look: Look) -> None:
    look.at(checked.page)
    checked.page.get_by_test_id("way-otp_quiz").click()
    assert violations(checked.page) == []


def test_no_page_left_the_origin_or_broke_its_own_policy(checked: Player, watch: Watch) -> None:
    assert watch.foreign_requests == []
    assert watch.complaints == []
