"""The main job, end to end: consent, enrol, watch, be checked, earn hours that reach the registry.

One story, told once: the tests below read what it left behind, on the pages,
in the ledger, in the outbox and in the record store.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.support.browser import fresh_context, launched
from tests.support.identity_check import MY_FACE
from tests.support.player_page import SOON_MS, Player, Watch, hours, sign_in
from tests.support.server import RunningServer

LOGIN = "trainee.leader"
COURSE = "异常先停，险情先撤：班组长现场处置"
LESSON_SECONDS = 100.6
DELIVERED_WITHIN_SECONDS = 90.0
EARNED = "http://id.tincanapi.com/verb/earned"
CREDITED = "https://anxue.example/xapi/extensions/credited-milliseconds"
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"
XAPI = {"X-Experience-API-Version": "1.0.3"}


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was seen while it went on. hours is what the interface told at the end."""

    page: Page
    watch: Watch
    led_to: str
    checks: list[float] = field(default_factory=list)
    done: str
    hours: dict[str, Any]


@pytest.fixture(scope="module")
def story(playwright: Playwright, running_server: RunningServer) -> Iterator[Story]:
    with launched(playwright, portrait=MY_FACE) as browser:
        context = fresh_context(browser, running_server.base_url)
        watch = Watch(running_server.base_url)
        watch.over(context)
        page = context.new_page()
        sign_in(page, LOGIN, running_server.password(LOGIN))
        page.get_by_test_id("choose-identity").click()
        led_to = page.get_by_role("heading", level=1).inner_text()
        _agree_and_enrol(page)
        page.get_by_test_id("identity-continue").click()
        page.get_by_role("link", name=COURSE).click()
        page.get_by_role("link", name="开始学习").click()
        player = Player(page)
        checks = _play_to_the_end(player)
        yield Story(
            page=page,
            watch=watch,
            led_to=led_to,
            checks=checks,
            done=player.panel.inner_text(),
            hours=hours(page),
        )


def _agree_and_enrol(page: Page) -> None:
    for purpose in ("face_compare", "face_upload_store"):
        consent = page.get_by_test_id(f"consent-{purpose}")
        consent.get_by_role("button", name="同意").first.click()
        expect(consent.get_by_text("撤回同意")).to_be_visible(timeout=SOON_MS)
    page.get_by_test_id("enrol-open").click()
    page.get_by_test_id("enrol-take").click()
    expect(page.get_by_test_id("enrolled")).to_be_visible(timeout=SOON_MS)


def _play_to_the_end(player: Player) -> list[float]:
    """Return at which seconds of the video a check came up; each was passed with the face."""
    checks = []
    player.play()
    player.until_stopped()
    while not player.page.get_by_test_id("back-to-course").is_visible():
        if player.panel.is_visible():
            player.press("confirm-now")
        player.asked()
        checks.append(player.position())
        player.pass_with_face()
        player.until_stopped()
    return checks


def test_a_newcomer_is_led_to_the_choice_of_ways(story: Story) -> None:
    assert story.led_to == "身份核验"


def test_checks_come_up_while_it_plays_and_at_its_end(story: Story) -> None:
    *while_playing, at_the_end = story.checks
    assert while_playing
    assert at_the_end == pytest.approx(LESSON_SECONDS, abs=1)


def test_the_end_is_told_in_words(story: Story) -> None:
    assert "本节已完成" in story.done


def test_the_whole_lesson_is_confirmed(story: Story) -> None:
    (lesson,) = (lesson for offering in story.hours["offerings"] for lesson in offering["lessons"])
    assert lesson["complete"]
    assert lesson["confirmed_seconds"] == pytest.approx(LESSON_SECONDS, abs=2)


def test_the_hours_page_shows_what_the_interface_tells(story: Story) -> None:
    story.page.goto("/me/hours")
    whole_seconds = int(story.hours["confirmed_seconds"])
    minutes = f"{whole_seconds // 60}:{whole_seconds % 60:02d}"
    expect(story.page.get_by_test_id("confirmed-minutes")).to_have_text(minutes)
    expect(story.page.get_by_test_id("class-hours")).to_have_text(story.hours["class_hours"])


