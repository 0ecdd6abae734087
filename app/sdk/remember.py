"""What one request has looked up already.

A page asks the same question from several corners (who is enrolled where, which
rules are in force). Within one web request the first answer holds; commands,
jobs and tests outside a request always look again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from flask import has_request_context, request

T = TypeVar("T")
_KEY = "anxue.remembered"


def once_per_request(question: Hashable, look: Callable[[], T]) -> T:
    """Return the answer to question, looked up at most once in this request."""
    if not has_request_context():
        return look()
    answers = request.environ.setdefault(_KEY, {})
    if question not in answers:
        answers[question] = look()
    return cast(T, answers[question])
