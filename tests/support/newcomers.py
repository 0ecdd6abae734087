"""New trainees in a running installation, so that no browser test depends on what another one learned.

Works on the installation's own database, beside the processes that serve it,
the way `anxue` commands do.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Organisation, OrganisationKind, Role
from app.accounts.service import create_person
from app.enrolment.models import TrainingPlan
from app.enrolment.service import enrol as enrol_in_plan
from app.factory import create_app
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION, runtime
from app.sdk.uow import unit_of_work
from app.settings import load_settings
from tests.support.camera import picture_at
from tests.support.identity_check import agree, enrol

PREPARED_WITHIN_SECONDS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """An account of a team leader in mining, real-name verified, who has not learned anything yet."""

    person_id: int
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Office:
    """Where newcomers are registered: the installation, seen from its own machine."""

    app: Flask

    def newcomer(self, *, face: str | None = None) -> Newcomer:
        """Register somebody; with a portrait, somebody who has agreed to faces and enrolled with it."""
        login, password = f"leader.{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        with self.app.app_context():
            with unit_of_work() as uow:
                plan = uow.session.scalars(
                    select(TrainingPlan).where(TrainingPlan.category == TraineeCategory.TEAM_LEADER)
                ).one()
                enterprise = uow.session.scalars(
                    select(Organisation).where(Organisation.kind == OrganisationKind.KEY_ENTERPRISE)
                ).one()
                person = create_person(
                    uow,
                    login,
                    name="王建军",
                    password=password,
                    roles=[Role.TRAINEE],
                    organisation=enterprise,
                )
                enrol_in_plan(
                    uow,
                    person,
                    plan,
                    post="team_leader",
                    industry="mining",
                    organisation=enterprise,
                    identity=("onsite_check", uow.now),
                )
                person_id = person.id
                uow.commit()
            if face is not None:
                agree(person_id)
                # Never the same moments twice: a picture that was seen before is refused.
                moment = secrets.randbelow(10**9)
                enrol([picture_at(face, moment + more) for more in range(3)], person_id)
        return Newcomer(person_id=person_id, login=login, password=password)

    def lesson_of(self, course_title: str) -> str:
        """Return the id of a course's first lesson as soon as it can be played."""
        until = time.monotonic() + PREPARED_WITHIN_SECONDS
        while time.monotonic() < until:
            with self.app.app_context():
                for offering in runtime().catalogue.visible_to(TraineeCategory.TEAM_LEADER, None):
                    if offering.title == course_title and offering.lessons[0].playable:
                        return offering.lessons[0].id
            time.sleep(0.5)
        raise TimeoutError(f"{course_title} was not prepared within {PREPARED_WITHIN_SECONDS:.0f} s")


@contextmanager
def office_of(data: Path, base_url: str) -> Iterator[Office]:
    """Open the office of the sample installation that runs on data."""
    app = create_app(load_settings(mode="sample", data_dir=data, base_url=base_url))
    try:
        yield Office(app)
    finally:
        app.extensions[EXTENSION].engine.dispose()
