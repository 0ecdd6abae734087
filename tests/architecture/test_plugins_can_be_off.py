"""The application starts and serves with any one plugin off, and with none at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, url_for

from app.factory import create_app
from app.sdk.clock import FixedClock
from app.sdk.runtime import EXTENSION
from app.settings import DEFAULT_PLUGINS
from tests.support import databases
from tests.support.installations import MORNING, settings_for
from tests.support.school import add_offering, add_trainee, open_school, sign_in

OF_THE_CORE = ("/", "/api/v1/me/offerings", "/api/v1/openapi.json", "/healthz", "/readyz")


@pytest.fixture(params=[*DEFAULT_PLUGINS, "all of them"])
def crippled(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application without one plugin, with a trainee and a course."""
    left = () if request.param == "all of them" else tuple(n for n in DEFAULT_PLUGINS if n != request.param)
    settings = settings_for(
        tmp_path, database_url=databases.sqlite_copy(sqlite_template, tmp_path), plugins=left
    )
    app = create_app(settings, clock=FixedClock(MORNING))
    with app.app_context():
        school = open_school()
        add_offering(school, "班前会与交接班")
        add_trainee(school, "leader")
    yield app
    app.extensions[EXTENSION].engine.dispose()


def test_a_trainee_signs_in_and_sees_the_courses(crippled: Flask) -> None:
    client = crippled.test_client()
    sign_in(client, "leader")

    assert "班前会与交接班" in client.get("/").text


def test_what_belongs_to_the_core_still_answers(crippled: Flask) -> None:
    client = crippled.test_client()
    sign_in(client, "leader")

    assert {address: client.get(address).status_code for address in OF_THE_CORE} == dict.fromkeys(
        OF_THE_CORE, 200
    )


def test_every_page_that_the_navigation_offers_a_trainee_answers(crippled: Flask) -> None:
    client = crippled.test_client()
    sign_in(client, "leader")
    plugins = crippled.extensions[EXTENSION].plugins
    own = {right.name for plugin in plugins for right in plugin.permissions() if "trainee" in right.roles}
    endpoints = [item.endpoint for plugin in plugins for item in plugin.nav_items() if item.permission in own]
    with crippled.test_request_context():
        offered = [url_for(endpoint) for endpoint in endpoints]

    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)
