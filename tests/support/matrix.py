"""The matrix routes × roles × whose object it is, tried out on a furnished installation.

Knows how to name an object of one's own, of somebody else's, of another category's
and of nobody's for every parameter of a route; a parameter it does not know is
reported, not guessed. What the answers ought to be, the tests know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from app.accounts.models import Organisation, Role
from app.accounts.permissions import CORE_PERMISSIONS
from app.accounts.service import create_person, person_by_login
from app.media.keys import new_sealed_key
from app.media.models import MediaAsset
from app.sdk.clock import FixedClock
from app.sdk.db import new_id, read
from app.sdk.people import TraineeCategory
from app.sdk.runtime import EXTENSION, runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import Access, access_of
from plugins.identity_check.domain.consent import Purpose
from tests.support.classroom import LEADER, MANAGER, OTHER_LEADER, PASSWORD, Classroom, Learner, furnish

OWN, OTHERS, OTHER_CATEGORY, NOBODYS, NO_OBJECT = "own", "another's", "another category's", "nobody's", "none"
STRANGER = "stranger"
OWNERS = {OWN: LEADER, OTHERS: OTHER_LEADER, OTHER_CATEGORY: MANAGER}
STAFF = [role for role in Role if role is not Role.TRAINEE]
# They end what the other calls need.
LAST = (
    "video_progress_playbacks.close",
    "video_progress_playbacks.open_playback",
    "accounts.logout",
    "session_api.close_session",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One request of the matrix and what came of it."""

    who: str
    method: str
    path: str
    endpoint: str
    whose: str
    access: Access
    status: int
    came: str
    size: int


@dataclass(kw_only=True)
class Matrix:
    """An installation, who is signed in to it, and what belongs to whom."""

    app: Flask
    room: Classroom
    trainees: Mapping[str, Learner]
    clients: Mapping[str, tuple[FlaskClient, dict[str, str]]]
    permissions: Mapping[str, frozenset[str]]
    challenges: Mapping[str, str]
    unknown: set[str] = field(default_factory=set)

    def tried(self, methods: frozenset[str]) -> Iterator[Tried]:
        """Try methods of every route, as everybody, on everybody's objects; what ends things comes last."""
        for rule in sorted(self.app.url_map.iter_rules(), key=_turn):
            for method in sorted((rule.methods or set()) & methods):
                for whose, values, more in self._objects(rule):
                    for who in self.clients:
                        yield self._try(who, rule, method, whose, values, more)

    def _try(
        self, who: str, rule: Rule, method: str, whose: str, values: dict[str, Any], more: dict[str, Any]
    ) -> Tried:
        client, token = self.clients[who]
        path = str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]
        access = access_of(self.app.view_functions[rule.endpoint])
        assert access is not None
        with client.open(path, method=method, headers=token, **more) as answer:
            return Tried(
                who=who,
                method=method,
                path=path,
                endpoint=rule.endpoint,
                whose=whose,
                access=access,
                status=answer.status_code,
                came=came(answer),
                size=len(answer.data),
            )

    def _objects(self, rule: Rule) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Yield whose object, the parameters that name it, and what is sent besides."""
        fixed = self._fixed(rule)
        left = rule.arguments - fixed.keys()
        in_body = rule.endpoint == "video_progress_playbacks.open_playback"
        if not left and not in_body:
            yield NO_OBJECT, fixed, {}
            return
        for whose in (NOBODYS, OTHER_CATEGORY, OTHERS, OWN):
            values = {name: self._value(name, whose) for name in left}
            if None not in values.values():
                sent = self._sent(rule.endpoint, whose)
                if sent is not None:
                    yield whose, {**fixed, **values}, sent

    def _fixed(self, rule: Rule) -> dict[str, Any]:
        known: dict[str, Any] = {"rendition": "480p", "number": 0, "purpose": next(iter(Purpose)).value}
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            blueprint = rule.endpoint.removesuffix("static").removesuffix(".")
            owner = self.app.blueprints[blueprint] if blueprint else self.app
            folder = Path(owner.static_folder or "")
            file = next(path for path in sorted(folder.rglob("*.js")) if path.is_file())
            known["filename"] = file.relative_to(folder).as_posix()
        return {name: known[name] for name in rule.arguments & known.keys()}

    def _value(self, name: str, whose: str) -> str | None:
        """Return the parameter that names somebody's object, None where there is no such thing."""
        category = {
            OWN: TraineeCategory.TEAM_LEADER,
            OTHER_CATEGORY: TraineeCategory.MANAGER_IN_CHARGE,
        }.get(whose)
        shared = {
            "offering_id": self.room.offerings,
            "lesson_id": self.room.lessons,
            "asset_id": self.room.assets,
        }
        if name in shared:
            if whose == NOBODYS:
                return new_id()
            return shared[name][category] if category else None
        if name == "playback_id":
            return new_id() if whose == NOBODYS else str(self.trainees[OWNERS[whose]].playback["id"])
        if name == "challenge_id":
            return new_id() if whose == NOBODYS else self.challenges[OWNERS[whose]]
        self.unknown.add(name)
        return None

    def _sent(self, endpoint: str, whose: str) -> dict[str, Any] | None:
        """Return the body that names the object, or goes with it; None where there is no such object."""
        if endpoint == "video_progress_playbacks.open_playback":
            lesson = self._value("lesson_id", whose)
            return None if lesson is None else {"json": {"lesson_id": lesson}}
        if endpoint in {"video_progress_playbacks.beats", "video_progress_playbacks.beacon"}:
            owner = self.trainees[OWNERS.get(whose, LEADER)]
            return {"json": {"ticket": owner.playback["ticket"], "beats": []}}
        return {}


