"""What record_store contributes: a record store for xAPI statements, our own and others'."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask import Blueprint
from typing_extensions import override

from app.sdk.db import Base
from app.sdk.plugin import HealthCheck, Plugin
from app.sdk.settings import PluginSettings
from plugins.record_store.api import resources
from plugins.record_store.cli import records
from plugins.record_store.models import (
    Credential,
    StatementActivity,
    StatementAgent,
    StoredStatement,
    StoreHead,
)
from plugins.record_store.service import health
from plugins.record_store.settings import StoreSettings


class RecordStore(Plugin):
    """Record store: keeps statements as they came, each once."""

    name = "record_store"
    label = "学习记录库"
    requires = ()

    @override
    def blueprints(self) -> Iterable[Blueprint]:
        return (resources,)

    @override
    def models(self) -> Iterable[type[Base]]:
        return (StoredStatement, StatementAgent, StatementActivity, StoreHead, Credential)

    @override
    def settings(self) -> Iterable[type[PluginSettings]]:
        return (StoreSettings,)

    @override
    def commands(self) -> Iterable[click.Command]:
        return (records,)

    @override
    def health_checks(self) -> Iterable[HealthCheck]:
        yield HealthCheck(
            name="record_store.kept",
            faults=health.lost_statements,
            label="已送达本库的学习数据都在且未被改动",
        )
