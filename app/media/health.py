"""What `anxue doctor` asks of media: is every file there that a row names, and a row for every file (I6)?

Files are given an hour of grace: an upload lies there before its row is committed,
and a preparation fills its folder before the row names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.media.files import ORIGINALS, RENDITIONS, run_folder
from app.media.models import MediaAsset
from app.sdk.clock import epoch_ms
from app.sdk.plugin import HealthCheck
from app.sdk.runtime import runtime

GRACE = timedelta(hours=1)


def checks() -> Iterable[HealthCheck]:
    """Return the lines of the doctor about media."""
    yield HealthCheck(name="media.files_of_rows", faults=missing_files, label="视频文件齐全")
    yield HealthCheck(name="media.rows_of_files", faults=orphaned_files, label="没有无主的视频文件")


def missing_files(session: Session) -> Iterator[str]:
    """Yield every asset that needs a file which is not there, empty, or of another size."""
    for asset in session.execute(select(MediaAsset).execution_options(yield_per=100)).scalars():
        gone = [name for name in _files_of(asset) if not _is_there(runtime().storage.path(name))]
        if gone:
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            yield f"asset {asset.id}: {gone[0]}{more} missing or empty"
        elif runtime().storage.path(asset.master).stat().st_size != asset.master_bytes:
            yield f"asset {asset.id}: {asset.master} has not the {asset.master_bytes} bytes it came with"


def orphaned_files(session: Session) -> Iterator[str]:
    """Yield every original and every prepared folder that no row names and nobody is just making."""
    before_ms = epoch_ms(runtime().clock.now() - GRACE)
    for file in _old(runtime().storage.path(ORIGINALS), before_ms):
        name = f"{ORIGINALS}/{file.name}"
        named = or_(MediaAsset.master == name, MediaAsset.captions == name, MediaAsset.poster == name)
        if session.execute(select(MediaAsset.id).where(named).limit(1)).first() is None:
            yield f"{name} belongs to no asset"
    for folder in _old(runtime().storage.path(RENDITIONS), before_ms):
        published = session.execute(select(MediaAsset.folder).where(MediaAsset.id == folder.name)).first()
        for run in _old(folder, before_ms):
            if published is None or published[0] != run.name:
                yield f"{RENDITIONS}/{folder.name}/{run.name} belongs to no asset"


def _old(folder: Path, before_ms: int) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in sorted(folder.iterdir()) if _is_old(file, before_ms))


def _is_old(file: Path, before_ms: int) -> bool:
    try:
        return file.stat().st_mtime * 1000 < before_ms
    except FileNotFoundError:
        # Gone since it was listed: cleared away by those who made it.
        return False


def _files_of(asset: MediaAsset) -> Iterator[str]:
    yield from (name for name in (asset.master, asset.captions, asset.poster) if name is not None)
    if asset.folder is None:
        return
    prepared = run_folder(asset.id, asset.folder)
    yield from (f"{prepared}/master.m3u8", f"{prepared}/poster.jpg")
    if asset.captions is not None:
        yield f"{prepared}/captions.vtt"
    for rendition in asset.renditions:
        for number in range(len(rendition["segments_ms"])):
            yield f"{prepared}/{rendition['name']}/{number}.ts"


def _is_there(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
