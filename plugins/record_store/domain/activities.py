"""Activities and their definitions. Source: xAPI 1.0.3 part two, 2.4.4.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.record_store.domain import shapes
from plugins.record_store.domain.shapes import fault

_COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "true-false": (),
    "fill-in": (),
    "long-fill-in": (),
    "numeric": (),
    "other": (),
    "choice": ("choices",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "matching": ("source", "target"),
    "performance": ("steps",),
}
_ALL_COMPONENTS = ("choices", "scale", "source", "target", "steps")
_DEFINITION = frozenset(
    {
        "name",
        "description",
        "type",
        "moreInfo",
        "extensions",
        "interactionType",
        "correctResponsesPattern",
        *_ALL_COMPONENTS,
    }
)


def check_activity(value: Any, path: str) -> None:
    """Refuse what is no activity."""
    activity = shapes.an_object(value, path, required=("id",), known=("objectType", "id", "definition"))
    if activity.get("objectType", "Activity") != "Activity":
        raise fault(f"{path}.objectType", 'must be "Activity"')
    shapes.an_iri(activity["id"], f"{path}.id")
    if "definition" in activity:
        _check_definition(activity["definition"], f"{path}.definition")


def _check_definition(value: Any, path: str) -> None:
    definition = shapes.an_object(value, path, known=_DEFINITION)
    for key in ("name", "description"):
        if key in definition:
            shapes.a_language_map(definition[key], f"{path}.{key}")
    for key in ("type", "moreInfo"):
        if key in definition:
            shapes.an_iri(definition[key], f"{path}.{key}")
    if "extensions" in definition:
        shapes.extensions(definition["extensions"], f"{path}.extensions")
    _check_interaction(definition, path)


def _check_interaction(definition: Mapping[str, Any], path: str) -> None:
    given = [key for key in _ALL_COMPONENTS if key in definition]
    if "interactionType" not in definition:
        if given or "correctResponsesPattern" in definition:
            raise fault(f"{path}.interactionType", "is required beside the parts of an interaction")
        return
    kind = shapes.a_string(definition["interactionType"], f"{path}.interactionType")
    if kind not in _COMPONENTS:
        raise fault(f"{path}.interactionType", f"must be one of {', '.join(_COMPONENTS)}")
    patterns = shapes.an_array(
        definition.get("correctResponsesPattern", []), f"{path}.correctResponsesPattern"
    )
    for place, pattern in enumerate(patterns):
        shapes.a_string(pattern, f"{path}.correctResponsesPattern[{place}]")
    for key in given:
        if key not in _COMPONENTS[kind]:
            raise fault(f"{path}.{key}", f'does not belong to an interaction of type "{kind}"')
        _check_components(definition[key], f"{path}.{key}")


def _check_components(value: Any, path: str) -> None:
    seen: set[str] = set()
    for place, part in enumerate(shapes.an_array(value, path)):
        here = f"{path}[{place}]"
        component = shapes.an_object(part, here, required=("id",), known=("id", "description"))
        name = shapes.a_string(component["id"], f"{here}.id")
        if name in seen:
            raise fault(f"{here}.id", "stands twice")
        seen.add(name)
        if "description" in component:
            shapes.a_language_map(component["description"], f"{here}.description")
