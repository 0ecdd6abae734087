"""What identity_check contributes: two ways to answer a check, the page to choose between them."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.plugin import HealthCheck, PageSlot, Permission, PersonalData, Plugin, RuleKey
from app.sdk.presence import PresenceMethod
from app.sdk.settings import PluginSettings
from plugins.identity_check.api import calls
from plugins.identity_check.handlers import OtpQuizMethod, SnapshotMethod
from plugins.identity_check.models import Check, Consent, Picture, Prompt, Reference
from plugins.identity_check.permissions import PERMISSIONS
from plugins.identity_check.service import health, personal
from plugins.identity_check.settings import IdentityCheckSettings
from plugins.identity_check.web import choose_notice, menu_entry, pages


class IdentityCheck(Plugin):
    """Identity checks: by a picture that is compared, or by a code and a question."""

    name = "identity_check"
    label = "身份核验"
    requires = ()

    @override
    def blueprints(self) -> Iterable[Blueprint]:
        return (pages, calls)

    @override
    def models(self) -> Iterable[type[Base]]:
        return (Consent, Reference, Check, Picture, Prompt)

    @override
    def permissions(self) -> Iterable[Permission]:
        return PERMISSIONS

    @override
    def page_slots(self) -> Iterable[PageSlot]:
        yield PageSlot(slot="user_menu", render=menu_entry, order=10)
        yield PageSlot(slot="learning.home", render=choose_notice, order=10)
        yield PageSlot(slot="learning.course", render=choose_notice, order=10)
        yield PageSlot(slot="video_progress.player", render=choose_notice, order=10)

    @override
    def settings(self) -> Iterable[type[PluginSettings]]:
        return (IdentityCheckSettings,)

    @override
    def rule_sets(self) -> Iterable[RuleKey]:
        yield RuleKey(key="face.filing_threshold", default=100_000, label="存储人脸达到多少人须备案")
        yield RuleKey(key="face.filing_warn", default=80_000, label="存储人脸达到多少人时预警")

    @override
    def presence_methods(self) -> Iterable[PresenceMethod]:
        return (SnapshotMethod(), OtpQuizMethod())

    @override
    def personal_data(self) -> Iterable[PersonalData]:
        yield PersonalData(
            what="单独同意的记录；加密保存的参考照片、人脸特征和核验照片；每次核验的结果与数字摘要",
            purpose="确认是本人在学习；不同意人脸的，用验证码和问答，学时一样",
            kept="核验照片至验收后 90 天，参考照片和特征至结业后 30 天，撤回同意即删除；结果和摘要随培训档案",
            export=personal.export,
            erase=personal.erase,
        )

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        yield HealthCheck(name="identity_check.models", faults=health.unfit_models, label="人脸比对模型完好")
        yield HealthCheck(name="identity_check.seals", faults=health.broken_seals, label="加密的人像可以打开")
        yield HealthCheck(
            name="identity_check.filing", faults=health.too_many_faces, label="人脸信息数量未达到备案标准"
        )
