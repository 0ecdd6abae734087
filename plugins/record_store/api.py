"""The xAPI resources over HTTP: statements and about.

Knows headers, parameters and status codes; what is stored and what is found is
service/'s business. Errors are problem+json like everywhere, with the path of
the property that is wrong.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, g, request

from app.sdk.db import read
from app.sdk.errors import UnsupportedError
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import public, without_csrf_token
from plugins.record_store.domain import shapes
from plugins.record_store.domain.faults import RequestFaultError
from plugins.record_store.domain.outlook import stored_text
from plugins.record_store.domain.query import Single, read_query
from plugins.record_store.domain.versions import HEADER, SPOKEN, negotiated
from plugins.record_store.service.credentials import CredentialError, System, system_with
from plugins.record_store.service.giving import Giver, Page, consistent_through
from plugins.record_store.service.receiving import receive, receive_as
from plugins.record_store.settings import StoreSettings

OWN_CREDENTIALS = "systems show the record store's own Basic credentials, checked inside"

resources = Blueprint("record_store", __name__, url_prefix="/xapi")


@resources.before_request
def bound_the_body() -> None:
    """Read no more of a body than statements may need."""
    request.max_content_length = runtime().settings_of(StoreSettings).request_bytes_at_most


@resources.after_request
def say_version(response: Response) -> Response:
    """Put the headers of the specification on every answer, refusals included."""
    response.headers[HEADER] = g.get("record_store_version", SPOKEN[-1])
    if response.status_code == CredentialError.status:
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return response


@resources.get("/about")
@public("tells which versions are spoken, as the specification asks")
def about() -> Response:
    """Say which versions are spoken."""
    return _json(orjson.dumps({"version": list(SPOKEN)}))


@resources.post("/statements")
@without_csrf_token
@public(OWN_CREDENTIALS)
def post_statements() -> Response:
    """Store one statement or an array of them; answer with their ids."""
    system, version = _system(), _version()
    for name in request.args:
        raise RequestFaultError(name[:80], "is no parameter of this resource; use PUT or GET")
    ids = receive(_body(), version=version, system=system, begin=unit_of_work)
    return _json(orjson.dumps(ids))


@resources.put("/statements")
@without_csrf_token
@public(OWN_CREDENTIALS)
def put_statement() -> Response:
    """Store one statement under an id that the caller chose."""
    system, version = _system(), _version()
    names = list(request.args)
    if names != ["statementId"] or len(request.args.getlist("statementId")) != 1:
        raise RequestFaultError("statementId", "is required, once, and nothing else")
    statement_id = shapes.a_uuid(request.args["statementId"], "statementId")
    receive_as(statement_id, _body(), version=version, system=system, begin=unit_of_work)
    return Response(status=204)


@resources.get("/statements")
@public(OWN_CREDENTIALS)
def get_statements() -> Response:
    """Give out one statement, or those that the parameters ask for."""
    system, version = _system(), _version()
    asked = read_query(request.args.to_dict(flat=False))
    giver = Giver(
        session=read(),
        system=system,
        version=version,
        home_page=runtime().settings_of(StoreSettings).home_page,
    )
    # Asked before the statements are read: it must not promise more than they show.
    through = stored_text(consistent_through(read(), runtime().clock.now()))
    if isinstance(asked, Single):
        statement, stored_at = giver.one(asked)
        response = _json(statement)
        response.headers["Last-Modified"] = format_datetime(
            stored_at.astimezone(UTC).replace(microsecond=0), usegmt=True
        )
    else:
        response = _json(_page(giver.page(asked)))
    response.headers["X-Experience-API-Consistent-Through"] = through
    return response


def _page(page: Page) -> bytes:
    more = ""
    if page.cursor is not None:
        asked = [(name, value) for name, value in request.args.items() if name != "cursor"]
        more = f"{request.path}?{urlencode([*asked, ('cursor', page.cursor)])}"
    return b'{"statements":[' + b",".join(page.statements) + b'],"more":' + orjson.dumps(more) + b"}"


def _system() -> System:
    shown = request.authorization
    if shown is None or shown.type != "basic" or shown.username is None or shown.password is None:
        raise CredentialError
    return system_with(read(), shown.username, shown.password)


def _version() -> str:
    spoken = negotiated(request.headers.get(HEADER))
    g.record_store_version = spoken
    return spoken


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise UnsupportedError("请以 application/json 发送语句；暂不接收附件。")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedError("请发送未压缩的内容。")
    return request.get_data(cache=False)


def _json(content: bytes) -> Response:
    return Response(content, mimetype="application/json")
