"""The page 身份核验 in a real browser, with a moving camera, a refused one, and none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Playwright, expect
from werkzeug.serving import make_server

from tests.support.browser import arguments, chromium
from tests.support.camera import chromium_arguments, moving_feed
from tests.support.identity_check import MY_FACE
from tests.support.school import PASSWORD, add_offering, add_trainee, open_school

NO_CAMERA: list[str] = []
REFUSED = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]

OpenPage = Callable[[list[str]], Page]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Serve the application on a free port of this machine."""
    with app.app_context():
        school = open_school()
        add_offering(school, "班前会")
        add_trainee(school, "leader")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(playwright: Playwright, address: str) -> Iterator[OpenPage]:
    """Return a function that opens the page, signed in, in a Chromium with the given camera."""
    with ExitStack() as stack:

        def opened(camera: list[str]) -> Page:
            browser = playwright.chromium.launch(executable_path=chromium(), args=[*arguments(), *camera])
            stack.callback(browser.close)
            context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
            if camera is NO_CAMERA:
                context.grant_permissions(["camera"], origin=address)
            page = context.new_page()
            page.goto(f"{address}/login")
            page.fill("[name=login]", "leader")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_test_id("choose-identity").click()
            return page

        yield opened


def agree(page: Page) -> None:
    for purpose in ("face_compare", "face_upload_store"):
        page.get_by_test_id(f"consent-{purpose}").get_by_role(
            "button", name="同意", exact=False
        ).first.click()
        expect(page.get_by_test_id(f"consent-{purpose}").get_by_text("撤回同意")).to_be_visible()


def test_agreeing_and_three_pictures_open_the_face_way(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    feed = moving_feed(MY_FACE, tmp_path_factory.mktemp("feed"), seconds=10)
    page = open_page(chromium_arguments(feed))
    agree(page)
    page.get_by_test_id("enrol-open").click()
    page.get_by_test_id("enrol-take").click()

    expect(page.get_by_test_id("enrolled")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("face-state")).to_have_text("已开通")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(
    ("camera", "words"), [(REFUSED, "没有获得使用摄像头的许可"), (NO_CAMERA, "没有找到摄像头")]
)
def test_a_camera_that_cannot_be_used_leads_to_the_other_way(
    open_page: OpenPage, camera: list[str], words: str
) -> None:
    page = open_page(camera)
    agree(page)
    page.get_by_test_id("enrol-open").click()

    expect(page.get_by_test_id("enrol-words")).to_contain_text(words)
    expect(page.get_by_test_id("enrol-words")).to_contain_text("改用验证码和问答")


def test_whoever_wants_no_face_goes_on_with_one_tap(open_page: OpenPage) -> None:
    page = open_page(NO_CAMERA)
    page.get_by_test_id("without-face").click()
    page.get_by_test_id("identity-continue").click()

    expect(page.get_by_role("heading", name="我的学习")).to_be_visible()
    expect(page.get_by_test_id("choose-identity")).to_have_count(0)
