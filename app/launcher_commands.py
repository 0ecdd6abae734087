"""What the launcher starts: the command lines and the environment of the parts of an installation.

The only place that knows how the processes are called and which variables
they are given. Standard library only.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.launcher_data import SAMPLE, Data

HOST = "127.0.0.1"
# Most of them wait for the commit that their beat is part of: app.kernel.gate bounds the rest.
BLOCKING_THREADS = 64

# Face comparison needs the number of an impact assessment (personal information
# protection law, art. 55). A sample installation is given one that says what it is.
SAMPLE_ASSESSMENT = "SAMPLE-PIA-0001"


def preparation() -> list[str]:
    """Return the command that prepares the installation."""
    return [sys.executable, "-P", "-m", "app.launcher_prepare"]


def web(port: int) -> list[str]:
    """Return the command of the web process: one worker, several threads, this machine only.

    Real installations put nginx in front of it: docs/operations.md.
    """
    return [
        *(sys.executable, "-P", "-m", "granian", "--interface", "wsgi"),
        *("--host", HOST, "--port", str(port), "--workers", "1", "--no-ws"),
        *("--blocking-threads", str(BLOCKING_THREADS), "--workers-kill-timeout", "5"),
        "app.wsgi:application",
    ]


def worker() -> list[str]:
    """Return the command of Celery's worker, with its scheduler inside."""
    return [sys.executable, "-P", "-m", "app.worker"]


def environment(data: Data, *, port: int, sample: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of everything that is started: this one, and where and in which mode we are."""
    made = dict(os.environ)
    # ffmpeg and the like are found as before; programs of our own environment come first.
    made["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), made.get("PATH", os.defpath)))
    made["PYTHONUNBUFFERED"] = "1"
    made["ANXUE_MODE"] = data.mode
    made["ANXUE_DATA_DIR"] = str(data.folder)
    if data.mode != SAMPLE:
        made.setdefault("ANXUE_BASE_URL", f"http://{HOST}:{port}")
        return made
    made["ANXUE_BASE_URL"] = sample["base_url"]
    made.setdefault("ANXUE_IDENTITY_CHECK_FACE_ASSESSMENT_ID", SAMPLE_ASSESSMENT)
    if "ANXUE_XAPI_FEED_ENDPOINT" not in made:
        store = sample["record_store"]
        made["ANXUE_XAPI_FEED_ENDPOINT"] = store["endpoint"]
        made["ANXUE_XAPI_FEED_KEY"] = store["key"]
        made["ANXUE_XAPI_FEED_SECRET"] = store["secret"]
    return made


def decided(made: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the launcher added to the environment it was given itself.

    These may be written down for the console script. What people put into the
    environment, secrets above all, stays there.
    """
    return {
        name: value
        for name, value in made.items()
        if name.startswith("ANXUE_") and os.environ.get(name) != value
    }


def sample_facts(kept: Mapping[str, Any], *, port: int) -> dict[str, Any]:
    """Return what sample.json says on this port; the record store keeps its key and secret."""
    base_url = f"http://{HOST}:{port}"
    store = kept.get("record_store", {})
    return {
        "base_url": base_url,
        "accounts": kept.get("accounts", {}),
        "record_store": {
            "endpoint": f"{base_url}/xapi",
            "key": store.get("key") or f"sample-{secrets.token_hex(4)}",
            "secret": store.get("secret") or secrets.token_urlsafe(32),
        },
    }
