"""Whether a statement keeps the specification, part by part.

Pure: parsed JSON in, a StatementFaultError naming the property out, or
nothing. Nothing is repaired: what a store corrects, it no longer proves.
Source: xAPI 1.0.3 part two, section 2; IEEE 9274.1.1 where 2.0 differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from plugins.record_store.domain import shapes
from plugins.record_store.domain.activities import check_activity
from plugins.record_store.domain.actors import check_agent, check_agent_or_group, check_group
from plugins.record_store.domain.shapes import at, fault

VOIDED: Final = "http://adlnet.gov/expapi/verbs/voided"
CONTEXT_ACTIVITIES: Final = ("parent", "grouping", "category", "other")

_SAID = frozenset({"actor", "verb", "object", "result", "context", "timestamp", "attachments"})
_STATEMENT = _SAID | {"id", "stored", "authority", "version"}
_CONTEXT = frozenset(
    {
        "registration",
        "instructor",
        "team",
        "contextActivities",
        "revision",
        "platform",
        "language",
        "statement",
        "extensions",
    }
)
_CONTEXT_OF_2 = _CONTEXT | {"contextAgents", "contextGroups"}


def check_statement(value: Any, path: str, *, version: str) -> None:
    """Refuse what is no statement. version is the one the request speaks: "1.0.3" or "2.0.0"."""
    statement = shapes.an_object(value, path, known=_STATEMENT)
    if "id" in statement:
        shapes.a_uuid(statement["id"], at(path, "id"))
    for key in ("timestamp", "stored"):
        if key in statement:
            shapes.a_timestamp(statement[key], at(path, key))
    if "version" in statement:
        _check_version(statement["version"], at(path, "version"), version)
    if "authority" in statement:
        check_agent_or_group(statement["authority"], at(path, "authority"))
    _check_said(statement, path, version)
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise fault(at(path, "object"), "of a voiding statement must be a StatementRef")


def _check_said(statement: Mapping[str, Any], path: str, version: str) -> None:
    """Check what statements and substatements share."""
    for key in ("actor", "verb", "object"):
        if key not in statement:
            raise fault(at(path, key), "is required")
    check_agent_or_group(statement["actor"], at(path, "actor"))
    verb = shapes.an_object(statement["verb"], at(path, "verb"), required=("id",), known=("id", "display"))
    shapes.an_iri(verb["id"], at(path, "verb.id"))
    if "display" in verb:
        shapes.a_language_map(verb["display"], at(path, "verb.display"))
    _check_object(statement["object"], at(path, "object"), version)
    if "result" in statement:
        _check_result(statement["result"], at(path, "result"))
    if "context" in statement:
        about_activity = statement["object"].get("objectType", "Activity") == "Activity"
        _check_context(statement["context"], at(path, "context"), about_activity, version)
    for place, part in enumerate(shapes.an_array(statement.get("attachments", []), at(path, "attachments"))):
        _check_attachment(part, f"{at(path, 'attachments')}[{place}]")


def _check_object(value: Any, path: str, version: str) -> None:
    kind = shapes.an_object(value, path).get("objectType", "Activity")
    match kind:
        case "Activity":
            check_activity(value, path)
        case "Agent":
            check_agent(value, path)
        case "Group":
            check_group(value, path)
        case "StatementRef":
            _check_reference(value, path)
        case "SubStatement":
            inner = shapes.an_object(value, path, known=_SAID | {"objectType"})
            if isinstance(inner.get("object"), dict) and inner["object"].get("objectType") == "SubStatement":
                raise fault(f"{path}.object", "must not be a SubStatement again")
            if "timestamp" in inner:
                shapes.a_timestamp(inner["timestamp"], f"{path}.timestamp")
            _check_said(inner, path, version)
        case _:
            raise fault(f"{path}.objectType", "is none of the specification's")


def _check_reference(value: Any, path: str) -> None:
    reference = shapes.an_object(value, path, required=("objectType", "id"), known=("objectType", "id"))
    if reference["objectType"] != "StatementRef":
        raise fault(f"{path}.objectType", 'must be "StatementRef"')
    shapes.a_uuid(reference["id"], f"{path}.id")


def _check_result(value: Any, path: str) -> None:
    result = shapes.an_object(
        value, path, known=("score", "success", "completion", "response", "duration", "extensions")
    )
    for key in ("success", "completion"):
        if key in result:
            shapes.a_boolean(result[key], f"{path}.{key}")
    if "response" in result:
        shapes.a_string(result["response"], f"{path}.response")
    if "duration" in result:
        shapes.a_duration(result["duration"], f"{path}.duration")
    if "extensions" in result:
        shapes.extensions(result["extensions"], f"{path}.extensions")
    if "score" in result:
        _check_score(result["score"], f"{path}.score")


def _check_score(value: Any, path: str) -> None:
    score = shapes.an_object(value, path, known=("scaled", "raw", "min", "max"))
    figures = {key: shapes.a_number(figure, f"{path}.{key}") for key, figure in score.items()}
    if not -1 <= figures.get("scaled", 0) <= 1:
        raise fault(f"{path}.scaled", "must lie between -1 and 1")
    lowest, highest = figures.get("min", float("-inf")), figures.get("max", float("inf"))
    if lowest >= highest:
        raise fault(f"{path}.min", "must be less than max")
    if "raw" in figures and not lowest <= figures["raw"] <= highest:
        raise fault(f"{path}.raw", "must lie between min and max")


def _check_context(value: Any, path: str, about_activity: bool, version: str) -> None:
    newer = version.startswith("2.")
    context = shapes.an_object(value, path, known=_CONTEXT_OF_2 if newer else _CONTEXT)
    if "registration" in context:
        shapes.a_uuid(context["registration"], f"{path}.registration")
    if "instructor" in context:
        check_agent_or_group(context["instructor"], f"{path}.instructor")
    if "team" in context:
        check_group(context["team"], f"{path}.team")
    for key in ("revision", "platform"):
        if key in context:
            shapes.a_string(context[key], f"{path}.{key}")
            if not about_activity:
                raise fault(f"{path}.{key}", "is only for statements about an activity")
    if "language" in context:
        shapes.a_language(context["language"], f"{path}.language")
    if "statement" in context:
        _check_reference(context["statement"], f"{path}.statement")
    if "extensions" in context:
        shapes.extensions(context["extensions"], f"{path}.extensions")
    if "contextActivities" in context:
        _check_context_activities(context["contextActivities"], f"{path}.contextActivities")
    for key, who in (("contextAgents", "agent"), ("contextGroups", "group")):
        for place, part in enumerate(shapes.an_array(context.get(key, []), f"{path}.{key}")):
            _check_relevant(part, f"{path}.{key}[{place}]", who)


def _check_context_activities(value: Any, path: str) -> None:
    for key, given in shapes.an_object(value, path, known=CONTEXT_ACTIVITIES).items():
        activities = given if isinstance(given, list) else [given]
        for place, activity in enumerate(activities):
            check_activity(activity, f"{path}.{key}[{place}]")


def _check_relevant(value: Any, path: str, who: str) -> None:
    kind = "contextAgent" if who == "agent" else "contextGroup"
    entry = shapes.an_object(
        value, path, required=("objectType", who), known=("objectType", who, "relevantTypes")
    )
    if entry["objectType"] != kind:
        raise fault(f"{path}.objectType", f'must be "{kind}"')
    (check_agent if who == "agent" else check_group)(entry[who], f"{path}.{who}")
    for place, relevant in enumerate(
        shapes.an_array(entry.get("relevantTypes", []), f"{path}.relevantTypes")
    ):
        shapes.an_iri(relevant, f"{path}.relevantTypes[{place}]")


def _check_attachment(value: Any, path: str) -> None:
    attachment = shapes.an_object(
        value,
        path,
        required=("usageType", "display", "contentType", "length", "sha2"),
        known=("usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"),
    )
    shapes.an_iri(attachment["usageType"], f"{path}.usageType")
    for key in ("display", "description"):
        if key in attachment:
            shapes.a_language_map(attachment[key], f"{path}.{key}")
    for key in ("contentType", "sha2"):
        shapes.a_string(attachment[key], f"{path}.{key}")
    length = attachment["length"]
    if isinstance(length, bool) or not isinstance(length, int) or length < 0:
        raise fault(f"{path}.length", "must be a whole number of bytes")
    if "fileUrl" not in attachment:
        raise fault(f"{path}.fileUrl", "is required, because this store takes no attached files yet")
    shapes.an_iri(attachment["fileUrl"], f"{path}.fileUrl")


def _check_version(value: Any, path: str, spoken: str) -> None:
    text = shapes.a_string(value, path)
    known = text == "1.0" or text.startswith("1.0.") or (spoken.startswith("2.") and text.startswith("2.0."))
    if not known:
        raise fault(path, f"does not fit a request of version {spoken}")
