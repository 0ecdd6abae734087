"""Turns refusals into answers: problem+json for programs, a page for people.

RFC 9457 with a stable `code`. Nothing of the inside (stack, SQL, names of
files) leaves the house; a fault of the program is logged with the request's id
and answered with that id.
"""

from __future__ import annotations

import logging
from typing import Any, cast

from flask import Flask, Response, g, json, redirect, render_template, request, url_for
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from app.sdk.errors import (
    AnxueError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    NotSignedInError,
    TooLargeError,
    TooManyRequestsError,
    UnavailableError,
    UnsupportedError,
)

log = logging.getLogger(__name__)

FOR_PROGRAMS = ("/api/", "/xapi", "/healthz", "/readyz", "/metrics", "/media/")
_LIKE = {
    400: MalformedError,
    401: NotSignedInError,
    403: ForbiddenError,
    404: NotFoundError,
    413: TooLargeError,
    415: UnsupportedError,
    429: TooManyRequestsError,
    503: UnavailableError,
}


class MethodError(AnxueError):
    """The address exists, the method does not."""

    status = 405
    code = "method_not_allowed"
    sentence = "不支持该操作方式。"


class ProgramFaultError(AnxueError):
    """Something is wrong with the program itself."""

    status = 500
    code = "internal"
    sentence = "系统出现故障，我们已记录。已确认的学习时间不受影响。"


def map_errors(app: Flask) -> None:
    """Register the one mapper for everything that may go wrong in a request."""
    app.register_error_handler(AnxueError, answer)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeoutError, _database_away)
    app.register_error_handler(DBAPIError, _database_fault)
    app.register_error_handler(Exception, _fault)


def answer(error: AnxueError) -> AnyResponse:
    """Return the answer to a refusal."""
    if for_programs():
        made: AnyResponse = _problem(error)
    elif error.status == NotSignedInError.status and request.method == "GET":
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    else:
        page = render_template("shell/error.html", error=error, request_id=g.get("request_id", ""))
        made = Response(page, status=error.status, mimetype="text/html")
    if error.retry_after_seconds is not None or error.status in (429, 503):
        made.headers["Retry-After"] = str(error.retry_after_seconds or 5)
    return made


def for_programs() -> bool:
    """Return whether the caller of this request reads JSON rather than pages."""
    return request.path.startswith(FOR_PROGRAMS)


def _problem(error: AnxueError) -> Response:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": error.text,
        "status": error.status,
        "code": error.code,
        "request_id": g.get("request_id", ""),
        **error.details,
    }
    return Response(
        json.dumps(content, ensure_ascii=False), status=error.status, mimetype="application/problem+json"
    )


def _from_http(error: HTTPException) -> AnyResponse:
    if isinstance(error, SecurityError):
        # The host is none of ours: without it no address of a page can be made.
        return _problem(MalformedError())
    if error.response is not None:
        return cast(AnyResponse, error.response)
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response(request.environ)
    if status == MethodError.status:
        return answer(MethodError())
    if status >= 500 and status not in _LIKE:
        return _fault(error)
    return answer(_LIKE.get(status, MalformedError)())


def _database_away(error: Exception) -> AnyResponse:
    log.warning("the database is away or busy: %s", type(error).__name__, exc_info=error)
    return answer(UnavailableError(retry_after_seconds=5))


def _database_fault(error: DBAPIError) -> AnyResponse:
    return _database_away(error) if error.connection_invalidated else _fault(error)


def _fault(error: Exception) -> AnyResponse:
    log.error("a request failed: %s %s", request.method, request.url_rule or "no route", exc_info=error)
    return answer(ProgramFaultError())
