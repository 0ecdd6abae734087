"""Every request, counted and logged once: id, person's number, route, status, milliseconds.

The outermost layer, so that whatever answers (Flask, or something mounted
beside it) is counted alike. Who answers fills in the Note it finds in the
environment. Not known here, and so never logged: addresses with their query,
headers, bodies, names. The route is the rule (`/media/<asset_id>/…`), not the path.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request

from app.sdk.auth import signed_in_or_none
from app.sdk.metrics import Counter, Durations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.wrappers import Response

log = logging.getLogger("anxue.requests")

NOTE = "anxue.note"
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked for again and again, and telling nothing as long as all is well.
_QUIET = ("/static/", "/healthz", "/readyz", "/metrics")

REQUESTS = Counter("anxue_requests_total", "Requests answered.", ("method", "status"))
REQUEST_SECONDS = Durations(
    "anxue_request_seconds", "From the arrival of a request to the beginning of its answer.", ("route",)
)


@dataclass(slots=True)
class Note:
    """What is to be said of a request, filled in by whoever answers it."""

    request_id: str = ""
    person_id: int | None = None
    route: str = NO_ROUTE
    quiet: bool = False
    """Counted, and logged only where everything is: it left rows that say more, and there are thousands."""


class RequestLog:
    """A WSGI layer that counts and logs what passes through."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun, note, status = time.perf_counter(), Note(), ["500"]
        environ[NOTE] = note

        def start(line: str, *rest: Any) -> Callable[[bytes], object]:
            status[0] = line[:3]
            return start_response(line, *rest)

        try:
            return self._inner(environ, start)
        finally:
            _tell(note, str(environ.get("REQUEST_METHOD", "")), status[0], time.perf_counter() - begun)


def note_requests(app: Flask) -> None:
    """Let Flask fill in the note, and put the layer around everything that is there by now."""

    @app.after_request
    def note(response: Response) -> Response:
        kept = request.environ.get(NOTE)
        if isinstance(kept, Note):
            person = signed_in_or_none()
            kept.request_id = g.get("request_id", "")
            kept.person_id = person.person_id if person else None
            kept.route = request.url_rule.rule if request.url_rule else NO_ROUTE
        return response

    app.wsgi_app = RequestLog(app.wsgi_app)  # type: ignore[method-assign]


def _tell(note: Note, method: str, status: str, seconds: float) -> None:
    method = method if method in _METHODS else "other"
    REQUESTS.add(method=method, status=status)
    REQUEST_SECONDS.observe(seconds, route=note.route)
    quiet = (note.quiet or note.route.startswith(_QUIET)) and status < "400"
    level = logging.DEBUG if quiet else logging.INFO
    if not log.isEnabledFor(level):
        return
    log.log(
        level,
        "request",
        extra={
            "facts": {
                "request_id": note.request_id,
                "person_id": note.person_id,
                "method": method,
                "route": note.route,
                "status": int(status),
                "ms": round(seconds * 1000, 1),
            }
        },
    )
