"""A started sample installation is what its sample.json says: programs can log in and go on from there."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.support.server import RunningServer

ACCOUNTS = (
    "trainee.manager",
    "trainee.officer",
    "trainee.leader",
    "author",
    "reviewer",
    "teacher",
    "supervisor",
    "admin",
)
TRAINEES = ACCOUNTS[:3]


@contextmanager
def signed_in(server: RunningServer, login: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url) as client:
        credentials = {"login": login, "password": server.password(login)}
        client.post("/api/v1/session", json=credentials).raise_for_status()
        yield client


def test_sample_json_is_the_owners_alone(running_server: RunningServer) -> None:
    mode = (running_server.data / "sample.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_sample_json_names_the_address_that_was_printed(running_server: RunningServer) -> None:
    assert running_server.sample["base_url"] == running_server.base_url


def test_the_accounts_are_those_of_the_contract(running_server: RunningServer) -> None:
    assert set(running_server.sample["accounts"]) == set(ACCOUNTS)


@pytest.mark.parametrize("login", ACCOUNTS)
def test_each_account_can_sign_in(running_server: RunningServer, login: str) -> None:
    with signed_in(running_server, login) as client:
        assert client.get("/").status_code in (httpx.codes.OK, httpx.codes.FOUND)


@pytest.mark.parametrize("login", ACCOUNTS)
def test_each_account_was_printed_with_its_password(running_server: RunningServer, login: str) -> None:
    row = next(line for line in running_server.printed if line.split()[:1] == [login])
    assert row.split()[1] == running_server.password(login)


@pytest.mark.parametrize("login", TRAINEES)
def test_each_category_has_a_required_and_an_elective_course(
    running_server: RunningServer, login: str
) -> None:
    with signed_in(running_server, login) as client:
        offerings = client.get("/api/v1/me/offerings").json()["offerings"]
    # Other tests of this installation may have loaded a course more: each kind is there at least once.
    assert {offering["required"] for offering in offerings} == {False, True}


@pytest.mark.parametrize("login", TRAINEES)
def test_each_category_can_play_something_when_it_is_ready(running_server: RunningServer, login: str) -> None:
    with signed_in(running_server, login) as client:
        offerings = client.get("/api/v1/me/offerings").json()["offerings"]
    assert any(lesson["media_seconds"] > 0 for offering in offerings for lesson in offering["lessons"])


def test_the_record_store_opens_with_the_key_of_sample_json(running_server: RunningServer) -> None:
    store = running_server.sample["record_store"]
    answer = httpx.get(
        f"{store['endpoint']}/statements",
        auth=(store["key"], store["secret"]),
        headers={"X-Experience-API-Version": "1.0.3"},
    )
    assert answer.status_code == httpx.codes.OK


def test_the_record_store_stays_closed_with_another_secret(running_server: RunningServer) -> None:
    store = running_server.sample["record_store"]
    answer = httpx.get(
        f"{store['endpoint']}/statements",
        auth=(store["key"], "guessed"),
        headers={"X-Experience-API-Version": "1.0.3"},
    )
    assert answer.status_code == httpx.codes.UNAUTHORIZED
