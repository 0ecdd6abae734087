"""How a stored statement is given out: as it came, with what the store adds.

The bytes that came are not rewritten: what the store has to say is put behind
the last property, unless the sender had said something in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson


def given_out(
    raw: bytes, *, statement_id: str, stored_at: datetime, authority: Mapping[str, Any], version: str
) -> bytes:
    """Return the JSON of a stored statement: exact, plus id, stored, authority, timestamp and version.

    What the sender said about `stored` and `authority` is not the sender's to say.
    """
    said = orjson.loads(raw)
    stored = stored_text(stored_at)
    added: dict[str, Any] = {"stored": stored, "authority": authority}
    for key, value in (("id", statement_id), ("timestamp", stored), ("version", version)):
        if key not in said:
            added[key] = value
    if "stored" in said or "authority" in said:
        return orjson.dumps({**said, **added})
    return raw[:-1] + b"," + orjson.dumps(added)[1:]


def stored_text(instant: datetime) -> str:
    """Return an instant with microseconds: no two statements are stored at the same."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
