"""Carries events to their hearers, inside the publisher's transaction, in load order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from app.sdk.events.base import Event
from app.sdk.plugin import Subscription
from app.sdk.uow import UnitOfWork


class EventBus:
    """A hearer that fails makes the whole transaction fail: facts and their consequences stay together."""

    def __init__(self, subscriptions: Iterable[Subscription] = ()) -> None:
        self._hearers: dict[type[Event], list[Callable[[Any, UnitOfWork], None]]] = defaultdict(list)
        for subscription in subscriptions:
            self._hearers[subscription.event].append(subscription.hear)

    def publish(self, event: Event, uow: UnitOfWork) -> None:
        """Let every hearer of exactly this kind of event act."""
        for hear in self._hearers.get(type(event), ()):
            hear(event, uow)
