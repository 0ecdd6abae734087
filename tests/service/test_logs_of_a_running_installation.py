"""The log of a real web process: JSON, and nobody's name in it."""

from __future__ import annotations

import json

import httpx

from tests.support.server import RunningServer


def test_the_web_log_is_json_without_accounts_and_passwords(running_server: RunningServer) -> None:
    accounts = running_server.sample["accounts"]
    login = next(name for name, account in accounts.items() if "trainee" in account["roles"])
    with httpx.Client(base_url=running_server.base_url) as browser:
        sent = {"login": login, "password": running_server.password(login)}
        assert browser.post("/api/v1/session", json=sent).status_code == 200
        answer = browser.get("/api/v1/me/hours")
        cookie = next(iter(browser.cookies.values()))
    written = (running_server.data / "logs" / "web.log").read_text("utf-8")
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    ours = next(line for line in lines if line.get("request_id") == answer.headers["X-Request-Id"])
    secrets = [account["password"] for account in accounts.values()]
    names = [account["name"] for account in accounts.values()]
    assert (ours["route"], ours["status"]) == ("/api/v1/me/hours", 200)
    assert ours["person_id"] > 0
    assert [word for word in (*secrets, *names, login, cookie) if word in written] == []
