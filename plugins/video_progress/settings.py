"""Deployment values of video_progress, prefix ANXUE_VIDEO_PROGRESS_."""

from __future__ import annotations

from pydantic import Field

from app.sdk.settings import PluginSettings, plugin_prefix


class VideoProgressSettings(PluginSettings):
    """orphan_minutes: after so long without a sign of life a playback is ended by the sweep.

    group_commit: plain beats of many people in one transaction (service/grouping.py);
    linger_ms: how long a batch waits for company.
    """

    model_config = plugin_prefix("video_progress")

    orphan_minutes: int = Field(default=30, ge=5, le=240)
    group_commit: bool = True
    linger_ms: int = Field(default=0, ge=0, le=50)
