"""Taking videos in: a row by content, and a job that prepares it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select

from app.media.files import keep_original
from app.media.gateway.probe import measure
from app.media.keys import new_sealed_key
from app.media.models import PREPARE, READY, MediaAsset
from app.sdk.db import new_id
from app.sdk.runtime import runtime
from app.sdk.tasks import ask_for
from app.sdk.uow import UnitOfWork


def ensure_asset(
    uow: UnitOfWork, master: Path, *, captions: Path | None = None, poster: Path | None = None
) -> MediaAsset:
    """Return the asset of exactly these files, taken in and its preparation asked for if need be.

    The same files again are the same asset; one that failed is tried anew.
    """
    kept = [
        None if file is None else keep_original(runtime().storage, file)
        for file in (master, captions, poster)
    ]
    digest = hashlib.sha256(":".join(sha256[0] if sha256 else "" for sha256 in kept).encode()).hexdigest()
    asset = uow.session.execute(select(MediaAsset).where(MediaAsset.digest == digest)).scalar_one_or_none()
    if asset is None:
        asset_id = new_id()
        sealed_with, sealed = new_sealed_key(runtime().keyring, asset_id)
        names = [entry[1] if entry else None for entry in kept]
        asset = MediaAsset(
            id=asset_id,
            digest=digest,
            master=names[0],
            master_bytes=master.stat().st_size,
            captions=names[1],
            poster=names[2],
            key_sealed_with=sealed_with,
            key_sealed=sealed,
            made_at=uow.now,
        )
        uow.session.add(asset)
        uow.session.flush()
    if asset.state != READY:
        ask_for(uow, PREPARE, asset.id, {"asset_id": asset.id})
    return asset


def measured_ms(video: Path) -> int:
    """Return how long the picture of a video file really lasts. Raises UnfitVideoError."""
    return measure(video).duration_ms
