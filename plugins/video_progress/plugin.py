"""What video_progress contributes. No logic here."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask import Blueprint
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.events.presence import ConsentWithdrawn
from app.sdk.events.session import SignedOut
from app.sdk.hotpath import HotPath
from app.sdk.learning import LearningProgress
from app.sdk.media import MediaGate
from app.sdk.plugin import HealthCheck, PeriodicTask, Permission, Plugin, RuleKey, Subscription
from app.sdk.runtime import Runtime
from app.sdk.settings import PluginSettings
from plugins.video_progress import cli, handlers, models, tasks, web
from plugins.video_progress.api import challenges, playbacks
from plugins.video_progress.api.hot_beats import HotBeats
from plugins.video_progress.permissions import PERMISSIONS
from plugins.video_progress.service import proving
from plugins.video_progress.service.looking import Progress, SegmentGate
from plugins.video_progress.settings import VideoProgressSettings


class VideoProgress(Plugin):
    """Plays lessons and knows which seconds were really watched, and by whom they were confirmed."""

    name = "video_progress"
    label = "视频学习进度"

    @override
    def blueprints(self) -> Iterable[Blueprint]:
        return (web.pages, playbacks.api, challenges.api)

    @override
    def hot_paths(self, known: Runtime) -> Iterable[HotPath]:
        chosen = known.settings_of(VideoProgressSettings)
        return (HotBeats(known, linger_ms=chosen.linger_ms),) if chosen.group_commit else ()

    @override
    def models(self) -> Iterable[type[Base]]:
        return (
            models.Learner,
            models.Playback,
            models.LessonProgressRow,
            models.BeatRow,
            models.Refusal,
            models.ChallengeRow,
            models.CreditedDay,
        )

    @override
    def permissions(self) -> Iterable[Permission]:
        return PERMISSIONS

    @override
    def settings(self) -> Iterable[type[PluginSettings]]:
        return (VideoProgressSettings,)

    @override
    def rule_sets(self) -> Iterable[RuleKey]:
        return (
            RuleKey(key="play.seek_forward", default="forbid_first", label="首次学习是否允许快进"),
            RuleKey(key="play.max_rate", default=1.0, label="最高播放倍速"),
            RuleKey(key="play.heartbeat_seconds", default=15, label="学习记录上报间隔（秒）"),
            RuleKey(key="play.max_gap_seconds", default=120, label="最长间断（秒）"),
            RuleKey(key="play.jitter_seconds", default=2, label="网络抖动余量（秒）"),
            RuleKey(key="play.position_max_rate", default=2.0, label="播放位置最快推进倍数"),
            RuleKey(key="challenge.interval_minutes", default=[10, 20], label="随机核验间隔（分钟）"),
            RuleKey(key="challenge.window_seconds", default=60, label="核验应答时限（秒）"),
            RuleKey(key="challenge.attempts", default=3, label="核验次数"),
            RuleKey(key="challenge.accessible_window_factor", default=3, label="无障碍时限倍数"),
            RuleKey(key="hours.daily_cap_hours", default=8, label="每日线上学时上限"),
        )

    @override
    def periodic_tasks(self) -> Iterable[PeriodicTask]:
        yield PeriodicTask(name="video_progress.sweep", every_seconds=60, run=tasks.sweep_orphans)

    @override
    def commands(self) -> Iterable[click.Command]:
        return (cli.playback,)

    @override
    def subscriptions(self) -> Iterable[Subscription]:
        yield Subscription(SignedOut, handlers.signed_out)
        yield Subscription(ConsentWithdrawn, handlers.consent_withdrawn)

    @override
    def media_gate(self) -> MediaGate:
        return SegmentGate()

    @override
    def progress(self) -> LearningProgress:
        return Progress()

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        yield HealthCheck(
            name="video_progress.proved", faults=proving.unproved, label="已确认的学习时间都有学习记录为证"
        )
        yield HealthCheck(
            name="video_progress.beats_once", faults=proving.beats_twice, label="学习记录没有重复"
        )
        yield HealthCheck(
            name="video_progress.nothing_stuck", faults=proving.stuck, label="没有停滞的学习", live=True
        )
