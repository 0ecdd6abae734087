"""Deployment values of video_progress, prefix ANXUE_VIDEO_PROGRESS_."""

from __future__ import annotations

from pydantic import Field

from app.sdk.settings import PluginSettings, plugin_prefix


class VideoProgressSettings(PluginSettings):
    """orphan_minutes: after so long without a sign of life a playback is ended by the sweep."""

    model_config = plugin_prefix("video_progress")

    orphan_minutes: int = Field(default=30, ge=5, le=240)
