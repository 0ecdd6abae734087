"""The description of the HTTP interface, made from the routes themselves (OpenAPI 3.1)."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.sdk.web import Operation, access_of, operation_of

_PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
PROBLEM = {
    "description": "A refusal (RFC 9457); `code` is stable",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["title", "status", "code"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "code": {"type": "string"},
                    "request_id": {"type": "string"},
                },
            }
        }
    },
}


def openapi(app: Flask) -> dict[str, Any]:
    """Return the document for every route below /api/v1 that describes itself."""
    described = [
        (rule, view, operation)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if rule.rule.startswith("/api/v1")
        and (view := app.view_functions[rule.endpoint])
        and (operation := operation_of(view))
    ]
    models = {
        model
        for _, _, operation in described
        for model in (operation.request, operation.response)
        if model is not None
    }
    references, schemas = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, dict[str, Any]] = {}
    for rule, view, operation in described:
        path = _PARAMETER.sub(r"{\1}", rule.rule)
        access = access_of(view)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            described_as: dict[str, Any] = {
                "operationId": rule.endpoint,
                "summary": operation.summary,
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in _PARAMETER.findall(rule.rule)
                ],
                "responses": {str(operation.status): _answer(operation, references), "default": PROBLEM},
                "security": [{"session": []}] if access and access.permission else [],
            }
            if (sent := _sent(operation, references)) is not None:
                described_as["requestBody"] = sent
            paths.setdefault(path, {})[method.lower()] = described_as
    return {
        "openapi": "3.1.0",
        "info": {"title": "Anxue", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "anxue_session"}},
        },
    }


def _answer(operation: Operation, references: dict[Any, Any]) -> dict[str, Any]:
    if operation.response is None:
        return {"description": "Done"}
    return {
        "description": (operation.response.__doc__ or "").strip().split("\n")[0],
        "content": {"application/json": {"schema": _reference(operation.response, references)}},
    }


def _sent(operation: Operation, references: dict[Any, Any]) -> dict[str, Any] | None:
    if operation.request is not None:
        content: dict[str, Any] = {"application/json": {"schema": _reference(operation.request, references)}}
    elif operation.multipart is not None:
        fields = {name: {"type": "string", "description": text} for name, text in operation.multipart.items()}
        content = {"multipart/form-data": {"schema": {"type": "object", "properties": fields}}}
    else:
        return None
    return {"required": True, "content": content}


def _reference(model: type[BaseModel], references: dict[Any, Any]) -> Any:
    return references[(model, "serialization")]
