"""Deployment values of the record store."""

from __future__ import annotations

from pydantic import Field

from app.sdk.settings import PluginSettings, plugin_prefix


class StoreSettings(PluginSettings):
    """Deployment values of the record store (ANXUE_RECORD_STORE_…)."""

    model_config = plugin_prefix("record_store")

    home_page: str = "https://anxue.example/xapi"
    """Names the accounts of the systems that vouch for statements (`authority`); permanent."""
    request_bytes_at_most: int = Field(default=5_000_000, ge=10_000)
