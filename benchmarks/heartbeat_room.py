"""An installation full of watchers, and the server in front of it: what ./run starts, without the worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Organisation, Role
from app.accounts.service import create_person
from app.courses.models import CourseVersion
from app.enrolment.categories import Post
from app.enrolment.models import TrainingPlan
from app.enrolment.service import enrol
from app.factory import create_app
from app.kernel.migrate import upgrade
from app.media.models import MediaAsset
from app.sdk.clock import SystemClock
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.uow import unit_of_work
from app.settings import load_settings, make_secrets
from benchmarks.heartbeat_load import Watcher
from plugins.video_progress.domain.state import PlaybackState
from plugins.video_progress.models import Playback
from tests.support.classroom import PASSWORD, furnish
from tests.support.services import die_with_parent, free_port

ROOT = Path(__file__).resolve().parents[1]
OWN = TraineeCategory.TEAM_LEADER
HOURS_MS = 36_000_000


def watchers(folder: Path, address: str, number: int) -> list[Watcher]:
    """Return open playbacks of number people, in a fresh installation on the database at address."""
    make_secrets(folder)
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # nobody has a secret here
    app = create_app(
        load_settings(
            mode="sample",
            data_dir=folder,
            database_url=address,
            broker_url="memory://",
            base_url="http://localhost",
            trusted_hosts=("localhost", "127.0.0.1"),
            login_attempts_per_minute=100_000,
        ),
        clock=SystemClock(),
    )
    engine = app.extensions[EXTENSION].engine
    upgrade(engine)
    classroom = furnish(app)
    with app.app_context(), unit_of_work() as uow:
        # Long enough that no check comes up and no lesson ends: plain beats are what is measured.
        uow.session.execute(update(MediaAsset).values(duration_ms=HOURS_MS))
        uow.session.execute(update(CourseVersion).values(challenge_interval_ms=[HOURS_MS, HOURS_MS]))
        city = uow.session.execute(select(Organisation)).scalars().one()
        plan = uow.session.execute(select(TrainingPlan).where(TrainingPlan.category == OWN)).scalar_one()
        for n in range(number):
            person = create_person(
                uow, f"watcher{n}", name="学员", password=PASSWORD, roles=[Role.TRAINEE], organisation=city
            )
            enrol(
                uow,
                person,
                plan,
                post=Post.TEAM_LEADER,
                industry="mining",
                organisation=city,
                identity=("onsite_check", uow.now),
            )
        uow.commit()
    found = []
    for n in range(number):
        client = app.test_client()
        token = client.post(
            "/api/v1/session", json={"login": f"watcher{n}", "password": PASSWORD}
        ).get_json()["csrf_token"]
        opened = client.post(
            "/api/v1/playbacks",
            json={"lesson_id": classroom.lessons[OWN]},
            headers={"X-CSRF-Token": token},
        ).get_json()
        cookie = client.get_cookie("anxue_session")
        if cookie is None:
            raise RuntimeError("nobody was signed in")
        found.append(
            Watcher(
                path=f"/api/v1/playbacks/{opened['id']}/beats",
                playback_id=opened["id"],
                ticket=opened["ticket"],
                cookie=f"anxue_session={cookie.value}",
                token=token,
            )
        )
    engine.dispose()
    return found


def check_everybody(address: str) -> None:
    """Leave every playback as a passed check leaves it: nothing pending, so that rows are of usual size."""
    engine = create_engine(address)
    with Session(engine) as session:
        for playback in session.execute(select(Playback)).scalars():
            state = PlaybackState.from_json(playback.state)
            playback.state = replace(state, pending=(), allowance=()).to_json()
            playback.pending_ms = 0
        session.commit()
    engine.dispose()


@contextmanager
def served(target: str, environment: dict[str, str], *more: str, threads: int) -> Iterator[tuple[int, int]]:
    """Run granian on a WSGI target; yield its process id and port."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANXUE_")}
    with (Path(environment["BENCH_LOG"])).open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws"),
                *("--port", str(port), "--workers", "1", "--blocking-threads", str(threads), *more, target),
            ],
            cwd=ROOT,
            env={**inherited, **environment},
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - no thread of ours is running
        )
    try:
        _wait(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no server on port {port}")
