"""What the monitoring is told of beats: how many were accepted, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterable

from app.sdk.metrics import Counter

BEATS = Counter("anxue_video_progress_beats_total", "Beats accepted.")
CODES = Counter(
    "anxue_video_progress_beat_codes_total", "Codes said of beats, each once a request.", ("code",)
)


def count(accepted: int, codes: Iterable[str]) -> None:
    """Count what was committed."""
    BEATS.add(accepted)
    for code in codes:
        CODES.add(code=code)
