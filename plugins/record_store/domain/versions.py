"""Which version of xAPI a request speaks, and which one is answered."""

from __future__ import annotations

import re
from typing import Final

from plugins.record_store.domain.faults import RequestFaultError

HEADER: Final = "X-Experience-API-Version"
SPOKEN: Final = ("1.0.3", "2.0.0")
_OF_1 = re.compile(r"1\.0(\.\d{1,3})?", re.ASCII)
_OF_2 = re.compile(r"2\.0(\.\d{1,3})?", re.ASCII)


def negotiated(asked: str | None) -> str:
    """Return the version to speak for what the request asks. Raises RequestFaultError."""
    if asked is None:
        raise RequestFaultError(HEADER, "the header is required")
    if _OF_1.fullmatch(asked):
        return "1.0.3"
    if _OF_2.fullmatch(asked):
        return "2.0.0"
    raise RequestFaultError(HEADER, f"only {' and '.join(SPOKEN)} are spoken here")
