"""Routes for those who run the installation and those who write programs against it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import text

from app.kernel.openapi import openapi
from app.sdk.db import read
from app.sdk.web import public

pages = Blueprint("operations", __name__)


@pages.get("/healthz")
@public("says only that the process answers")
def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@pages.get("/readyz")
@public("says only whether the database answers")
def readyz() -> dict[str, str]:
    """The process can work: the database answers (503 otherwise)."""
    read().execute(text("SELECT 1"))
    return {"status": "ready"}


@pages.get("/api/v1/openapi.json")
@public("the description of the interface holds no data")
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi(current_app._get_current_object())  # type: ignore[attr-defined]
