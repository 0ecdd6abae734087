"""From a request's bytes to statements, each with exactly the bytes it came in.

Strict where Python's parser is lenient: no NaN, no infinite numbers, no key
twice in one object, no broken Unicode, bounded depth. Nothing here knows what
a statement means.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

import orjson

from plugins.record_store.domain.faults import StatementFaultError

DEPTH_AT_MOST = 64
STATEMENTS_AT_MOST = 10_000

_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]')


@dataclass(frozen=True, slots=True)
class Parsed:
    """One statement: its bytes as received, and what they say. path is where it stood."""

    raw: bytes
    said: dict[str, Any]
    path: str


def parsed_statements(body: bytes) -> tuple[Parsed, ...]:
    """Return the statement or statements of a body. Raises StatementFaultError."""
    whole = _loaded(body)
    if isinstance(whole, dict):
        _slices(body)
        return (Parsed(body.strip(), _strictly(body, ""), ""),)
    if not isinstance(whole, list):
        raise StatementFaultError("", "must be a statement or an array of statements")
    if not whole:
        raise StatementFaultError("", "the array holds no statement")
    if len(whole) > STATEMENTS_AT_MOST:
        raise StatementFaultError("", f"more than {STATEMENTS_AT_MOST} statements in one request")
    for place, part in enumerate(whole):
        if not isinstance(part, dict):
            raise StatementFaultError(f"[{place}]", "must be a statement")
    return tuple(
        Parsed(raw, _strictly(raw, f"[{place}]"), f"[{place}]") for place, raw in enumerate(_slices(body))
    )


def parsed_object(text: str, path: str) -> dict[str, Any]:
    """Return the JSON object in a parameter of the request. Raises StatementFaultError."""
    encoded = text.encode("utf-8", "surrogatepass")
    if not isinstance(_loaded(encoded, path), dict):
        raise StatementFaultError(path, "must be a JSON object")
    _slices(encoded)
    return _strictly(encoded, path)


def _loaded(body: bytes, path: str = "") -> object:
    """Return body as orjson reads it, which refuses NaN and broken Unicode and never recurses without end."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise StatementFaultError(path, "is not valid JSON") from error


def _slices(body: bytes) -> list[bytes]:
    """Return the bytes of each object that stands one level deep. body must be valid JSON.

    Raises StatementFaultError for what is nested too deeply.
    """
    slices, depth, begin = [], 0, 0
    for mark in _MARKS.finditer(body):
        sign = body[mark.start()]
        if sign in b"[{":
            depth += 1
            if depth > DEPTH_AT_MOST:
                raise StatementFaultError("", f"nested deeper than {DEPTH_AT_MOST}")
            if depth == 2 and sign == ord("{"):
                begin = mark.start()
        elif sign in b"]}":
            if depth == 2 and sign == ord("}"):
                slices.append(body[begin : mark.end()])
            depth -= 1
    return slices


def _strictly(raw: bytes, path: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(
            raw, object_pairs_hook=_once_each, parse_float=_finite, parse_constant=_refused
        )
    except ValueError as error:
        raise StatementFaultError(path, str(error)[:200]) from error
    return said


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("the same key stands twice in one object")
    return said


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refused(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")
