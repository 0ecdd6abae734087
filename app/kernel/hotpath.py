"""Hot paths in front of Flask: the same guards, a fraction of the cost.

Every guard here only says yes or "let Flask decide": a missing session, a wrong
token, a foreign origin or an odd length goes to Flask's route, which refuses it
in its own words. The one answer that is no success is 503, because whoever is
overloaded must not be asked twice.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_host

from app.kernel.gate import Gate, headers, unavailable
from app.kernel.request_log import NOTE, Note
from app.kernel.security import comes_from_us, request_id_for
from app.sdk.errors import AnxueError, UnavailableError
from app.sdk.hotpath import NOTES, HotPath, HotRequest
from app.sdk.web import JSON_BYTES_AT_MOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)


class Caller(Protocol):
    """Whoever a session names."""

    @property
    def person_id(self) -> int: ...
    @property
    def permissions(self) -> frozenset[str]: ...


class SessionReader(Protocol):
    """Knows whose session a cookie is, and whether a CSRF token belongs to it."""

    def caller(self, cookies: str, csrf_token: str) -> Caller | None:
        """Return who asks; None whenever it is not certain."""
        ...


class HotPaths:
    """A WSGI layer that answers what is plain and passes on the rest, body and all."""

    def __init__(
        self,
        inner: WSGIApplication,
        paths: Sequence[HotPath],
        sessions: SessionReader,
        hosts: list[str] | None,
    ) -> None:
        self._inner = inner
        self._paths = tuple(paths)
        self._sessions = sessions
        self._hosts = hosts

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            path = environ.get("PATH_INFO", "")
            for hot in self._paths:
                if hot.matches(path):
                    return self._serve(hot, path, environ, start_response)
        return self._inner(environ, start_response)

    def _serve(
        self, hot: HotPath, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        caller = self._caller(environ)
        length = environ.get("CONTENT_LENGTH") or ""
        short = length.isascii() and length.isdigit() and int(length) <= JSON_BYTES_AT_MOST
        if caller is None or hot.permission not in caller.permissions or not short:
            return self._inner(environ, start_response)
        body: bytes = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)
        notes: dict[str, object] = {}
        try:
            answer = hot.answer(HotRequest(path=path, person_id=caller.person_id, body=body, notes=notes))
        except UnavailableError as error:
            return unavailable(error, _named(environ, hot, caller), start_response)
        except AnxueError:
            answer = None
        except Exception:
            log.exception("the hot path of %s failed; Flask answers", hot.route)
            answer = None
        if answer is None:
            environ[NOTES] = notes
            return self._inner(environ, start_response)
        start_response("200 OK", headers(_named(environ, hot, caller), "application/json", answer))
        return [answer]

    def _caller(self, environ: WSGIEnvironment) -> Caller | None:
        cookies, token = environ.get("HTTP_COOKIE"), environ.get("HTTP_X_CSRF_TOKEN")
        if not cookies or not token:
            return None
        try:
            host = get_host(environ, self._hosts)
        except HTTPException:
            return None
        if not comes_from_us(environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN"), host):
            return None
        return self._sessions.caller(cookies, token)


def mount(app: Flask, paths: Sequence[HotPath], sessions: SessionReader) -> None:
    """Put a gate in front of app, and paths in front of the gate."""
    app.wsgi_app = HotPaths(  # type: ignore[method-assign]
        Gate(app.wsgi_app), paths, sessions, app.config.get("TRUSTED_HOSTS")
    )


def _named(environ: WSGIEnvironment, hot: HotPath, caller: Caller) -> str:
    request_id = request_id_for(environ.get("HTTP_X_REQUEST_ID", ""))
    note = environ.get(NOTE)
    if isinstance(note, Note):
        note.request_id, note.person_id, note.route = request_id, caller.person_id, hot.route
        note.quiet = True
    return request_id