def test_the_interface_tells_what_the_ledger_holds(story: Story, running_server: RunningServer) -> None:
    rows = _rows(
        running_server,
        "SELECT e.id, e.credited_ms FROM online_hours_entry e JOIN account_person p ON p.id = e.person_id"
        " WHERE p.login = ?",
        LOGIN,
    )
    told = {
        entry["id"]: round(entry["credited_seconds"] * 1000)
        for offering in story.hours["offerings"]
        for lesson in offering["lessons"]
        for entry in lesson["entries"]
    }
    assert told == dict(rows)
    assert round(story.hours["confirmed_seconds"] * 1000) == sum(told.values())


def test_every_entry_was_earned_by_a_face(story: Story) -> None:
    (lesson,) = (lesson for offering in story.hours["offerings"] for lesson in offering["lessons"])
    assert [entry["method"] for entry in lesson["entries"]] == ["snapshot"] * len(story.checks)


def test_the_record_store_holds_the_bytes_of_the_outbox(story: Story, running_server: RunningServer) -> None:
    _wait_until_delivered(running_server)
    sent = dict(_rows(running_server, "SELECT id, body FROM outbox_message WHERE topic = 'xapi'"))
    stored = dict(_rows(running_server, "SELECT id, raw FROM record_store_statement"))
    assert len(sent) > len(story.checks)
    assert stored == sent


def test_the_record_store_answers_with_the_statements_of_the_outbox(
    story: Story, running_server: RunningServer
) -> None:
    _wait_until_delivered(running_server)
    sent = dict(_rows(running_server, "SELECT id, body FROM outbox_message WHERE topic = 'xapi'"))
    assert _statement_ids(running_server) == sorted(sent)


def test_the_registry_is_told_every_entry_of_the_ledger(story: Story, running_server: RunningServer) -> None:
    _wait_until_delivered(running_server)
    ledger = dict(_rows(running_server, "SELECT id, credited_ms FROM online_hours_entry"))
    stored = [json.loads(raw) for (raw,) in _rows(running_server, "SELECT raw FROM record_store_statement")]
    told = {
        statement["object"]["id"].rpartition("/")[2]: statement["result"]["extensions"][CREDITED]
        for statement in stored
        if statement["verb"]["id"] == EARNED
    }
    assert told == ledger


def test_no_statement_bears_a_name_or_an_account(story: Story, running_server: RunningServer) -> None:
    _wait_until_delivered(running_server)
    people = _rows(running_server, "SELECT name, login FROM account_person WHERE login LIKE '%.%'")
    known = {word for person in people for word in person}
    for (raw,) in _rows(running_server, "SELECT raw FROM record_store_statement"):
        words = json.dumps(json.loads(raw), ensure_ascii=False)
        assert not [word for word in known if word in words]


def test_no_picture_lies_open_in_the_database(story: Story, running_server: RunningServer) -> None:
    kept = _rows(
        running_server, "SELECT sealed_image FROM identity_check_picture WHERE sealed_image NOT NULL"
    )
    assert len(kept) >= len(story.checks)
    assert not [image for (image,) in kept if JPEG in image or PNG in image]


def test_the_story_never_left_the_origin(story: Story) -> None:
    assert story.watch.foreign_requests == []
    assert story.watch.complaints == []


def _rows(server: RunningServer, query: str, *values: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{server.data / 'anxue.sqlite3'}?mode=ro", uri=True)) as database:
        return database.execute(query, values).fetchall()


def _wait_until_delivered(server: RunningServer) -> None:
    until = time.monotonic() + DELIVERED_WITHIN_SECONDS
    while _rows(server, "SELECT 1 FROM outbox_delivery WHERE settled_at IS NULL LIMIT 1"):
        assert time.monotonic() < until, "the outbox did not drain"
        time.sleep(0.5)


def _statement_ids(server: RunningServer) -> list[str]:
    """Return the ids of all statements, as a system with the store's credentials reads them."""
    store = server.sample["record_store"]
    ids: list[str] = []
    address = f"{store['endpoint']}/statements"
    with httpx.Client(auth=(store["key"], store["secret"]), headers=XAPI, timeout=30) as client:
        while address:
            found = client.get(address).raise_for_status().json()
            ids += [statement["id"] for statement in found["statements"]]
            address = urljoin(server.base_url, found["more"]) if found.get("more") else ""
    return sorted(ids)
