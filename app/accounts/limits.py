"""How often somebody may try to sign in, per account and per address, wherever a password is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.sdk.auth import signed_in

V = TypeVar("V", bound=Callable[..., Any])

# Whole training rooms share one address: the limit per address is wide, the one per account is narrow.
ADDRESS_FACTOR = 20

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def install_limits(app: Flask, storage: str) -> None:
    """Count in storage: memory for one process, Redis for several."""
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter.init_app(app)


def limit_sign_in(login_sent: Callable[[], str]) -> Callable[[V], V]:
    """Bound the tries at the account that login_sent names, whoever tries it, and from one address."""

    def account() -> str:
        return f"login:{login_sent().strip().lower()[:80]}"

    # Without a login nothing is tried: such requests must not use up a counter that all of them share.
    by_account = limiter.limit(
        _tries, key_func=account, methods=["POST"], exempt_when=lambda: not login_sent().strip()
    )

    def limited(view: V) -> V:
        return cast(V, _by_address(by_account(view)))

    return limited


def limit_password(view: V) -> V:
    """Bound the tries at the password of whoever is signed in, whatever the request says of other logins."""
    by_person = limiter.limit(_tries, key_func=lambda: f"person:{signed_in().person_id}", methods=["POST"])
    return cast(V, _by_address(by_person(view)))


def _by_address(view: V) -> V:
    return cast(
        V,
        limiter.limit(
            lambda: f"{current_app.config['ANXUE_LOGIN_ATTEMPTS'] * ADDRESS_FACTOR} per minute",
            key_func=get_remote_address,
            methods=["POST"],
        )(view),
    )


def _tries() -> str:
    return f"{current_app.config['ANXUE_LOGIN_ATTEMPTS']} per minute"