def came(answer: Response) -> str:
    """Return the class of an answer: login, refused, absent, fault or answered."""
    if answer.status_code == 401:
        return "login"
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login?"):
        return "login"
    known = {403: "refused", 404: "absent"}
    return "fault" if answer.status_code >= 500 else known.get(answer.status_code, "answered")


def furnished(app: Flask, clock: FixedClock) -> Matrix:
    """Return the matrix of an installation with videos, open checks and somebody of every role."""
    room = furnish(app)
    with app.app_context(), unit_of_work() as uow:
        city = uow.session.execute(select(Organisation)).scalar_one()
        for role in STAFF:
            if person_by_login(uow.session, role) is None:
                create_person(uow, str(role), name="员工", password=PASSWORD, roles=[role], organisation=city)
        for asset in uow.session.execute(select(MediaAsset)).scalars():
            _prepare(asset)
        uow.commit()
    trainees = {login: Learner(app, clock, login) for login in (LEADER, OTHER_LEADER, MANAGER)}
    category = {MANAGER: TraineeCategory.MANAGER_IN_CHARGE}
    challenges = {}
    for login, trainee in trainees.items():
        trainee.open(room.lessons[category.get(login, TraineeCategory.TEAM_LEADER)])
        challenges[login] = trainee.watch(0, 60)["challenge"]["id"]
    staff = {str(role): Learner(app, clock, str(role)) for role in STAFF}
    everybody = {LEADER: trainees[LEADER], **staff}
    return Matrix(
        app=app,
        room=room,
        trainees=trainees,
        clients={
            STRANGER: (app.test_client(), {}),
            **{name: (person.client, person.token) for name, person in everybody.items()},
        },
        permissions={STRANGER: frozenset(), **{name: _permissions(app, name) for name in everybody}},
        challenges=challenges,
    )


def _prepare(asset: MediaAsset) -> None:
    asset.key_sealed_with, asset.key_sealed = new_sealed_key(runtime().keyring, asset.id)
    asset.captions = "originals/captions"
    asset.renditions = [
        {"name": "480p", "width": 854, "height": 480, "bits_per_second": 1, "segments_ms": [10_000] * 6}
    ]
    for name in ("master.m3u8", "captions.vtt", "poster.jpg", "480p/index.m3u8", "480p/0.ts"):
        runtime().storage.put(f"renditions/{asset.id}/{asset.folder}/{name}", b"content")


def _permissions(app: Flask, login: str) -> frozenset[str]:
    plugins = app.extensions[EXTENSION].plugins
    rights = [*CORE_PERMISSIONS, *(right for plugin in plugins for right in plugin.permissions())]
    with app.app_context():
        person = person_by_login(read(), login)
        assert person is not None
        roles = {grant.role for grant in person.grants}
    return frozenset(right.name for right in rights if right.roles & roles)


def _turn(rule: Rule) -> int:
    return LAST.index(rule.endpoint) + 1 if rule.endpoint in LAST else 0
