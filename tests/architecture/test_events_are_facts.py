"""Events are past facts that cannot change: ids and quantities, no names, no ID numbers, no pictures."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from datetime import datetime
from typing import Any, Union

import pytest

from app.sdk.events import base, learning_time, playback, presence, session
from app.sdk.events.base import Event
from tests.support.source_tree import ROOT

FOLDER = ROOT / "app" / "sdk" / "events"
MODULES = (base, learning_time, playback, presence, session)

PERSONAL = re.compile(
    r"(^|_)(name|names|login|account|phone|mobile|tel|email|mail|address|birth|birthday|sex|gender|age|id_number|"
    r"id_card|uscc|passport|face|faces|portrait|picture|pictures|image|images|photo|frame|frames|snapshot|template|"
    r"embedding|score|ip|agent|device|password|secret|token|ticket|cookie|key|answer|title|text|note|comment)(_|$)"
)
# A digest tells nothing of what it was made from.
HARMLESS = re.compile(r"_digest$")
# Text may only be an id, a word of a fixed list, a version or a digest.
TEXT = re.compile(r"(_id|_digest|_version)$|^(source|code|method|kind|reason|purpose)$")
PLAIN = (str, int, bool, datetime)


EVENTS = [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, Event)
    and kind.__module__ == module.__name__
    and "name" in vars(kind)
]
FIELDS = [(kind, field.name) for kind in EVENTS for field in dataclasses.fields(kind)]


def parts(annotation: Any) -> set[Any]:
    """Return the plain types that a field is made of, values inside it included."""
    origin = typing.get_origin(annotation)
    if origin in (Union, types.UnionType, tuple):
        return {part for inner in typing.get_args(annotation) if inner is not ... for part in parts(inner)}
    if dataclasses.is_dataclass(annotation):
        hints = typing.get_type_hints(annotation)
        return {part for field in dataclasses.fields(annotation) for part in parts(hints[field.name])}
    return {annotation}


def test_there_are_events_to_speak_of() -> None:
    assert len(EVENTS) >= 10


def test_every_module_of_events_is_looked_at_here() -> None:
    looked_at = {module.__name__.rpartition(".")[2] for module in MODULES}

    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == looked_at


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_cannot_be_changed(kind: type[Event]) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_takes_no_attribute_it_does_not_declare(kind: type[Event]) -> None:
    assert "__dict__" not in {name for base in kind.__mro__[:-1] for name in vars(base)}


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_events_fields_are_given_by_name(kind: type[Event]) -> None:
    assert all(field.kw_only for field in dataclasses.fields(kind))


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_events_name_carries_a_version(kind: type[Event]) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+\.v[1-9]\d*", kind.name)


def test_no_two_events_have_one_name() -> None:
    assert len({kind.name for kind in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_no_field_of_an_event_holds_anything_personal(kind: type[Event], field: str) -> None:
    assert HARMLESS.search(field) or not PERSONAL.search(field)


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_text_in_an_event_is_an_id_or_a_word_of_a_list(kind: type[Event], field: str) -> None:
    holds_text = str in parts(typing.get_type_hints(kind)[field])

    assert not holds_text or TEXT.search(field) or field in ("credited", "refused")


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_an_event_is_made_of_ids_quantities_and_instants(kind: type[Event], field: str) -> None:
    assert parts(typing.get_type_hints(kind)[field]) <= {*PLAIN, type(None)}


@pytest.mark.parametrize(
    "field", ["name", "trainee_name", "id_number", "face_score", "frame", "mobile", "title"]
)
def test_a_personal_field_would_be_noticed(field: str) -> None:
    assert PERSONAL.search(field)
