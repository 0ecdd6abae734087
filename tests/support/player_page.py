"""The pages of a trainee as a trainee uses them: sign in, play, answer checks.

Waits for what is to be seen, generously: lessons play in real time, and a busy
machine may stretch everything but the video.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.support.excerpt import Answers

SOON_MS = 30_000
PLAYED_WITHIN_MS = 90_000


@dataclass
class Watch:
    """Notes what a page must never do: leave the origin, break its own policy, fail in a script."""

    origin: str
    foreign_requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of context, those still to be opened too."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _requested(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and f"{url.scheme}://{url.netloc}" != self.origin:
            self.foreign_requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        # A refusal that the interface promises (409, 423 …) is written down by Chromium by itself.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


def sign_in(page: Page, login: str, password: str, *, to: str = "/") -> None:
    """Sign in by the form and arrive at an address of ours."""
    page.goto(f"/login?next={to}")
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/login", timeout=SOON_MS)


def hours(page: Page) -> dict[str, Any]:
    """Return the hours of whoever is signed in, as the interface tells them."""
    answer = page.request.get("/api/v1/me/hours")
    assert answer.ok, answer.text()
    return dict(answer.json())


class Player:
    """The page of a lesson."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.video = page.get_by_test_id("video")
        self.check = page.get_by_test_id("check")
        self.panel = page.get_by_test_id("panel")
        self.notice = page.get_by_test_id("notice")
        self.said = page.get_by_test_id("check-said")
        self._pictures = 0

    def open(self, lesson_id: str) -> Player:
        """Go to a lesson."""
        self.page.goto(f"/lessons/{lesson_id}")
        expect(self.page.get_by_test_id("big-play")).to_be_enabled(timeout=SOON_MS)
        return self

    def play(self) -> Player:
        """Press play and see the picture move."""
        before = self.position()
        self.page.get_by_test_id("play").click()
        self.play_past(before + 0.5)
        return self

    def play_past(self, seconds: float) -> None:
        """Wait until the video has come so far."""
        self._wait_for("video", seconds)

    def position(self) -> float:
        """Return where the video is, in seconds."""
        return float(self.video.evaluate("video => video.currentTime"))

    def playing(self) -> bool:
        """Return whether the video plays."""
        return not self.video.evaluate("video => video.paused")

    def press(self, name: str) -> None:
        """Press a button of the panel over the video."""
        self.panel.get_by_test_id(name).click()

    def until_stopped(self) -> None:
        """Let it play until a check or a panel stops it."""
        expect(self._stop()).to_be_visible(timeout=PLAYED_WITHIN_MS)

    def until_asked(self) -> None:
        """Let it play until a check comes up, with a way to answer it."""
        self.until_stopped()
        self.asked()

    def ask_for_check(self) -> None:
        """End the session in an orderly way and choose to confirm what waits."""
        self.page.get_by_test_id("finish").click()
        self.page.get_by_test_id("leave-check").click()
        self.asked()

    def asked(self) -> None:
        """Wait until the open check can be answered."""
        expect(self.check).to_be_visible(timeout=SOON_MS)
        expect(self.check.locator("[data-part=check-ways]")).not_to_have_attribute(
            "inert", "", timeout=SOON_MS
        )

    def show_face(self) -> str:
        """Take one picture, send it, and return what the server made of it.

        Each one later after the camera was opened than the one before: the same
        moment of the feed would be the same picture, which is refused.
        """
        take = self.page.get_by_test_id("take-picture")
        expect(take).to_be_enabled(timeout=SOON_MS)
        self._pictures += 1
        self._wait_for("camera", 0.3 * self._pictures)
        return self._judged(take)

    def pass_with_face(self) -> None:
        """Show the own face until it is known again; a blurred picture may be taken once more."""
        results: list[str] = []
        while len(results) < 4:
            results.append(self.show_face())
            if results[-1] == "passed":
                expect(self.check).to_be_hidden(timeout=SOON_MS)
                return
        raise AssertionError(f"the face was not recognised: {results}, {self.said.inner_text()}")

    def answer_question(self, answers: Answers, *, right: bool = True) -> str:
        """Type the code that is shown, choose an option, and return what the server made of it."""
        code = self.page.get_by_test_id("shown-code").inner_text()
        self.page.get_by_test_id("code").fill(code)
        words = answers.right(self.page.get_by_test_id("question").inner_text().strip())
        meant = self.page.get_by_text(words, exact=True)
        options = self.check.locator("label.check-option")
        (options.filter(has=meant) if right else options.filter(has_not=meant)).first.click()
        return self._judged(self.page.get_by_test_id("send-answer"))

    def pass_with_question(self, answers: Answers) -> None:
        """Answer code and question rightly."""
        assert self.answer_question(answers) == "passed"
        expect(self.check).to_be_hidden(timeout=SOON_MS)

    def attempts_left(self) -> Locator:
        """Return where the attempts are told."""
        return self.page.get_by_test_id("attempts")

    def _wait_for(self, video: str, seconds: float) -> None:
        self.page.wait_for_function(
            "([id, seconds]) => document.querySelector(`[data-testid=${id}]`).currentTime >= seconds",
            arg=[video, seconds],
            timeout=PLAYED_WITHIN_MS,
        )

    def _judged(self, button: Locator) -> str:
        with self.page.expect_response(
            lambda answer: answer.request.method == "POST" and answer.url.endswith("/answers"),
            timeout=SOON_MS,
        ) as heard:
            button.click()
        return str(heard.value.json().get("result", heard.value.status))

    def _stop(self) -> Locator:
        return self.check.or_(self.panel.filter(has_text=re.compile(r"\S"))).filter(visible=True).first
