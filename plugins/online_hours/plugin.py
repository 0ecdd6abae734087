"""What online_hours contributes: the ledger of learning time and the page that shows it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.events.learning_time import LearningTimeConfirmed, LearningTimeUnconfirmed
from app.sdk.learning import HoursSummaries
from app.sdk.plugin import (
    HealthCheck,
    NavItem,
    Permission,
    PersonalData,
    Plugin,
    Requirement,
    Subscription,
)
from plugins.online_hours import handlers
from plugins.online_hours.api import calls
from plugins.online_hours.models import LedgerEntry, UncountedTime
from plugins.online_hours.permissions import OWN, PERMISSIONS
from plugins.online_hours.service import health, personal
from plugins.online_hours.service.requirements import online_hours_missing
from plugins.online_hours.web import FirstPageHours, pages


class OnlineHours(Plugin):
    """Online hours: keeps the ledger of learning time."""

    name = "online_hours"
    label = "线上学时"
    requires = ()

    @override
    def blueprints(self) -> Iterable[Blueprint]:
        return (pages, calls)

    @override
    def models(self) -> Iterable[type[Base]]:
        return (LedgerEntry, UncountedTime)

    @override
    def permissions(self) -> Iterable[Permission]:
        return PERMISSIONS

    @override
    def nav_items(self) -> Iterable[NavItem]:
        yield NavItem(
            label="我的学时", endpoint="online_hours.my_hours", icon="clock", permission=OWN, order=20
        )

    @override
    def subscriptions(self) -> Iterable[Subscription]:
        yield Subscription(LearningTimeConfirmed, handlers.hear_confirmed)
        yield Subscription(LearningTimeUnconfirmed, handlers.hear_unconfirmed)

    @override
    def requirements(self) -> Iterable[Requirement]:
        yield Requirement(name="online_hours.planned", missing=online_hours_missing)

    @override
    def hours(self) -> HoursSummaries:
        return FirstPageHours()

    @override
    def personal_data(self) -> Iterable[PersonalData]:
        yield PersonalData(
            what="学习时间台账：每次确认的学时、所看的视频片段、未计入的时间及原因",
            purpose="证明学时真实，作为发放证书和使用工伤预防费的依据",
            kept="培训档案保存期（6 年）；台账只有编号和数量，不含姓名、证件号和图像，不可修改",
            export=personal.export,
            erase=personal.erase,
        )

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        yield HealthCheck(
            name="online_hours.sums", faults=health.sums_that_disagree, label="学时台账的合计正确"
        )
        yield HealthCheck(
            name="online_hours.books_agree", faults=health.books_that_disagree, label="台账与学习记录一致"
        )
        yield HealthCheck(
            name="online_hours.lived_once",
            faults=health.moments_credited_twice,
            label="同一时刻没有重复计入学时",
        )
        yield HealthCheck(
            name="online_hours.watched_once",
            faults=health.media_credited_twice,
            label="同一内容没有重复计入学时",
        )
        yield HealthCheck(name="online_hours.append_only", faults=health.open_doors, label="学时台账不可改写")
