"""The page of events names every event there is, and no other."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import app.sdk.events as package
from app.sdk.events.base import Event

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_every_event_has_its_row() -> None:
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    named = {
        kind.name for kind in _kinds(Event) if "name" in vars(kind) and kind.__module__.startswith("app.")
    }
    assert named == set(re.findall(r"`([a-z_]+\.[a-z_]+\.v\d+)`", PAGE.read_text("utf-8")))


def _kinds(kind: type[Event]) -> set[type[Event]]:
    return {kind}.union(*(_kinds(each) for each in kind.__subclasses__()))
