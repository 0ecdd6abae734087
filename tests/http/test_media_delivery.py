"""Who gets which part of a video, and how it arrives."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from typing_extensions import override

from app.accounts.models import Role
from app.accounts.service import create_person
from app.courses.models import Lesson
from app.factory import create_app
from app.kernel.job_worker import do_one
from app.kernel.jobs import JobBoard
from app.media.service import ensure_asset
from app.media.tasks import TASKS
from app.sdk.clock import FixedClock
from app.sdk.people import TraineeCategory
from app.sdk.plugin import Plugin
from app.sdk.runtime import EXTENSION, Runtime
from app.sdk.uow import UnitOfWork, unit_of_work
from tests.support import clips, databases
from tests.support.classroom import LEADER, MANAGER, PASSWORD, furnish
from tests.support.clips import clip
from tests.support.installations import MORNING, settings_for


class StandingGate:
    """A gate that a test sets: who may fetch up to where."""

    def __init__(self) -> None:
        self.open_ms: dict[int, int] = {}

    def open_until_ms(self, person_id: int, asset_id: str) -> int | None:
        return self.open_ms.get(person_id)


class GatePlugin(Plugin):
    """Contributes only the gate."""

    name = "test_gate"
    label = "试验"

    def __init__(self) -> None:
        self.gate = StandingGate()

    @override
    def media_gate(self) -> StandingGate:
        return self.gate


@dataclass(frozen=True)
class Answer:
    """What came back; the connection is closed."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(json.loads(self.content)["code"])


