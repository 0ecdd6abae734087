"""How log lines are written: one JSON object each, or text for a developer's eyes.

JSON is what production keeps. A line says when, how grave, who speaks, what,
and the request's id if there is one. Of an exception it keeps kinds and places
but not the message: messages of databases and validators repeat what people
entered. Text shows everything and is not for real people's data.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from flask import g, has_request_context

JSON, TEXT = "json", "text"
FRAMES_AT_MOST = 30


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id", "")
        line.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = kinds(record.exc_info[1])
            line["stack"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def configure_logs(form: str, stream: TextIO | None = None) -> None:
    """Let this process write its log lines to stream (standard error) in form, JSON or TEXT."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        JsonLines() if form == JSON else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # It logs every request to the record store with its address; ours says what matters.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def kinds(error: BaseException) -> list[str]:
    """Return the class of error and of what led to it, outermost first."""
    found: list[str] = []
    known: BaseException | None = error
    while known is not None and len(found) < FRAMES_AT_MOST:
        found.append(f"{type(known).__module__}.{type(known).__qualname__}")
        known = known.__cause__ or known.__context__
    return found


def places(trace: TracebackType | None) -> list[str]:
    """Return where error passed, innermost last: file, line and function, no values."""
    frames = traceback.extract_tb(trace)[-FRAMES_AT_MOST:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
