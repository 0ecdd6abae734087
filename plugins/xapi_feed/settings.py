"""Where statements go, and under which addresses we speak."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator

from app.sdk.settings import PluginSettings, plugin_prefix

UNSET_HOME_PAGE = "https://anxue.example"


class FeedSettings(PluginSettings):
    """Deployment values of the feed (ANXUE_XAPI_FEED_…).

    home_page names our accounts in every statement. It is part of each
    trainee's identity at the registry and may never change once statements
    were sent: choose an address that outlives domains and providers.
    """

    model_config = plugin_prefix("xapi_feed")

    endpoint: str = ""
    """The record store, without /statements; empty: facts are frozen and wait."""
    key: str = ""
    secret: SecretStr = SecretStr("")
    version: Literal["1.0.3", "2.0.0"] = "1.0.3"
    home_page: str = UNSET_HOME_PAGE
    activity_base: str = ""
    """Where the addresses of courses, lessons and checks begin; home_page unless given."""

    @field_validator("endpoint", "home_page", "activity_base")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _safe(self) -> FeedSettings:
        if self.endpoint:
            address = urlsplit(self.endpoint)
            if address.scheme not in ("http", "https") or not address.hostname:
                raise ValueError("endpoint must be an http(s) address")
            if address.scheme == "http" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
                raise ValueError("endpoint must be https: http is for this machine only")
            if address.username or address.query or address.fragment:
                raise ValueError("endpoint must be a plain address, without user, query or fragment")
            if not self.key or not self.secret.get_secret_value():
                raise ValueError("endpoint is set, key or secret is missing")
        if not self.home_page.startswith("https://"):
            raise ValueError("home_page must be an https address")
        if self.activity_base and not self.activity_base.startswith("https://"):
            raise ValueError("activity_base must be an https address")
        return self

    @property
    def activities(self) -> str:
        """The beginning of every activity's address."""
        return self.activity_base or self.home_page
