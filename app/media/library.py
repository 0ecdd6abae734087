"""Assets as everybody else sees them: the row and its job read together."""

from __future__ import annotations

from app.media.models import FAILED, PREPARE, PREPARING, READY, WAITING, MediaAsset
from app.sdk import tasks
from app.sdk.db import read
from app.sdk.media import AssetView
from app.sdk.tasks import Job, job_of

_STATES = {tasks.RUNNING: PREPARING, tasks.FAILED: FAILED, tasks.CANCELLED: FAILED}
_CANCELLED = "视频准备已取消。"


class Assets:
    """Answers app.sdk.media.MediaLibrary from the reading session."""

    def asset(self, asset_id: str) -> AssetView | None:
        asset = read().get(MediaAsset, asset_id)
        if asset is None:
            return None
        return view_of(asset, None if asset.state == READY else job_of(read(), PREPARE, asset_id))


def poster_url(asset: MediaAsset) -> str:
    """Return where the poster of a prepared asset is."""
    return f"/media/{asset.id}/poster.jpg"


def view_of(asset: MediaAsset, job: Job | None) -> AssetView:
    """Return an asset as its row and its job tell it. The manifest's address is known before its content."""
    ready = asset.state == READY
    state = READY if ready else _STATES.get(job.state if job else "", WAITING)
    at = f"/media/{asset.id}"
    return AssetView(
        id=asset.id,
        state=state,
        duration_ms=asset.duration_ms,
        percent=100 if ready else (job.percent if job else 0),
        step="" if ready or job is None else job.step,
        reason=(job.reason or _CANCELLED) if state == FAILED and job is not None else None,
        manifest_url=f"{at}/master.m3u8",
        poster_url=poster_url(asset) if ready else None,
        captions_url=f"{at}/captions.vtt" if ready and asset.captions else None,
        storyboard_url=None,
    )
