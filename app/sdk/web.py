"""What a route says about itself, and how it reads what it is sent.

Every route bears requires(permission) or public(reason); the factory refuses to
start otherwise, and the kernel enforces the mark before the view runs. Routes
of the HTTP interface add operation(...), from which the OpenAPI document is
made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from app.sdk.errors import InvalidError, MalformedError, TooLargeError

V = TypeVar("V", bound=Callable[..., Any])
M = TypeVar("M", bound=BaseModel)

_MARK = "__anxue_access__"
_OPERATION = "__anxue_operation__"

JSON_BYTES_AT_MOST = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may call a route: holders of permission, or everybody for a reason.

    csrf=False only where the caller cannot send a header (a beacon) or has no
    cookie to abuse (systems with credentials of their own).
    """

    permission: str | None = None
    public_because: str | None = None
    csrf: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the OpenAPI document says of a route."""

    summary: str
    request: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    multipart: dict[str, str] | None = None
    status: int = 200


class Body(BaseModel):
    """A request body: unknown fields are refused, strings are not taken for numbers."""

    model_config = ConfigDict(extra="forbid", strict=True)


def requires(permission: str) -> Callable[[V], V]:
    """Mark a view: only for people one of whose roles carries permission."""
    return lambda view: _marked(view, Access(permission=permission))


def public(because: str) -> Callable[[V], V]:
    """Mark a view as open to everybody, with the reason why."""
    return lambda view: _marked(view, Access(public_because=because))


def without_csrf_token(view: V) -> V:
    """Mark a view (below its access mark) whose caller cannot send the token; Origin is checked instead."""
    return _marked(view, replace(getattr(view, _MARK), csrf=False))


def operation(
    *,
    summary: str,
    request: type[BaseModel] | None = None,
    response: type[BaseModel] | None = None,
    multipart: dict[str, str] | None = None,
    status: int = 200,
) -> Callable[[V], V]:
    """Describe a view of the HTTP interface. multipart maps field names to what they hold."""

    def mark(view: V) -> V:
        setattr(
            view,
            _OPERATION,
            Operation(
                summary=summary, request=request, response=response, multipart=multipart, status=status
            ),
        )
        return view

    return mark


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the mark of a view."""
    return getattr(view, _MARK, None)


def operation_of(view: Callable[..., Any]) -> Operation | None:
    """Return what a view says for the OpenAPI document."""
    return getattr(view, _OPERATION, None)


def body(kind: type[M]) -> M:
    """Return the JSON body of the request as kind.

    Raises MalformedError (400) for what is no JSON, TooLargeError (413), and
    InvalidError (422) with one entry per wrong field; values are not echoed.
    """
    if request.content_length is not None and request.content_length > JSON_BYTES_AT_MOST:
        raise TooLargeError
    raw = request.get_data()
    if len(raw) > JSON_BYTES_AT_MOST:
        raise TooLargeError
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise MalformedError from error
        raise InvalidError(
            details={
                "faults": [
                    {"field": ".".join(str(part) for part in fault["loc"]), "reason": fault["msg"]}
                    for fault in faults[:20]
                ]
            }
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise MalformedError from error


def _marked(view: V, access: Access) -> V:
    setattr(view, _MARK, access)
    return view
