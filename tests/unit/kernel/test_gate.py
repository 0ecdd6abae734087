"""Only so many requests are worked on at once; the others wait a little, then are told to come again."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from werkzeug.test import Client

from app.kernel.gate import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Slow:
    """An application that works until it is let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.inside.release()
        assert self.go.wait(10)
        start_response("200 OK", [])
        return [b"done"]


def test_whoever_finds_no_place_is_told_when_to_come_again() -> None:
    slow = Slow()
    gate = Gate(slow, places=2, waits_seconds=0.05)
    with ThreadPoolExecutor(2) as pool:
        two = [pool.submit(Client(gate).get, "/") for _ in range(2)]
        assert all(slow.inside.acquire(timeout=5) for _ in two)
        third = Client(gate).get("/")
        slow.go.set()
        assert [one.result(5).status_code for one in two] == [200, 200]
    assert (third.status_code, third.headers["Retry-After"]) == (503, "5")
    assert third.get_json()["code"] == "unavailable"


def test_a_place_that_was_left_is_free_again() -> None:
    slow = Slow()
    slow.go.set()
    gate = Gate(slow, places=1, waits_seconds=0.05)
    assert [Client(gate).get("/").status_code for _ in range(3)] == [200] * 3
