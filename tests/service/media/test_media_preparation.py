"""From a file to an asset that plays, or to a reason why not."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app.kernel.job_worker import do_one
from app.kernel.jobs import JobBoard
from app.media.files import clear_leftovers, run_folder
from app.media.hls import decrypted
from app.media.keys import unsealed_key
from app.media.models import PREPARE, MediaAsset
from app.media.service import ensure_asset, measured_ms
from app.media.tasks import TASKS, prepare
from app.sdk.media import AssetView
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.tasks import FAILED, Job, JobFailedError
from app.sdk.uow import UnitOfWork, unit_of_work
from app.sdk.vault import SealBrokenError
from tests.support import clips
from tests.support.clips import clip

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\n班前会五件事\n"


class Quiet:
    """Progress that nobody looks at."""

    def report(self, percent: int, step: str) -> None:
        """Let it pass."""


@pytest.fixture
def runtime_(app: Flask) -> Any:
    with app.app_context():
        yield app.extensions[EXTENSION]


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    file = tmp_path / "captions.vtt"
    file.write_text(CAPTIONS)
    return file


def taken_in(video: Path, **more: Path) -> str:
    with unit_of_work() as uow:
        asset = ensure_asset(uow, video, **more)
        uow.commit()
        return asset.id


def worked_off(runtime_: Runtime) -> None:
    board = JobBoard(lambda: UnitOfWork(runtime_.sessions, bus=runtime_.bus, clock=runtime_.clock))
    while do_one(board, TASKS, stopping=threading.Event()):
        pass


def view(runtime_: Runtime, asset_id: str) -> AssetView:
    runtime_.read_session().rollback()
    found = runtime_.media.asset(asset_id)
    assert found is not None
    return found


def row(runtime_: Runtime, asset_id: str) -> MediaAsset:
    with runtime_.sessions() as session:
        return session.execute(select(MediaAsset).where(MediaAsset.id == asset_id)).scalar_one()


def folder(runtime_: Runtime, asset_id: str) -> Path:
    return runtime_.storage.path(run_folder(asset_id, row(runtime_, asset_id).folder or ""))


def key_of(runtime_: Runtime, asset: MediaAsset) -> bytes:
    return unsealed_key(runtime_.keyring, asset.id, asset.key_sealed_with, asset.key_sealed)


def test_a_video_taken_in_waits_for_the_worker(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))

    assert (view(runtime_, asset_id).state, view(runtime_, asset_id).duration_ms) == ("waiting", 0)


def test_a_prepared_video_is_ready_with_its_measured_length(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)
    found = view(runtime_, asset_id)

    assert (found.state, found.duration_ms, found.percent) == ("ready", 6000, 100)


def test_the_same_files_again_are_the_same_asset(runtime_: Runtime, captions: Path) -> None:
    first = taken_in(clip(clips.FITS), captions=captions)

    assert taken_in(clip(clips.FITS), captions=captions) == first


def test_other_captions_make_another_asset(runtime_: Runtime, captions: Path) -> None:
    assert taken_in(clip(clips.FITS), captions=captions) != taken_in(clip(clips.FITS))


def test_a_video_that_must_be_encoded_gets_two_renditions(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.ODD))
    worked_off(runtime_)

    assert [entry["name"] for entry in row(runtime_, asset_id).renditions] == ["360p", "720p"]


def test_segments_on_disk_are_not_readable_without_the_key(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)
    segment = (folder(runtime_, asset_id) / "180p" / "0.ts").read_bytes()

    # A readable transport stream has this byte every 188.
    assert set(segment[::188]) != {0x47}


def test_segments_open_with_the_assets_key(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)
    segment = (folder(runtime_, asset_id) / "180p" / "1.ts").read_bytes()
    key = key_of(runtime_, row(runtime_, asset_id))

    assert set(decrypted(segment, key=key, number=1)[::188]) == {0x47}


def test_the_key_lies_in_no_file(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)
    key = key_of(runtime_, row(runtime_, asset_id))
    files = [file for file in runtime_.storage.path("renditions").rglob("*") if file.is_file()]

    assert [file for file in files if key in file.read_bytes()] == []


def test_a_sealed_key_does_not_open_in_another_row(runtime_: Runtime) -> None:
    asset = row(runtime_, taken_in(clip(clips.FITS)))

    with pytest.raises(SealBrokenError):
        unsealed_key(runtime_.keyring, "another-asset", asset.key_sealed_with, asset.key_sealed)


def test_no_plain_segment_is_left_behind(runtime_: Runtime) -> None:
    taken_in(clip(clips.FITS))
    worked_off(runtime_)

    assert list(runtime_.storage.path("work").iterdir()) == []


def test_a_picture_of_the_video_is_its_poster(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)

    with Image.open(folder(runtime_, asset_id) / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", (640, 360))


def test_an_authors_poster_is_redrawn_as_jpeg(runtime_: Runtime, tmp_path: Path) -> None:
    given = tmp_path / "poster.png"
    Image.new("RGBA", (200, 100), "navy").save(given)
    asset_id = taken_in(clip(clips.FITS), poster=given)
    worked_off(runtime_)

    with Image.open(folder(runtime_, asset_id) / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", (200, 100))


def test_captions_are_copied_as_they_are(runtime_: Runtime, captions: Path) -> None:
    asset_id = taken_in(clip(clips.FITS), captions=captions)
    worked_off(runtime_)

    assert (folder(runtime_, asset_id) / "captions.vtt").read_text() == CAPTIONS


def test_the_measured_length_is_known_before_loading() -> None:
    assert measured_ms(clip(clips.FITS)) == 6000


def broken(kind: str, folder: Path) -> Path:
    """Write a file that is no good, in one of several ways."""
    whole = clip(clips.FITS).read_bytes()
    contents = {
        "empty": b"",
        "truncated": whole[: len(whole) * 2 // 3],
        "text": "这不是视频".encode() * 100,
        "playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        "header only": whole[:40],
        "noise behind a header": whole[:32] + Random(7).randbytes(50_000),
    }
    file = folder / f"{kind.replace(' ', '-')}.mp4"
    file.write_bytes(contents[kind])
    return file


@pytest.mark.parametrize(
    "kind", ["empty", "truncated", "text", "playlist", "header only", "noise behind a header"]
)
def test_a_bad_file_fails_with_a_reason_in_chinese(runtime_: Runtime, tmp_path: Path, kind: str) -> None:
    asset_id = taken_in(broken(kind, tmp_path))
    worked_off(runtime_)
    found = view(runtime_, asset_id)

    assert found.state == "failed"
    assert found.reason is not None
    assert found.reason.endswith("。")


def test_a_bad_file_leaves_nothing_behind(runtime_: Runtime, tmp_path: Path) -> None:
    asset_id = taken_in(broken("truncated", tmp_path))
    worked_off(runtime_)

    assert not runtime_.storage.path(f"renditions/{asset_id}").exists() or not list(
        runtime_.storage.path(f"renditions/{asset_id}").iterdir()
    )


def test_bad_files_do_not_stop_the_good_ones(runtime_: Runtime, tmp_path: Path) -> None:
    for kind in ("empty", "text"):
        taken_in(broken(kind, tmp_path))
    good = taken_in(clip(clips.SILENT))
    worked_off(runtime_)

    assert view(runtime_, good).state == "ready"


def test_mutated_files_end_ready_or_failed_and_never_stuck(runtime_: Runtime, tmp_path: Path) -> None:
    seed = 20251020
    random, whole = Random(seed), clip(clips.FITS).read_bytes()
    for number in range(8):
        mutated = bytearray(whole)
        for _ in range(random.choice((1, 8, 64))):
            mutated[random.randrange(len(mutated))] = random.randrange(256)
        file = tmp_path / f"mutated-{number}.mp4"
        file.write_bytes(mutated)
        taken_in(file)
    worked_off(runtime_)
    with runtime_.sessions() as session:
        counted = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    states = {row.state: row[1] for row in counted}
    print(f"seed {seed}: {states}")

    assert set(states) <= {"done", "failed"}
    assert sum(states.values()) == 8


def test_the_same_job_twice_at_once_has_one_effect(app: Flask, runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))

    def attempt(_: int) -> None:
        with app.app_context():
            prepare({"asset_id": asset_id}, Quiet())

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(attempt, range(2)))

    assert len(list(runtime_.storage.path(f"renditions/{asset_id}").iterdir())) == 1


def test_a_ready_asset_is_not_prepared_again(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    worked_off(runtime_)
    before = row(runtime_, asset_id).folder
    prepare({"asset_id": asset_id}, Quiet())

    assert row(runtime_, asset_id).folder == before


def test_what_a_killed_run_left_is_cleared_away(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    corpse = runtime_.storage.path(f"work/{asset_id}.dead-run")
    corpse.mkdir(parents=True)
    (corpse / "alive").touch()
    runtime_.storage.put(f"renditions/{asset_id}/dead-run/180p/0.ts", b"half")
    worked_off(runtime_)

    assert len(list(runtime_.storage.path(f"renditions/{asset_id}").iterdir())) == 1


def test_a_published_run_is_not_cleared_away_with_its_work_folder(runtime_: Runtime) -> None:
    runtime_.storage.put("renditions/asset/run/master.m3u8", b"")
    corpse = runtime_.storage.path("work/asset.run")
    corpse.mkdir(parents=True)
    (corpse / "alive").touch()
    clear_leftovers(runtime_.storage, lambda asset, run: (asset, run) == ("asset", "run"))

    assert runtime_.storage.get("renditions/asset/run/master.m3u8") == b""


def test_a_failed_video_taken_in_again_is_tried_anew(runtime_: Runtime, tmp_path: Path) -> None:
    file = broken("text", tmp_path)
    asset_id = taken_in(file)
    worked_off(runtime_)
    taken_in(file)

    assert view(runtime_, asset_id).state == "waiting"


def test_a_job_put_aside_shows_as_failed_with_its_reason(runtime_: Runtime) -> None:
    asset_id = taken_in(clip(clips.FITS))
    with unit_of_work() as uow:
        job = uow.session.execute(select(Job).where(Job.kind == PREPARE)).scalar_one()
        job.state, job.reason = FAILED, "多次中断。"
        uow.commit()

    assert (view(runtime_, asset_id).state, view(runtime_, asset_id).reason) == ("failed", "多次中断。")


def test_an_asset_that_is_gone_fails_its_job(runtime_: Runtime) -> None:
    payload: Mapping[str, Any] = {"asset_id": "gone"}
    with pytest.raises(JobFailedError, match="不存在"):
        prepare(payload, Quiet())
