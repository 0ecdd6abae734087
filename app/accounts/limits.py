"""How often somebody may try to sign in, per account and per address, wherever a password is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.sdk.auth import signed_in_or_none

V = TypeVar("V", bound=Callable[..., Any])

# Whole training rooms share one address: the limit per address is wide, the one per account is narrow.
ADDRESS_FACTOR = 20

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def install_limits(app: Flask, storage: str) -> None:
    """Count in storage: memory for one process, Redis for several."""
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter.init_app(app)


def limit_login(view: V) -> V:
    """Bound the tries at a view that checks a password."""
    by_account = limiter.limit(
        lambda: f"{current_app.config['ANXUE_LOGIN_ATTEMPTS']} per minute",
        key_func=_account,
        methods=["POST"],
    )
    by_address = limiter.limit(
        lambda: f"{current_app.config['ANXUE_LOGIN_ATTEMPTS'] * ADDRESS_FACTOR} per minute",
        key_func=get_remote_address,
        methods=["POST"],
    )
    return cast(V, by_address(by_account(view)))


def _account() -> str:
    person = signed_in_or_none()
    if person is not None:
        return f"person:{person.person_id}"
    sent = request.form.get("login") or (request.get_json(silent=True) or {}).get("login", "")
    return f"login:{str(sent).strip().lower()[:80]}"
