"""What the stories in a browser share: one running installation, a short course, windows that are watched.

office      the installation's office, where a story registers newcomers of its own
excerpt     the id of a lesson of half a minute with a check after ten seconds
open_page   opens a window in a Chromium with a camera of its own; closed when the test ends
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, Playwright, ViewportSize

from tests.support.browser import DESKTOP, NO_CAMERA, fresh_context, launched
from tests.support.excerpt import SOURCE, TITLE, Answers, answers_of, load_excerpt
from tests.support.newcomers import Office, office_of
from tests.support.player_page import Watch
from tests.support.server import RunningServer

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def office(running_server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    load_excerpt(running_server, tmp_path_factory.mktemp("courses"))
    with office_of(running_server.data, running_server.base_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def excerpt(office: Office) -> str:
    return office.lesson_of(TITLE)


@pytest.fixture(scope="session")
def answers() -> Answers:
    return answers_of(SOURCE)


@pytest.fixture
def open_page(playwright: Playwright, running_server: RunningServer) -> Iterator[OpenPage]:
    watch = Watch(running_server.base_url)
    with ExitStack() as stack:

        def opened(
            *,
            portrait: str | None = None,
            camera: Sequence[str] = NO_CAMERA,
            viewport: ViewportSize = DESKTOP,
        ) -> Page:
            browser = stack.enter_context(launched(playwright, portrait=portrait, camera=camera))
            context = fresh_context(browser, running_server.base_url, viewport=viewport)
            watch.over(context)
            if not camera and portrait is None:
                context.grant_permissions(["camera"])
            return context.new_page()

        yield opened
    assert watch.foreign_requests == []
    assert watch.complaints == []
