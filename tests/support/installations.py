"""Applications for tests: real settings, a folder of their own, a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.settings import Settings, load_settings

# A Monday morning in Shandong, inside a programme cycle and before its deadline.
MORNING = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)

BASE_URL = "http://localhost"
"""Where Flask's test client believes to be."""


def settings_for(folder: Path, *, database_url: str, **more: Any) -> Settings:
    """Return the settings of a sample installation in folder."""
    given: dict[str, Any] = {
        "mode": "sample",
        "data_dir": folder,
        "base_url": BASE_URL,
        "database_url": database_url,
        # Nobody listens: a doorbell must not matter for what is right.
        "broker_url": "memory://",
        "secret_key": "for-tests-only-" + "0123456789abcdef" * 2,
        "vault_key": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "login_attempts_per_minute": 1000,
    }
    return load_settings(**{**given, **more})
