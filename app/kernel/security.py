"""The marks of every route enforced, and the headers every answer bears.

Default-deny: a view without a mark stops the start; a request without the
permission does not reach its view. This is the one place where function access
is decided; whose object it is, is decided where the object is looked up.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from app.kernel.http_errors import answer
from app.sdk.auth import signed_in
from app.sdk.errors import AnxueError, ForbiddenError, NotFoundError
from app.sdk.web import Access, access_of, public

_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        "worker-src 'self' blob:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), picture-in-picture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class CsrfError(AnxueError):
    """The token that proves that our own page asked is missing, old or wrong."""

    status = 403
    code = "csrf"
    sentence = "页面已过期，请刷新后重试。"


class UnmarkedRoutesError(Exception):
    """Routes that neither require a permission nor are listed as public."""


def guard(app: Flask, permissions: frozenset[str]) -> None:
    """Enforce marks, CSRF protection and headers. To be called when all routes are there."""
    for endpoint, view in app.view_functions.items():
        if endpoint == "static" or endpoint.endswith(".static"):
            app.view_functions[endpoint] = public("style, scripts and pictures of the interface")(_copy(view))
    _refuse_unmarked(app, permissions)
    csrf = CSRFProtect()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _csrf_failed)

    @app.before_request
    def enforce() -> None:
        if request.endpoint is None:
            return
        if "\x00" in request.path:
            # No name of ours has one, and PostgreSQL cannot even be asked for it.
            raise NotFoundError
        access = access_of(app.view_functions[request.endpoint])
        if access is None:
            raise ForbiddenError
        if access.permission is not None and not signed_in().may(access.permission):
            raise ForbiddenError
        if request.method in _UNSAFE:
            _check_origin()
            if access.csrf:
                csrf.protect()

    @app.after_request
    def dress(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def name_request() -> None:
    """Give the request an id: the proxy's, if it is well-formed, or a new one."""
    g.request_id = request_id_for(request.headers.get("X-Request-Id", ""))


def request_id_for(given: str) -> str:
    """Return the id of a request that came with the given one."""
    return given if _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


def comes_from_us(site: str | None, origin: str | None, host: str) -> bool:
    """Return whether an unsafe request may come from our own page, by Sec-Fetch-Site and Origin.

    A browser says where it comes from; programs say nothing and have no ambient cookie.
    """
    if site not in (None, "same-origin", "none"):
        return False
    if origin == "null":
        return site is not None
    return origin is None or origin.rpartition("://")[2] == host


def _check_origin() -> None:
    headers = request.headers
    if not comes_from_us(headers.get("Sec-Fetch-Site"), headers.get("Origin"), request.host):
        raise CsrfError


def _refuse_unmarked(app: Flask, permissions: frozenset[str]) -> None:
    faults = []
    for endpoint, view in sorted(app.view_functions.items()):
        access: Access | None = access_of(view)
        if access is None:
            faults.append(f"route {endpoint} has neither requires(…) nor public(…)")
        elif access.permission is not None and access.permission not in permissions:
            faults.append(f"route {endpoint} requires the unknown permission {access.permission}")
    if faults:
        raise UnmarkedRoutesError("\n".join(faults))


def _csrf_failed(_error: CSRFError) -> Response:
    return answer(CsrfError())


def _copy(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of our own around a shared bound method, which cannot be marked."""

    def serve(**arguments: Any) -> Any:
        return view(**arguments)

    return serve
