"""A real worker process: woken by the bell, killed, stopped, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.factory import create_app
from app.kernel.celery_app import CeleryDoorbell
from app.media.service import ensure_asset
from app.sdk.clock import SystemClock
from app.sdk.media import AssetView
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.tasks import Job
from app.sdk.uow import unit_of_work
from app.settings import Settings
from tests.support import clips, databases
from tests.support.clips import clip
from tests.support.installations import settings_for

ROOT = Path(__file__).resolve().parents[2]
WITHIN_SECONDS = 90.0


@dataclass(frozen=True)
class Installation:
    """An installation whose worker the test starts and ends."""

    app: Flask
    settings: Settings
    log: Path

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.extensions[EXTENSION]
        return runtime

    def take_in(self, video: Path) -> str:
        with self.app.app_context(), unit_of_work() as uow:
            asset = ensure_asset(uow, video)
            uow.commit()
            return asset.id

    def view(self, asset_id: str) -> AssetView:
        with self.app.app_context():
            found = self.runtime.media.asset(asset_id)
            assert found is not None
            return found

    def job(self) -> Job:
        with self.runtime.sessions() as session:
            return session.execute(select(Job).where(Job.kind == "media.prepare")).scalar_one()

    def let_lease_end(self) -> None:
        """Do as if the time of the lease had passed."""
        with self.runtime.sessions.begin() as session:
            session.execute(update(Job).values(due_at=self.runtime.clock.now()))

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker that says it is ready; it is killed in the end if it still runs."""
        already = self.log.read_text().count("ready.") if self.log.exists() else 0
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.worker"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait(lambda: self.log.read_text().count("ready.") > already or process.poll() is not None)
            yield process
        finally:
            process.kill()
            process.wait()

    def wait(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WITHIN_SECONDS
        while not happened():
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.1)

    def media_processes(self) -> list[int]:
        """Return the processes that work on files of this installation."""
        mine = os.fsencode(self.settings.data_dir)
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if mine in command and b"ffmpeg" in command:
                found.append(int(entry.name))
        return found

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANXUE_")}
        return {
            **kept,
            "ANXUE_MODE": "sample",
            "ANXUE_PLUGINS": "",
            "ANXUE_DATA_DIR": str(settings.data_dir),
            "ANXUE_DATABASE_URL": settings.database,
            "ANXUE_BROKER_URL": settings.broker,
            "ANXUE_SECRET_KEY": settings.secret,
            "ANXUE_VAULT_KEY": settings.vault.hex(),
        }


@contextmanager
def installed(folder: Path, template: Path, broker: str) -> Iterator[Installation]:
    settings = settings_for(
        folder,
        database_url=databases.sqlite_copy(template, folder),
        broker_url=broker or f"sqla+sqlite:///{folder / 'broker.sqlite3'}",
        plugins=(),
    )
    app = create_app(settings, clock=SystemClock())
    yield Installation(app, settings, folder / "worker.log")
    app.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def installation(tmp_path: Path, sqlite_template: Path) -> Iterator[Installation]:
    with installed(tmp_path, sqlite_template, "") as made:
        yield made


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Installation]:
    """An installation on the embedded broker whose worker runs."""
    with installed(tmp_path_factory.mktemp("at-work"), sqlite_template, "") as made, made.worker():
        yield made


def test_a_worker_on_the_embedded_broker_prepares_what_is_asked_for(at_work: Installation) -> None:
    asset_id = at_work.take_in(clip(clips.FITS))
    at_work.wait(lambda: at_work.view(asset_id).state == "ready")

    assert at_work.view(asset_id).duration_ms == 6000


def test_a_worker_on_redis_prepares_what_is_asked_for(
    tmp_path: Path, sqlite_template: Path, redis_url: str
) -> None:
    with installed(tmp_path, sqlite_template, redis_url) as installation, installation.worker():
        asset_id = installation.take_in(clip(clips.FITS))
        installation.wait(lambda: installation.view(asset_id).state == "ready")

        assert installation.view(asset_id).duration_ms == 6000


def test_a_worker_outlives_a_bad_video(at_work: Installation, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(5000))
    bad_id, good_id = at_work.take_in(bad), at_work.take_in(clip(clips.SILENT))
    at_work.wait(lambda: at_work.view(good_id).state == "ready")

    assert at_work.view(bad_id).state == "failed"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_killed_worker_takes_ffmpeg_along_and_its_job_is_done_by_the_next(
    installation: Installation,
) -> None:
    asset_id = installation.take_in(clip(clips.LONG))
    with installation.worker() as worker:
        installation.wait(lambda: installation.job().percent > 5)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        installation.wait(lambda: not installation.media_processes())
        left = installation.job().state
    installation.let_lease_end()
    with installation.worker():
        installation.wait(lambda: installation.view(asset_id).state == "ready")
        installation.wait(lambda: installation.job().state == "done")

    assert (left, installation.job().attempts) == ("running", 2)


def test_a_worker_told_to_stop_ends_soon_and_gives_its_job_back(installation: Installation) -> None:
    installation.take_in(clip(clips.LONG))
    with installation.worker() as worker:
        installation.wait(lambda: installation.job().percent > 5)
        worker.send_signal(signal.SIGTERM)
        status = worker.wait(timeout=30)

    assert status == 0
    assert (installation.job().state, installation.job().attempts) == ("waiting", 0)
    assert installation.media_processes() == []
    assert list(installation.runtime.storage.path("work").iterdir()) == []


def test_a_broker_that_is_away_harms_no_request() -> None:
    bell = CeleryDoorbell("redis://127.0.0.1:1/0")
    began = time.monotonic()
    for _ in range(20):
        bell.ring()

    assert time.monotonic() - began < 5
