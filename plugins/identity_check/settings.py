"""Deployment values: whether faces may be compared here at all, by whom and how strictly."""

from typing import Literal, Self

from pydantic import Field, model_validator

from app.sdk.settings import PluginSettings, plugin_prefix


class IdentityCheckSettings(PluginSettings):
    """ANXUE_IDENTITY_CHECK_…; without an impact assessment the face way stays closed.

    The limits belong to the provider and are calibrated with it: see the README.
    """

    model_config = plugin_prefix("identity_check")

    face_assessment_id: str = ""
    provider: Literal["built_in", "none"] = "built_in"
    match_from: float = Field(default=0.45, ge=-1, le=1)
    retry_from: float = Field(default=0.36, ge=-1, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.retry_from > self.match_from:
            raise ValueError("ANXUE_IDENTITY_CHECK_RETRY_FROM must not be above …_MATCH_FROM")
        return self
