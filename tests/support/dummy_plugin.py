"""A plugin that uses every hook of the contract, each in the smallest way that can be seen to work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import click
from flask import Blueprint, request
from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.errors import Json, UnavailableError
from app.sdk.events.base import Event
from app.sdk.hotpath import HotPath, HotRequest, hot_notes
from app.sdk.learning import CreditGiven, HoursSummaries, HoursSummary, LearningProgress, LessonProgress
from app.sdk.media import MediaGate
from app.sdk.plugin import (
    HealthCheck,
    NavItem,
    PageSlot,
    PeriodicTask,
    Permission,
    PersonalData,
    Plugin,
    Requirement,
    RuleKey,
    Subscription,
)
from app.sdk.presence import PresenceAnswer, PresenceAsk, PresenceMethod, PresenceVerdict
from app.sdk.runtime import Runtime
from app.sdk.settings import PluginSettings, plugin_prefix
from app.sdk.tasks import JobHandler, Progress
from app.sdk.uow import UnitOfWork
from app.sdk.web import requires


class DummyNote(Base):
    """A table of the dummy's."""

    __tablename__ = "dummy_note"

    text: Mapped[str] = mapped_column(String(40), primary_key=True)


class DummyHappened(Event):
    """An event of the dummy's."""

    name: ClassVar[str] = "dummy.happened.v1"


class DummySettings(PluginSettings):
    """ANXUE_DUMMY_WORD."""

    model_config = plugin_prefix("dummy")

    word: str = "hello"


class Nod:
    """A way to answer a check that always passes."""

    name = "nod"
    label = "点头"

    def unavailable(self, ask: PresenceAsk, session: Session) -> str | None:
        return None

    def prompt(self, ask: PresenceAsk, uow: UnitOfWork) -> Mapping[str, Json]:
        return {"say": "请点头"}

    def judge(self, ask: PresenceAsk, answer: PresenceAnswer, uow: UnitOfWork) -> PresenceVerdict:
        return PresenceVerdict(outcome="passed")


class OpenGate:
    """A gate that stands open to the first second."""

    def open_until_ms(self, person_id: int, asset_id: str) -> int | None:
        return 1000


class NoProgress:
    """Progress of people who have not begun."""

    source = "dummy"

    def pending_ms(self, session: Session, person_id: int) -> Mapping[str, int]:
        return {}

    def of_lessons(self, session: Session, enrolment_id: int) -> Mapping[str, LessonProgress]:
        return {}

    def credit_given(self, session: Session, enrolment_id: int | None = None) -> Iterator[CreditGiven]:
        yield from ()


class NoHours:
    """Hours of people who have none."""

    def of_enrolment(self, session: Session, enrolment_id: int) -> HoursSummary | None:
        return None


pages = Blueprint("dummy", __name__)


@pages.get("/dummy")
@requires("dummy.see")
def page() -> str:
    """A page."""
    return "dummy"


@pages.post("/dummy/echo")
@requires("dummy.see")
def echo() -> dict[str, object]:
    """The long way of /dummy/echo: says what the short way noted."""
    return {"way": "flask", "noted": hot_notes().get("dummy"), "body": request.get_data(as_text=True)}


class HotEcho:
    """The short way of /dummy/echo, for bodies that begin with "hot"; "away" is too much for it."""

    route = "/dummy/echo"
    permission = "dummy.see"

    def matches(self, path: str) -> bool:
        return path == "/dummy/echo"

    def answer(self, request: HotRequest) -> bytes | None:
        if request.body == b"away":
            raise UnavailableError
        request.notes["dummy"] = "not hot"
        return b'{"way":"hot"}' if request.body.startswith(b"hot") else None


class DummyPlugin(Plugin):
    """Contributes one of everything and remembers what it heard and did."""

    name = "dummy"
    label = "示例插件"

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.done: list[Mapping[str, Any]] = []
        self.turns = 0
        self.exclusive = True

    @override
    def blueprints(self) -> Iterable[Blueprint]:
        return (pages,)

    @override
    def hot_paths(self, known: Runtime) -> Iterable[HotPath]:
        return (HotEcho(),)

    @override
    def models(self) -> Iterable[type[Base]]:
        return (DummyNote,)

    @override
    def permissions(self) -> Iterable[Permission]:
        return (Permission(name="dummy.see", label="查看示例", roles=frozenset({"trainee"})),)

    @override
    def nav_items(self) -> Iterable[NavItem]:
        return (NavItem(label="示例入口", endpoint="dummy.page", icon="home", permission="dummy.see"),)

    @override
    def page_slots(self) -> Iterable[PageSlot]:
        return (PageSlot(slot="learning.home", render=lambda context: "<p>示例提示</p>"),)

    @override
    def settings(self) -> Iterable[type[PluginSettings]]:
        return (DummySettings,)

    @override
    def rule_sets(self) -> Iterable[RuleKey]:
        return (RuleKey(key="dummy.size", default=3, label="示例大小"),)

    @override
    def tasks(self) -> Mapping[str, JobHandler]:
        return {"dummy.work": self._work}

    @override
    def periodic_tasks(self) -> Iterable[PeriodicTask]:
        return (PeriodicTask(name="dummy.turn", every_seconds=60, run=self._turn),)

    @override
    def commands(self) -> Iterable[click.Command]:
        return (click.Command("dummy", callback=lambda: click.echo("dummy says hello")),)

    @override
    def subscriptions(self) -> Iterable[Subscription]:
        return (Subscription(DummyHappened, lambda event, uow: self.heard.append(event)),)

    @override
    def requirements(self) -> Iterable[Requirement]:
        return (Requirement(name="dummy.patience", missing=lambda session, enrolment_id: "还差一点耐心"),)

    @override
    def presence_methods(self) -> Iterable[PresenceMethod]:
        return (Nod(),)

    @override
    def media_gate(self) -> MediaGate | None:
        return OpenGate() if self.exclusive else None

    @override
    def progress(self) -> LearningProgress | None:
        return NoProgress() if self.exclusive else None

    @override
    def hours(self) -> HoursSummaries | None:
        return NoHours() if self.exclusive else None

    @override
    def personal_data(self) -> Iterable[PersonalData]:
        return (
            PersonalData(
                what="示例",
                purpose="示例",
                kept="不保存",
                export=lambda session, person_id: {"notes": []},
                erase=lambda uow, person_id: None,
            ),
        )

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        return (HealthCheck(name="dummy.well", faults=lambda session: ()),)

    @override
    def translations(self) -> str | None:
        return "translations"

    def _work(self, payload: Mapping[str, Any], progress: Progress) -> None:
        self.done.append(payload)

    def _turn(self) -> None:
        self.turns += 1
