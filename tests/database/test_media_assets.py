"""An asset is taken in and published once, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.media.models import MediaAsset
from app.media.service import ensure_asset
from app.media.tasks import prepare
from app.sdk.runtime import Runtime
from app.sdk.tasks import Job
from app.sdk.uow import unit_of_work
from tests.support import clips
from tests.support.clips import clip


class Quiet:
    """Progress that nobody looks at."""

    def report(self, percent: int, step: str) -> None:
        """Let it pass."""


def taken_in(video: Path) -> str:
    with unit_of_work() as uow:
        asset = ensure_asset(uow, video)
        uow.commit()
        return asset.id


def test_a_video_taken_in_twice_is_one_row_and_one_job(database: Runtime) -> None:
    taken_in(clip(clips.SILENT))
    taken_in(clip(clips.SILENT))
    with database.sessions() as session:
        rows = session.execute(select(func.count()).select_from(MediaAsset)).scalar_one()
        jobs = session.execute(select(func.count()).select_from(Job)).scalar_one()

    assert (rows, jobs) == (1, 1)


def test_two_runs_at_once_publish_one(app: Flask, database: Runtime) -> None:
    asset_id = taken_in(clip(clips.SILENT))

    def attempt(_: int) -> None:
        with app.app_context():
            prepare({"asset_id": asset_id}, Quiet())

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(attempt, range(2)))
    with database.sessions() as session:
        published = session.get_one(MediaAsset, asset_id).folder
    folders = [folder.name for folder in database.storage.path(f"renditions/{asset_id}").iterdir()]

    assert folders == [published]
