"""Routes for those who run the installation and those who write programs against it."""

from __future__ import annotations

import hmac
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy import text

from app.kernel import metrics
from app.kernel.openapi import openapi
from app.sdk.db import read
from app.sdk.errors import NotFoundError
from app.sdk.runtime import runtime
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


@pages.get("/metrics")
@public("asks for the token of the monitoring; without it there is nothing here")
def measure() -> Response:
    """How the installation fares, for Prometheus (404 without the token)."""
    token: str = current_app.config["ANXUE_METRICS_TOKEN"]
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFoundError
    now = runtime()
    return Response(
        metrics.page(read(), now.engine, now.clock.now()),
        content_type=metrics.CONTENT_TYPE,
    )


@pages.get("/api/v1/openapi.json")
@public("the description of the interface holds no data")
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi(current_app._get_current_object())  # type: ignore[attr-defined]
