"""Prepares an installation and tells the launcher how far it is, one JSON object a line on stdout.

A process of its own, so that the launcher stays small and a start that needs
no preparation does not pay for it. Lines: {"step": "schema"} when the database
is of this version, {"step": "accounts", …} with what sample.json is to hold,
{"step": "videos", …} as often as something changes, {"step": "done"} when all
videos are prepared or have failed. It ends with status 1 when the installation
must not start, with the reasons on stderr.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from app import sample
from app.accounts.models import Role
from app.factory import create_app
from app.kernel.migrate import upgrade
from app.kernel.plugins import PluginFaultsError
from app.launcher_data import sample_of, write_sample
from app.sdk.courses import OfferingView
from app.sdk.people import Industry, TraineeCategory
from app.sdk.runtime import EXTENSION, runtime
from app.settings import Mode, Settings, SettingsError, load_settings, make_secrets

LOOKS_EVERY_SECONDS = 0.5
STORE_VARIABLE = "ANXUE_SAMPLE_STORE_SECRET"
ENDED = ("ready", "failed")


def main() -> int:
    """Prepare the installation that the environment describes."""
    try:
        settings = fit_settings()
        app = create_app(settings)
    except (SettingsError, PluginFaultsError) as faults:
        sys.stderr.write(f"Anxue cannot start like this:\n{faults}\n")
        return 1
    upgrade(app.extensions[EXTENSION].engine)
    tell("schema")
    if settings.sample:
        accounts = sample_accounts(settings)
        with app.app_context():
            sample.load({login: account["password"] for login, account in accounts.items()})
            admit_own_feed(settings)
        tell("accounts", accounts=accounts)
        follow_videos(app)
    tell("done")
    return 0


def fit_settings() -> Settings:
    """Return the settings; a sample installation is given secrets of its own, a real one must have them."""
    if os.environ["ANXUE_MODE"] == Mode.SAMPLE:
        make_secrets(Path(os.environ["ANXUE_DATA_DIR"]))
    return load_settings()


def sample_accounts(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the sample accounts with the passwords of sample.json.

    A password that is not there yet is drawn and written down first, and only
    then used: whatever happens in between, the accounts can be entered.
    """
    facts = sample_of(settings.data_dir)
    accounts: dict[str, dict[str, Any]] = {
        login: {
            "password": facts["accounts"].get(login, {}).get("password") or new_password(),
            "name": name,
            "roles": [role.value],
        }
        for login, (name, role) in sample_people().items()
    }
    write_sample(settings.data_dir, {**facts, "accounts": accounts})
    return accounts


def admit_own_feed(settings: Settings) -> None:
    """Give our own feed credentials of the record store, by the command with which any system gets them."""
    store = sample_of(settings.data_dir)["record_store"]
    os.environ[STORE_VARIABLE] = store["secret"]
    for command in (command for plugin in runtime().plugins for command in plugin.commands()):
        if command.name == "records":
            create = ["credential", "create", "--key", store["key"], "--secret-from-env", STORE_VARIABLE]
            # What it prints is for people; our stdout is read by the launcher.
            with contextlib.redirect_stdout(sys.stderr):
                command.main(create, standalone_mode=False)


def new_password() -> str:
    """Return a password of 58 bits without letters that are taken for each other."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(12))


def sample_people() -> dict[str, tuple[str, Role]]:
    """Return name and role of every sample login, trainees first."""
    trainees = {login: (name, Role.TRAINEE) for login, (name, _post, _industry) in sample.TRAINEES.items()}
    return {**trainees, **sample.STAFF}


def follow_videos(app: Flask) -> None:
    """Tell of the videos whenever something has changed, until all are prepared or have failed."""
    told: list[dict[str, object]] = []
    while True:
        with app.app_context():
            videos = list(videos_now())
        if videos != told:
            tell("videos", videos=videos)
            told = videos
        if all(video["state"] in ENDED for video in videos):
            return
        time.sleep(LOOKS_EVERY_SECONDS)


def videos_now() -> Iterator[dict[str, object]]:
    """Yield every offered lesson with a video, and how far its preparation is."""
    for category in TraineeCategory:
        for offering in offered_to(category):
            for lesson in offering.lessons:
                asset = runtime().media.asset(lesson.asset_id) if lesson.asset_id else None
                if asset is not None:
                    yield {
                        "category": category.value,
                        "title": lesson.title,
                        "state": asset.state,
                        "percent": asset.percent,
                        "reason": asset.reason,
                    }


def offered_to(category: TraineeCategory) -> list[OfferingView]:
    """Return every offering of a category, whichever industry it is for."""
    visible = {
        offering.id: offering
        for industry in (None, *Industry)
        for offering in runtime().catalogue.visible_to(category, industry)
    }
    return list(visible.values())


def tell(step: str, **what: object) -> None:
    """Write one line to the launcher."""
    sys.stdout.write(json.dumps({"step": step, **what}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
