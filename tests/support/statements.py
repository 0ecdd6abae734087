"""Statements in the outbox for tests, and the feed that sends them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import orjson

from app.sdk.db import new_id
from app.sdk.outbox import enqueue
from app.sdk.uow import UnitOfWork, unit_of_work
from plugins.xapi_feed.gateway.lrs import RecordStoreClient
from plugins.xapi_feed.service.delivery import Drain, RecordStore
from plugins.xapi_feed.service.telling import DESTINATION, TOPIC

WHATEVER = "the stub lets everybody in"


def statement_body(statement_id: str, actor: str, number: int) -> bytes:
    """Return the frozen bytes of a small statement."""
    return orjson.dumps(
        {
            "id": statement_id,
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": "https://learning.example", "name": actor},
            },
            "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
            "object": {"objectType": "Activity", "id": f"https://learning.example/lessons/{number}"},
            "timestamp": "2025-10-20T02:00:00.000Z",
            "version": "1.0.3",
        }
    )


def frozen_statements(count: int, *, actors: int = 3) -> dict[str, bytes]:
    """Put count statements of some actors into the outbox; return their bytes by id, in order."""
    made: dict[str, bytes] = {}
    with unit_of_work() as uow:
        for number in range(count):
            statement_id, actor = new_id(), f"actor-{number % actors}"
            made[statement_id] = statement_body(statement_id, actor, number)
            enqueue(
                uow.session,
                topic=TOPIC,
                message_id=statement_id,
                body=made[statement_id],
                ordering_key=actor,
                destinations=(DESTINATION,),
                now=uow.now,
            )
        uow.commit()
    return made


def actor_of(body: bytes) -> str:
    """Return whose statement body is."""
    return str(orjson.loads(body)["actor"]["account"]["name"])


def client(
    endpoint: str, *, key: str = "feed", secret: str = WHATEVER, exchange_seconds: float = 1.0
) -> RecordStoreClient:
    """Return the real client, less patient than in service."""
    return RecordStoreClient(
        endpoint, key=key, secret=secret, version="1.0.3", exchange_seconds=exchange_seconds
    )


def drain_of(store: RecordStore, *, begin: Callable[[], UnitOfWork] = unit_of_work, seed: int = 1) -> Drain:
    """Return the real drain into store."""
    return Drain(store, begin, destination=DESTINATION, rng=Random(seed))
