"""The deed the worker repeats: send what waits."""

from __future__ import annotations

from plugins.xapi_feed.service.sending import drain

EVERY_SECONDS = 2.0


def drain_in_turn() -> None:
    """Do one turn of draining, as the worker's clock asks."""
    drain()
