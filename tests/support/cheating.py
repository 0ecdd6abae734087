"""Trainees who cheat, and the stage they cheat on: a long lesson, a clock that only tests move.

A Cheat may say anything through HTTP, at any instant, and answers every check at
once and rightly unless it is told otherwise: the worst case for whoever counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, Role
from app.accounts.service import create_person
from app.courses.models import CourseVersion, Lesson, Offering
from app.enrolment.categories import Post
from app.enrolment.models import TrainingPlan
from app.enrolment.service import enrol
from app.factory import create_app
from app.media.models import MediaAsset
from app.sdk.clock import FixedClock, epoch_ms
from app.sdk.db import new_id
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION
from app.sdk.uow import unit_of_work
from plugins.online_hours.models import LedgerEntry
from plugins.video_progress.domain.pieces import Piece
from tests.support.classroom import PASSWORD, Learner, furnish
from tests.support.installations import MORNING, settings_for

LONG_SECONDS = 900
CATEGORY = TraineeCategory.TEAM_LEADER


@dataclass(kw_only=True)
class Stage:
    """An application with two long lessons, and what was tried on it."""

    app: Flask
    clock: FixedClock
    lesson: str
    other_lesson: str
    tried: int = 0
    accepted: int = 0
    passed: int = 0
    actors: int = 0

    def cheat(self) -> Cheat:
        """Return a trainee of their own, signed in."""
        self.actors += 1
        login = f"cheat.{self.actors}"
        with self.app.app_context(), unit_of_work() as uow:
            city = uow.session.execute(select(Organisation)).scalar_one()
            plan = uow.session.execute(
                select(TrainingPlan).where(TrainingPlan.category == CATEGORY)
            ).scalar_one()
            person = create_person(
                uow, login, name="学员", password=PASSWORD, roles=[Role.TRAINEE], organisation=city
            )
            enrol(
                uow,
                person,
                plan,
                post=Post.TEAM_LEADER,
                industry="mining",
                organisation=city,
                identity=("onsite_check", datetime(2023, 1, 1, tzinfo=UTC)),
            )
            person_id = person.id
            uow.commit()
        return Cheat(self, login, person_id)

    def credited(self, person_id: int) -> tuple[Piece, ...]:
        """Return what the ledger holds for a person, all lessons one after the other."""
        with self.app.app_context(), unit_of_work() as uow:
            kept = uow.session.execute(
                select(LedgerEntry.stretches).where(LedgerEntry.person_id == person_id)
            ).scalars()
            return tuple(Piece(media, media + lasts, server) for row in kept for media, server, lasts in row)


@contextmanager
def stage(template: Path, folder: Path) -> Iterator[Stage]:
    """Yield a stage on a fresh copy of the database."""
    from tests.support import databases

    clock = FixedClock(MORNING)
    settings = settings_for(folder, database_url=databases.sqlite_copy(template, folder))
    app = create_app(settings, clock=clock)
    room = furnish(app)
    other = new_id()
    with app.app_context(), unit_of_work() as uow:
        uow.session.execute(update(MediaAsset).values(duration_ms=LONG_SECONDS * 1000))
        uow.session.execute(update(CourseVersion).values(challenge_interval_ms=[60_000, 90_000]))
        first = uow.session.get_one(Lesson, room.lessons[CATEGORY])
        asset = uow.session.get_one(MediaAsset, room.assets[CATEGORY])
        copy = MediaAsset(
            id=new_id(),
            digest="f" * 64,
            master=asset.master,
            master_bytes=1,
            folder="prepared",
            duration_ms=LONG_SECONDS * 1000,
            key_sealed_with="vault-1",
            key_sealed=b"",
            made_at=uow.now,
        )
        uow.session.add(copy)
        uow.session.flush()
        uow.session.add(
            Lesson(
                id=other,
                version_id=uow.session.get_one(Offering, room.offerings[CATEGORY]).version_id,
                position=2,
                key="two",
                title="第二课",
                kind="video",
                asset_id=copy.id,
                declared_class_hours=first.declared_class_hours,
                chapters=[],
                questions=first.questions,
            )
        )
        uow.session.flush()
        for lesson in uow.session.execute(select(Lesson)).scalars():
            lesson.questions = [{**each, "to_ms": LONG_SECONDS * 1000} for each in lesson.questions]
        uow.commit()
    yield Stage(app=app, clock=clock, lesson=room.lessons[CATEGORY], other_lesson=other)
    app.extensions[EXTENSION].engine.dispose()


class Cheat(Learner):
    """A trainee who says what pays. present: answers checks, at once and rightly."""

    def __init__(self, on: Stage, login: str, person_id: int) -> None:
        super().__init__(on.app, on.clock, login)
        self.on = on
        self.login = login
        self.person_id = person_id
        self.present = True
        self.reached = 0.0
        """The media second up to which the server lets this trainee play."""
        self.begun_ms = epoch_ms(on.clock.now())

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    def lived_ms(self) -> int:
        """Return the time since this trainee came."""
        return epoch_ms(self.clock.now()) - self.begun_ms

    def say(self, *claims: tuple[float, float], **changes: Any) -> TestResponse:
        """Claim play in one request, one beat a claim; answer the check that comes of it."""
        beats = []
        for start, end in claims:
            self.seq += 1
            beats.append({"seq": self.seq, "played": [start, end], "rate": 1, "visible": True, **changes})
        return self.send(beats)

    def send(self, beats: list[dict[str, Any]]) -> TestResponse:
        """Send beats as they are; answer the check that comes of it."""
        self.on.tried += max(len(beats), 1)
        answer = self.beats(beats)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 200:
            heard = answer.get_json()
            self.on.accepted += heard["accepted"]
            self.reached = heard["furthest"]
            if heard["challenge"] and self.present:
                self.pass_check(heard["challenge"]["id"])
        return answer

    def pass_check(self, challenge_id: str) -> None:
        """Answer rightly."""
        if self.answer(challenge_id).get_json().get("result") == "passed":
            self.on.passed += 1

    def finish(self) -> None:
        """Ask for an end check and pass it, as far as there is something to confirm."""
        answer = self.post(f"/api/v1/playbacks/{self.playback['id']}/end-check")
        if answer.status_code == 200 and self.present:
            self.pass_check(answer.get_json()["challenge"]["id"])

    def close(self) -> None:
        """Close the playback."""
        self.post(f"/api/v1/playbacks/{self.playback['id']}/close")
