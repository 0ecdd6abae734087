"""Calls that come so often that Flask is too dear for them.

A hot path answers the plain case of a route that Flask has as well; Flask's
route stays. When `answer` is called, the kernel has done what it does for every
request: session, permission, origin and CSRF token are in order. Whatever is
not plain, from a malformed body to a check that became due, it leaves to
Flask's route by returning None. So every refusal is decided in one place, and
without its hot path a route is slower and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from flask import has_request_context, request

NOTES = "anxue.hotpath.notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class HotRequest:
    """A request that may be answered. notes reaches Flask's route if it is left to it: hot_notes()."""

    path: str
    person_id: int
    body: bytes
    notes: dict[str, object] = field(default_factory=dict)


class HotPath(Protocol):
    """One route's short way. `route` is its rule, for the log; only POST is asked."""

    @property
    def route(self) -> str: ...
    @property
    def permission(self) -> str: ...

    def matches(self, path: str) -> bool:
        """Return whether path is one of this route's."""
        ...

    def answer(self, request: HotRequest) -> bytes | None:
        """Return the JSON of a 200, or None to leave the request to Flask.

        What is acknowledged has been committed. Raises UnavailableError; nothing
        has been acknowledged then.
        """
        ...


def hot_notes() -> dict[str, object]:
    """Return what the hot path noted about this request before it left it to Flask; often nothing."""
    found = request.environ.get(NOTES) if has_request_context() else None
    return found if isinstance(found, dict) else {}
