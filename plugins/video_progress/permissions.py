"""Rights of video_progress."""

from __future__ import annotations

from app.sdk.plugin import Permission

LEARN = "video_progress.learn"

PERMISSIONS = (Permission(name=LEARN, label="观看课时并累计学习时间", roles=frozenset({"trainee"})),)
