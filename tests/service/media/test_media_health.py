"""The doctor finds files without rows and rows without files (threats.md I6)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.media import health
from app.media.models import MediaAsset
from app.media.service import ensure_asset
from app.media.tasks import prepare
from app.sdk.clock import FixedClock
from app.sdk.db import read
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from tests.support import clips
from tests.support.clips import clip


class Quiet:
    """Progress that nobody looks at."""

    def report(self, percent: int, step: str) -> None:
        """Let it pass."""


@pytest.fixture
def asset(app: Flask) -> Iterator[MediaAsset]:
    """A prepared video, the files of which are old by the clock of the application."""
    with app.app_context():
        with unit_of_work() as uow:
            made = ensure_asset(uow, clip(clips.SILENT))
            uow.commit()
        prepare({"asset_id": made.id}, Quiet())
        for file in (runtime().storage.path("originals"), runtime().storage.path("renditions")):
            for path in (file, *file.rglob("*")):
                long_ago(path)
        yield read().get_one(MediaAsset, made.id)


def long_ago(path: Path) -> None:
    os.utime(path, (1_700_000_000, 1_700_000_000))


def found(session: Session) -> list[str]:
    return [*health.missing_files(session), *health.orphaned_files(session)]


def test_a_prepared_video_is_whole(asset: MediaAsset) -> None:
    assert found(read()) == []


@pytest.mark.parametrize("name", ["master.m3u8", "poster.jpg", "0.ts"])
def test_a_prepared_file_that_is_gone_is_named(asset: MediaAsset, name: str) -> None:
    folder = runtime().storage.path(f"renditions/{asset.id}/{asset.folder}")
    next(folder.rglob(name)).unlink()
    (fault,) = found(read())
    assert fault.endswith(f"{name} missing or empty")


def test_an_original_of_another_size_is_named(asset: MediaAsset) -> None:
    runtime().storage.path(asset.master).write_bytes(b"cut off")
    (fault,) = health.missing_files(read())
    assert f"{asset.master} has not the" in fault


def test_an_original_of_no_asset_is_named(asset: MediaAsset) -> None:
    long_ago(runtime().storage.put("originals/somebodys", b"?"))
    assert found(read()) == ["originals/somebodys belongs to no asset"]


def test_a_run_that_does_not_count_is_named(asset: MediaAsset) -> None:
    kept = runtime().storage.put(f"renditions/{asset.id}/another-run/master.m3u8", b"?")
    for path in (kept.parent, kept.parent.parent):
        long_ago(path)
    assert found(read()) == [f"renditions/{asset.id}/another-run belongs to no asset"]


def test_a_file_that_has_just_come_is_nobodys_fault(asset: MediaAsset, clock: FixedClock) -> None:
    just_come = runtime().storage.put("originals/just-come", b"?")
    now = clock.now().timestamp()
    os.utime(just_come, (now, now))
    assert found(read()) == []
