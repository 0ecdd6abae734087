"""A record store over real HTTP that misbehaves when it is told to.

It keeps each statement's bytes under its id, in the order of arrival. Each
entry of `mood` spoils one POST; when the list is empty it behaves, as strictly
as the ADL store: a batch with a known id is answered 409 and stores nothing.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from plugins.record_store.domain.parsing import parsed_statements

STATUSES = {"500": 500, "503": 503, "429": 429, "413": 413, "401": 401, "404": 404, "400": 400, "408": 408}


@dataclass
class RecordStub:
    """What the stub holds and how it feels."""

    mood: list[str] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    batch_at_most: int = 10_000
    requests: list[tuple[str, int]] = field(default_factory=list)
    """Method and number of statements of every request."""
    headers: list[dict[str, str]] = field(default_factory=list)
    endpoint: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def record_stub() -> Iterator[RecordStub]:
    """Run a stub on a free port."""
    stub = RecordStub()

    class Handler(_Handler):
        told = stub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.endpoint = f"http://127.0.0.1:{server.server_address[1]}/xapi"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: RecordStub

    def do_GET(self) -> None:
        wanted = parse_qs(urlsplit(self.path).query).get("statementId", [""])[0]
        with self.told.lock:
            self.told.requests.append(("GET", 1))
            body = self.told.stored.get(wanted)
        self._answer(404 if body is None else 200, body or b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        arrived = {str(one.said["id"]): one.raw for one in parsed_statements(body)}
        with self.told.lock:
            self.told.requests.append(("POST", len(arrived)))
            self.told.headers.append(dict(self.headers))
            mood = self.told.mood.pop(0) if self.told.mood else ""
        self._spoiled(mood, arrived) if mood else self._decent(arrived)

    def _decent(self, arrived: dict[str, bytes]) -> None:
        with self.told.lock:
            status = self._stored(arrived)
        self._answer(status, json.dumps(list(arrived)).encode() if status == 200 else b"no")

    def _stored(self, arrived: dict[str, bytes]) -> int:
        if len(arrived) > self.told.batch_at_most:
            return 413
        if self.told.poison & arrived.keys():
            return 400
        if self.told.stored.keys() & arrived.keys():
            return 409
        self.told.stored.update(arrived)
        return 200

    def _spoiled(self, mood: str, arrived: dict[str, bytes]) -> None:
        if mood in STATUSES:
            self._answer(STATUSES[mood], b"<html>sorry</html>", retry_after="1" if mood == "429" else None)
        elif mood == "garbage":
            self._answer(200, b"<html>welcome to the hotel network</html>")
        elif mood == "redirect":
            self._answer(302, b"", location="http://127.0.0.1:1/inside")
        elif mood == "reset":
            self.close_connection = True
        elif mood == "slow":
            time.sleep(1.5)
            self.close_connection = True
        elif mood == "huge":
            self._answer(200, b"[" + b" " * 3_000_000 + b"]")
        elif mood == "packed":
            self._answer(200, b"\x1f\x8b" + b"0" * 100, packed=True)
        elif mood == "half answer":
            self._answer(200, b"[", length=1_000)
            self.close_connection = True
        else:
            # Everything else is stored, and only the answer goes wrong.
            with self.told.lock:
                self._stored(arrived)
            if mood == "lost answer":
                self.close_connection = True
            elif mood == "stored, then 500":
                self._answer(500, b"")
            elif mood == "wrong ids":
                self._answer(200, json.dumps(list(arrived)[:-1]).encode())
            elif mood == "nothing to say":
                self._answer(204, b"")
            else:
                raise ValueError(mood)

    def _answer(
        self,
        status: int,
        body: bytes,
        *,
        retry_after: str | None = None,
        location: str | None = None,
        packed: bool = False,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(length or len(body)))
        for name, value in (("Retry-After", retry_after), ("Location", location)):
            if value is not None:
                self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: a test's output is for its faults."""
