"""Where media files lie below the storage, and who may clear them away.

originals/<sha256>          what was taken in, by content: the same file lies there once
renditions/<asset>/<run>/   what one run of the preparation made; the row says which run counts
work/<asset>.<run>/         a run's plain files, gone when it ends

A run holds a lock in its work folder as long as it lives, however it dies. So
whoever comes later knows which folders nobody will miss.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.sdk.db import new_id
from app.sdk.storage import Storage

ORIGINALS, RENDITIONS, WORK = "originals", "renditions", "work"
_CHUNK_BYTES = 1 << 20
_ALIVE = "alive"


def keep_original(storage: Storage, source: Path) -> tuple[str, str]:
    """Copy source among the originals, whole or not at all; return its SHA-256 and its name there."""
    folder = storage.path(ORIGINALS)
    folder.mkdir(parents=True, exist_ok=True)
    arriving = folder / f".arriving-{new_id()}"
    digest = hashlib.sha256()
    try:
        with source.open("rb") as given, arriving.open("xb") as kept:
            while chunk := given.read(_CHUNK_BYTES):
                digest.update(chunk)
                kept.write(chunk)
            kept.flush()
            os.fsync(kept.fileno())
        name = f"{ORIGINALS}/{digest.hexdigest()}"
        if storage.path(name).is_file():
            return digest.hexdigest(), name
        arriving.replace(storage.path(name))
    finally:
        arriving.unlink(missing_ok=True)
    return digest.hexdigest(), name


def run_folder(asset_id: str, run: str) -> str:
    """Return the storage name of the folder that a run of the preparation fills."""
    return f"{RENDITIONS}/{asset_id}/{run}"


@contextmanager
def workplace(storage: Storage, asset_id: str) -> Iterator[tuple[str, Path]]:
    """Yield a new run's name and its folder for plain files, which is gone afterwards."""
    run = new_id()
    folder = storage.path(f"{WORK}/{asset_id}.{run}")
    # Locked before it bears the name under which others would look for a corpse.
    arriving = storage.path(f"{WORK}/{run}")
    arriving.mkdir(parents=True, mode=0o700)
    with (arriving / _ALIVE).open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        arriving.rename(folder)
        try:
            yield run, folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clear_leftovers(storage: Storage, is_published: Callable[[str, str], bool]) -> int:
    """Remove what dead runs left behind, except a published run's result; return how many there were."""
    cleared = 0
    for folder in storage.path(WORK).glob("*.*"):
        if not _is_dead(folder):
            continue
        asset_id, _, run = folder.name.partition(".")
        if not is_published(asset_id, run):
            remove_run(storage, asset_id, run)
        shutil.rmtree(folder, ignore_errors=True)
        cleared += 1
    return cleared


def remove_run(storage: Storage, asset_id: str, run: str) -> None:
    """Remove the result of a run that does not count."""
    shutil.rmtree(storage.path(run_folder(asset_id, run)), ignore_errors=True)


def _is_dead(folder: Path) -> bool:
    try:
        with (folder / _ALIVE).open("rb") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        # Just being removed by its own run; a real corpse has the file.
        return False
    return True
