"""What the worker repeats for video_progress."""

from __future__ import annotations

from app.sdk.runtime import runtime
from plugins.video_progress.service.ending import sweep
from plugins.video_progress.settings import VideoProgressSettings


def sweep_orphans() -> None:
    """End playbacks whose browser crashed or went away."""
    sweep(orphan_minutes=runtime().settings_of(VideoProgressSettings).orphan_minutes)
