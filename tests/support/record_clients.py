"""A system that speaks xAPI to our record store through Flask's test client."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.sdk.uow import unit_of_work
from plugins.record_store.service.credentials import SCOPES, create_credential

KEY, SECRET = "city.feed", "0123456789abcdefghijklmnopqrstuv"


def enter_system(app: Flask, *, key: str = KEY, scopes: tuple[str, ...] = SCOPES) -> None:
    """Give a system credentials."""
    with app.app_context(), unit_of_work() as uow:
        create_credential(uow, key=key, secret=SECRET, scopes=scopes)
        uow.commit()


class Sender:
    """Speaks with credentials and a version, unless told otherwise."""

    def __init__(self, client: FlaskClient, *, key: str = KEY, secret: str = SECRET) -> None:
        self._client = client
        shown = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {shown}", "X-Experience-API-Version": "1.0.3"}

    def post(self, content: Any, **more: Any) -> TestResponse:
        """POST a statement, an array of them, or bytes as they are."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        given: dict[str, Any] = {
            "headers": self.headers,
            "data": body,
            "content_type": "application/json",
            **more,
        }
        return self._client.post("/xapi/statements", **given)

    def put(self, statement_id: str, content: Any) -> TestResponse:
        """PUT a statement under an id."""
        return self._client.put(
            "/xapi/statements",
            query_string={"statementId": statement_id},
            headers=self.headers,
            data=json.dumps(content),
            content_type="application/json",
        )

    def get(self, path: str = "/xapi/statements", **asked: Any) -> TestResponse:
        """GET what is asked."""
        return self._client.get(path, query_string=asked or None, headers=self.headers)

    def listed(self, **asked: Any) -> list[dict[str, Any]]:
        """Return the statements of the first page of an answer."""
        answer = self.get(**asked)
        assert answer.status_code == 200, answer.text
        statements: list[dict[str, Any]] = answer.json["statements"] if answer.json else []
        return statements


def statement(number: int, **more: Any) -> dict[str, Any]:
    """Return the number-th of many different statements."""
    return {
        "id": f"11111111-1111-4111-8111-{number:012d}",
        "actor": {"account": {"homePage": "https://a.example", "name": f"learner-{number % 2}"}},
        "verb": {"id": f"https://a.example/verbs/{number % 3}"},
        "object": {"id": f"https://a.example/things/{number}"},
        "timestamp": "2025-10-20T02:00:00.000Z",
        "version": "1.0.3",
        **more,
    }


def numbers(statements: list[Mapping[str, Any]] | list[dict[str, Any]]) -> list[int]:
    """Return which of the many statements these are."""
    return [int(str(one["id"])[-12:]) for one in statements]
