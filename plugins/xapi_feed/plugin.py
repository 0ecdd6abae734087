"""What xapi_feed contributes: statements about learning, on their way to the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click
from sqlalchemy.orm import Session
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.plugin import HealthCheck, PeriodicTask, PersonalData, Plugin, Subscription
from app.sdk.runtime import runtime
from app.sdk.settings import PluginSettings
from plugins.xapi_feed import handlers, tasks
from plugins.xapi_feed.cli import feed
from plugins.xapi_feed.domain.mapping import CHALLENGE_EVENTS, HOURS_EVENTS, VIDEO_EVENTS
from plugins.xapi_feed.models import ViewingSession
from plugins.xapi_feed.service import health, personal
from plugins.xapi_feed.settings import FeedSettings


class XapiFeed(Plugin):
    """xAPI feed: tells the registry what happened, once, in order, unchanged."""

    name = "xapi_feed"
    label = "登记中心数据报送"
    requires = ()

    @override
    def models(self) -> Iterable[type[Base]]:
        return (ViewingSession,)

    @override
    def settings(self) -> Iterable[type[PluginSettings]]:
        return (FeedSettings,)

    @override
    def periodic_tasks(self) -> Iterable[PeriodicTask]:
        yield PeriodicTask(name="xapi_feed.drain", every_seconds=tasks.EVERY_SECONDS, run=tasks.drain_in_turn)

    @override
    def commands(self) -> Iterable[click.Command]:
        return (feed,)

    @override
    def subscriptions(self) -> Iterable[Subscription]:
        for event in VIDEO_EVENTS:
            yield Subscription(event, handlers.hear_playback)
        for event in CHALLENGE_EVENTS:
            yield Subscription(event, handlers.hear_challenge)
        for event in HOURS_EVENTS:
            yield Subscription(event, handlers.hear_hours)

    @override
    def personal_data(self) -> Iterable[PersonalData]:
        yield PersonalData(
            what="报送登记中心的学习语句：播放、核验、学时；只含随机编号，不含姓名、证件号和图像",
            purpose="向省级登记中心证明学习过程和学时",
            kept="语句一经发出不可撤回；删除账号时删除编号与本人的对应关系",
            export=_export,
            erase=personal.erase,
        )

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        yield HealthCheck(name="xapi_feed.delivery", faults=_faults, label="学习数据已送达登记中心")


def _export(session: Session, person_id: int) -> Mapping[str, Any]:
    person = runtime().people.person(person_id)
    return personal.export(session, person.xapi_name) if person else {}


def _faults(session: Session) -> Iterable[str]:
    app = runtime()
    return health.faults(
        session, app.settings_of(FeedSettings), now=app.clock.now(), sample=app.deployment.sample
    )
