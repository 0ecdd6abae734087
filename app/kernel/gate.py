"""How many requests Flask works on at once.

A request may hold two connections of the pool (it reads, then it writes), and
signing in or comparing a face takes tens of megabytes for a moment. So there
are fewer places than threads; whoever finds none waits a little and is then
told to come again, instead of everybody waiting for the pool for ever. Hot
paths do not stand in this line: they need one connection for hundreds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson

from app.kernel.request_log import NOTE, Note
from app.kernel.security import HEADERS, request_id_for
from app.sdk.errors import UnavailableError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLACES = 8
WAITS_SECONDS = 4.0


class Gate:
    """A WSGI layer that lets so many in at once."""

    def __init__(
        self, inner: WSGIApplication, *, places: int = PLACES, waits_seconds: float = WAITS_SECONDS
    ) -> None:
        self._inner = inner
        self._places = threading.BoundedSemaphore(places)
        self._waits_seconds = waits_seconds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._places.acquire(timeout=self._waits_seconds):
            request_id = request_id_for(environ.get("HTTP_X_REQUEST_ID", ""))
            note = environ.get(NOTE)
            if isinstance(note, Note):
                note.request_id = request_id
            return unavailable(UnavailableError(), request_id, start_response)
        try:
            return self._inner(environ, start_response)
        finally:
            self._places.release()


def unavailable(error: UnavailableError, request_id: str, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 503 without Flask: whoever is overloaded must not be asked for an error page."""
    answer = orjson.dumps(
        {
            "type": "about:blank",
            "title": error.text,
            "status": error.status,
            "code": error.code,
            "request_id": request_id,
            **error.details,
        }
    )
    start_response(
        "503 SERVICE UNAVAILABLE",
        [
            *headers(request_id, "application/problem+json", answer),
            ("Retry-After", str(error.retry_after_seconds or 5)),
        ],
    )
    return [answer]


def headers(request_id: str, kind: str, answer: bytes) -> list[tuple[str, str]]:
    """Return the headers that every answer bears."""
    return [
        ("Content-Type", kind),
        ("Content-Length", str(len(answer))),
        ("X-Request-Id", request_id),
        *_DRESS,
    ]


_DRESS = (*HEADERS.items(), ("Cache-Control", "no-store"), ("Vary", "Cookie"))
