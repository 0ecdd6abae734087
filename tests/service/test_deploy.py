"""What is shipped in deploy/: nginx started for real, the rest held to what the program says of itself."""

from __future__ import annotations

import configparser
import re
import shlex
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask, request

from app.factory import UPLOAD_BYTES_AT_MOST, create_app
from app.launcher_commands import BLOCKING_THREADS, web, worker
from app.sdk.clock import FixedClock
from app.sdk.web import public
from tests.support import databases
from tests.support.front import nginx_before
from tests.support.installations import settings_for
from tests.support.server import RunningServer
from tests.support.serving import served

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture
def told(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[str]:
    """The https address of nginx before an application that says how it was asked."""
    address = databases.sqlite_copy(sqlite_template, tmp_path)
    app = create_app(settings_for(tmp_path, database_url=address, proxies=1), clock=clock)
    _add_echo(app)
    (tmp_path / "nginx").mkdir()
    with served(app) as inside, nginx_before(inside, tmp_path / "nginx", quick=True) as outside:
        yield outside


def _add_echo(app: Flask) -> None:
    @public("a route of this test")
    def echo() -> dict[str, str]:
        return {"address": request.remote_addr or "", "scheme": request.scheme, "host": request.host}

    app.add_url_rule("/echo", view_func=echo)


def visitor(address: str, folder: Path) -> httpx.Client:
    trust = ssl.create_default_context(cafile=str(folder / "nginx" / "fullchain.pem"))
    return httpx.Client(base_url=address, verify=trust, timeout=30)


def test_a_trainee_signs_in_and_learns_through_nginx(running_server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    login = next(name for name, account in running_server.sample["accounts"].items() if _learns(account))
    with (
        nginx_before(running_server.base_url, tmp_path / "nginx") as address,
        visitor(address, tmp_path) as browser,
    ):
        assert "登录" in browser.get("/login").text
        opened = browser.post(
            "/api/v1/session", json={"login": login, "password": running_server.password(login)}
        )
        token = {"X-CSRF-Token": opened.json()["csrf_token"], "Origin": address}
        offered = browser.get("/api/v1/me/offerings").json()["offerings"]
        lesson = next(lesson for each in offered for lesson in each["lessons"] if not lesson["locked"])
        playback = browser.post("/api/v1/playbacks", json={"lesson_id": lesson["id"]}, headers=token).json()
        beat = {"seq": 1, "played": [0, 0], "rate": 1, "visible": True}
        heard = browser.post(
            f"/api/v1/playbacks/{playback['id']}/beats",
            json={"ticket": playback["ticket"], "beats": [beat]},
            headers=token,
        )
    assert (heard.status_code, heard.json()["accepted"]) == (200, 1)


def _learns(account: dict[str, list[str]]) -> bool:
    return "trainee" in account["roles"]


def test_what_a_caller_claims_of_its_address_is_not_believed(told: str, tmp_path: Path) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "ftp",
    }
    with visitor(told, tmp_path) as browser:
        answer = browser.get("/echo", headers=claims).json()
    assert answer == {"address": "127.0.0.1", "scheme": "https", "host": urlsplit(told).netloc}


def test_the_monitoring_is_not_reached_from_outside(told: str, tmp_path: Path) -> None:
    with visitor(told, tmp_path) as browser:
        answer = browser.get("/metrics")
    assert (answer.status_code, "x-request-id" in answer.headers) == (404, False)


def test_browsers_are_told_to_keep_to_https(told: str, tmp_path: Path) -> None:
    with visitor(told, tmp_path) as browser:
        assert browser.get("/login").headers["strict-transport-security"] == "max-age=31536000"


def test_style_is_compressed_and_answers_with_secrets_are_not(told: str, tmp_path: Path) -> None:
    with visitor(told, tmp_path) as browser:
        page = browser.get("/login")
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
        assert style is not None
        assert browser.get(style[1]).headers.get("content-encoding") == "gzip"
        assert "content-encoding" not in page.headers


def test_a_body_larger_than_any_upload_is_refused_before_the_application(told: str, tmp_path: Path) -> None:
    with visitor(told, tmp_path) as browser:
        answer = browser.post("/api/v1/session", content=b"x" * (UPLOAD_BYTES_AT_MOST + 1))
    assert (answer.status_code, "x-request-id" in answer.headers) == (413, False)


def test_endless_headers_are_refused(told: str, tmp_path: Path) -> None:
    with visitor(told, tmp_path) as browser:
        assert browser.get("/login", headers={"X-Long": "x" * 40_000}).status_code == 400


def test_a_caller_who_never_finishes_is_hung_up_on(told: str, tmp_path: Path) -> None:
    trust = ssl.create_default_context(cafile=str(tmp_path / "nginx" / "fullchain.pem"))
    port = urlsplit(told).port
    with (
        socket.create_connection(("127.0.0.1", port or 0), timeout=8) as plain,
        trust.wrap_socket(plain, server_hostname="127.0.0.1") as slow,
    ):
        slow.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        try:
            heard = slow.recv(4096)
        except ConnectionResetError:
            heard = b""
    assert heard == b""


def unit(name: str) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser["Service"]


def test_the_web_service_starts_what_the_launcher_starts() -> None:
    command = shlex.split(unit("anxue-web.service")["ExecStart"])
    launched = web(8000)
    assert Path(command[0]).name == "granian"
    given, ours = (_options(each) for each in (command, launched))
    del given["--workers-kill-timeout"], ours["--workers-kill-timeout"]
    assert given == ours
    assert ours["--blocking-threads"] == str(BLOCKING_THREADS)


def test_the_worker_service_starts_what_the_launcher_starts() -> None:
    command = shlex.split(unit("anxue-worker.service")["ExecStart"])
    assert (Path(command[0]).name, command[1:]) == ("python", worker()[1:])


def test_the_container_starts_the_same_web_process_as_the_service() -> None:
    words = re.search(r"^CMD \[(.+)\]$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert words is not None
    inside = [word.strip().strip('"') for word in words[1].split(",")]
    service = shlex.split(unit("anxue-web.service")["ExecStart"])
    assert {**_options(inside), "--host": ""} == {**_options(service), "--host": ""}


def test_systemd_waits_longer_than_requests_may_take_to_finish() -> None:
    service = unit("anxue-web.service")
    patience = int(_options(shlex.split(service["ExecStart"]))["--workers-kill-timeout"])
    assert int(service["TimeoutStopSec"]) > patience


def test_every_setting_that_is_named_exists() -> None:
    example = (DEPLOY.parent / ".env.example").read_text("utf-8")
    named = {
        name
        for file in DEPLOY.rglob("*")
        if file.is_file()
        for name in re.findall(r"ANXUE_[A-Z_]+", file.read_text("utf-8"))
    }
    assert {name for name in named if f"#{name}=" not in example} == set()
    assert named >= {"ANXUE_DATABASE_URL", "ANXUE_BROKER_URL", "ANXUE_PROXIES"}


def _options(command: list[str]) -> dict[str, str]:
    """Return what stands behind each option; what stands alone is an option of its own."""
    found: dict[str, str] = {}
    name = ""
    for word in command[command.index("--interface") :]:
        if word.startswith("--"):
            name, found[word] = word, ""
        elif name and not found[name]:
            found[name] = word
    return found
