"""What every event has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A past fact: ids and quantities only; no names, no ID numbers, no pictures.

    `name` carries a version; a change of meaning is a new name.
    """

    name: ClassVar[str]

    event_id: str
    happened_at: datetime
