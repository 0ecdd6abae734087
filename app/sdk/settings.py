"""Deployment values that plugins may read, and the base of a plugin's own."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pydantic_settings import BaseSettings, SettingsConfigDict


class Deployment(Protocol):
    """How this installation was started; the same for every request."""

    @property
    def data_dir(self) -> Path: ...
    @property
    def base_url(self) -> str: ...
    @property
    def sample(self) -> bool: ...
    @property
    def secret(self) -> str: ...


class PluginSettings(BaseSettings):
    """Deployment values of one plugin, from ANXUE_<PLUGIN>_… of the environment.

    A subclass sets its own prefix: `model_config = plugin_prefix("xapi_feed")`.
    Rules that staff change do not belong here but into dated rule sets.
    """

    model_config = SettingsConfigDict(extra="ignore")


def plugin_prefix(plugin: str) -> SettingsConfigDict:
    """Return the settings configuration of a plugin."""
    return SettingsConfigDict(env_prefix=f"ANXUE_{plugin.upper()}_", extra="ignore")