class Viewer:
    """Somebody in front of a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, address: str, **headers: str) -> Answer:
        with self._client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()}) as got:
            return Answer(got.status_code, dict(got.headers), got.data)


@dataclass(frozen=True)
class Cinema:
    """An installation with one prepared video of segments [0, 4) and [4, 6), offered to team leaders."""

    app: Flask
    gate: StandingGate
    asset: str
    ids: Mapping[str, int]
    viewers: Mapping[str, Viewer]


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Cinema]:
    folder = tmp_path_factory.mktemp("cinema")
    address = databases.sqlite_copy(sqlite_template, folder)
    plugin = GatePlugin()
    app = create_app(
        settings_for(folder, database_url=address, plugins=()),
        clock=FixedClock(MORNING),
        extra_plugins=(plugin,),
    )
    now: Runtime = app.extensions[EXTENSION]
    captions = folder / "captions.vtt"
    captions.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\n班前会\n")
    room = furnish(app)
    with app.app_context():
        with unit_of_work() as uow:
            create_person(uow, "teacher", name="郑老师", password=PASSWORD, roles=[Role.TEACHER])
            asset = ensure_asset(uow, clip(clips.FITS), captions=captions).id
            lesson = uow.session.get_one(Lesson, room.lessons[TraineeCategory.TEAM_LEADER])
            lesson.asset_id = asset
            uow.commit()
        board = JobBoard(lambda: UnitOfWork(now.sessions, bus=now.bus, clock=now.clock))
        do_one(board, TASKS, stopping=threading.Event())
    viewers = {login: Viewer(signed_in(app, login)) for login in (LEADER, MANAGER, "author", "teacher")}
    yield Cinema(app, plugin.gate, f"/media/{asset}", room.people, viewers)
    now.engine.dispose()


def signed_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


@pytest.fixture
def asset(cinema: Cinema) -> str:
    return cinema.asset


@pytest.fixture
def author(cinema: Cinema) -> Viewer:
    return cinema.viewers["author"]


@pytest.fixture
def trainee(cinema: Cinema) -> Viewer:
    """A team leader for whom the video is open up to its third second."""
    cinema.gate.open_ms = {cinema.ids[LEADER]: 3_000}
    return cinema.viewers[LEADER]


PLAYED = ("master.m3u8", "180p/index.m3u8", "180p/0.ts", "key")
SHOWN = ("captions.vtt", "poster.jpg")
PARTS = (*PLAYED, *SHOWN)


@pytest.mark.parametrize("part", PARTS)
def test_nobody_gets_anything_without_a_session(cinema: Cinema, part: str) -> None:
    stranger = Viewer(cinema.app.test_client())

    assert stranger.get(f"{cinema.asset}/{part}").status == 401


@pytest.mark.parametrize("part", PARTS)
def test_a_role_that_does_not_watch_is_refused(cinema: Cinema, part: str) -> None:
    assert cinema.viewers["teacher"].get(f"{cinema.asset}/{part}").status == 403


@pytest.mark.parametrize("part", PLAYED)
def test_a_trainee_to_whom_the_gate_is_shut_finds_nothing(trainee: Viewer, cinema: Cinema, part: str) -> None:
    cinema.gate.open_ms = {}

    assert trainee.get(f"{cinema.asset}/{part}").status == 404


@pytest.mark.parametrize("part", SHOWN)
def test_captions_and_poster_are_there_before_play_begins(trainee: Viewer, cinema: Cinema, part: str) -> None:
    cinema.gate.open_ms = {}

    assert trainee.get(f"{cinema.asset}/{part}").status == 200


@pytest.mark.parametrize("part", PARTS)
def test_a_trainee_of_another_category_finds_nothing(cinema: Cinema, part: str) -> None:
    assert cinema.viewers[MANAGER].get(f"{cinema.asset}/{part}").status == 404


@pytest.mark.parametrize("part", PARTS)
def test_a_trainee_who_watches_gets_what_the_player_needs(trainee: Viewer, asset: str, part: str) -> None:
    assert trainee.get(f"{asset}/{part}").status == 200


def test_a_segment_beyond_the_gate_is_locked_with_a_sentence(trainee: Viewer, asset: str) -> None:
    answer = trainee.get(f"{asset}/180p/1.ts")

    assert (answer.status, answer.code) == (423, "segment_locked")


def test_a_locked_answer_is_not_kept_by_the_browser(trainee: Viewer, asset: str) -> None:
    assert trainee.get(f"{asset}/180p/1.ts").headers["Cache-Control"] == "no-store"


def test_the_next_segment_opens_as_soon_as_the_gate_does(trainee: Viewer, cinema: Cinema) -> None:
    cinema.gate.open_ms = {cinema.ids[LEADER]: 4_000}

    assert trainee.get(f"{cinema.asset}/180p/1.ts").status == 200


@pytest.mark.parametrize("part", PARTS)
def test_staff_who_look_after_courses_may_preview_all(author: Viewer, asset: str, part: str) -> None:
    assert author.get(f"{asset}/{part}").status == 200


@pytest.mark.parametrize(
    "part",
    [
        "180p/2.ts",
        "180p/99999999999999999999.ts",
        "180p/-1.ts",
        "180p/0.plain",
        "720p/0.ts",
        "720p/index.m3u8",
        "../../../secrets/vault.key",
        "180p/..%2f..%2f..%2fanxue.sqlite3",
        "%2e%2e/index.m3u8",
        "180p/%00.ts",
        "",
    ],
)
def test_what_is_not_there_is_not_found(author: Viewer, asset: str, part: str) -> None:
    assert author.get(f"{asset}/{part}").status == 404


@pytest.mark.parametrize("asset_id", ["nonsense", "00000000-0000-4000-8000-000000000000", "..", "%2e%2e"])
def test_an_unknown_asset_is_not_found(author: Viewer, asset_id: str) -> None:
    assert author.get(f"/media/{asset_id}/master.m3u8").status == 404


def test_an_asset_that_is_not_ready_is_not_found(author: Viewer, cinema: Cinema) -> None:
    with cinema.app.app_context(), unit_of_work() as uow:
        asset_id = ensure_asset(uow, clip(clips.SILENT)).id
        uow.commit()

    assert author.get(f"/media/{asset_id}/master.m3u8").status == 404


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("master.m3u8", "application/vnd.apple.mpegurl"),
        ("180p/index.m3u8", "application/vnd.apple.mpegurl"),
        ("180p/0.ts", "video/mp2t"),
        ("key", "application/octet-stream"),
        ("captions.vtt", "text/vtt; charset=utf-8"),
        ("poster.jpg", "image/jpeg"),
    ],
)
def test_every_part_says_what_it_is(author: Viewer, asset: str, part: str, kind: str) -> None:
    assert author.get(f"{asset}/{part}").headers["Content-Type"] == kind


def test_the_key_is_kept_by_nobody(trainee: Viewer, asset: str) -> None:
    assert trainee.get(f"{asset}/key").headers["Cache-Control"] == "no-store"


def test_the_key_has_sixteen_bytes(trainee: Viewer, asset: str) -> None:
    assert len(trainee.get(f"{asset}/key").content) == 16


def test_segments_are_for_this_browser_only(trainee: Viewer, asset: str) -> None:
    assert trainee.get(f"{asset}/180p/0.ts").headers["Cache-Control"] == "private, max-age=86400"


def test_a_part_of_a_segment_can_be_asked_for(trainee: Viewer, asset: str) -> None:
    answer = trainee.get(f"{asset}/180p/0.ts", Range="bytes=16-31")

    assert (answer.status, len(answer.content)) == (206, 16)


def test_what_the_browser_already_has_is_not_sent_again(trainee: Viewer, asset: str) -> None:
    tag = trainee.get(f"{asset}/180p/0.ts").headers["ETag"]

    assert trainee.get(f"{asset}/180p/0.ts", If_None_Match=tag).status == 304


def test_what_is_delivered_plays_with_the_key_and_not_without(
    author: Viewer, asset: str, tmp_path: Path
) -> None:
    for part in ("master.m3u8", "180p/index.m3u8", "180p/0.ts", "180p/1.ts", "key"):
        file = tmp_path / "hls" / part
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(author.get(f"{asset}/{part}").content)
    shutil.copytree(tmp_path / "hls", tmp_path / "stolen")
    (tmp_path / "stolen" / "key").write_bytes(bytes(16))

    assert (frames(tmp_path / "hls"), frames(tmp_path / "stolen")) == (150, 0)


def frames(folder: Path) -> int:
    """Return how many frames a player decodes from a downloaded video."""
    counted = subprocess.run(
        [
            *("ffprobe", "-v", "quiet", "-allowed_extensions", "ALL", "-count_frames"),
            *("-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"),
            str(folder / "180p" / "index.m3u8"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    first = counted.stdout.strip().splitlines()[:1]
    return int(first[0].strip(",")) if first and first[0].strip(",").isdigit() else 0
