"""Prepared media as plugins may see it, and the gate before its segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """A media asset. duration_ms is measured; state is waiting, preparing, ready or failed."""

    id: str
    state: str
    duration_ms: int
    percent: int
    step: str
    reason: str | None
    manifest_url: str
    poster_url: str | None
    captions_url: str | None
    storyboard_url: str | None


class MediaLibrary(Protocol):
    """Looks assets up."""

    def asset(self, asset_id: str) -> AssetView | None: ...


class MediaGate(Protocol):
    """Says how far into an asset a person may fetch; a plugin answers, the core asks."""

    def open_until_ms(self, person_id: int, asset_id: str) -> int | None:
        """Return the media position up to which segments may be served, None if none may."""
        ...
