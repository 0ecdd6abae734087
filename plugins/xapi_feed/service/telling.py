"""Freezes what an event says, in the transaction of the event itself.

If the fact is undone, so are its statements; if it is stored, they will be
sent, with the ids, times and bytes they have now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from app.sdk.courses import Catalogue
from app.sdk.db import new_id
from app.sdk.events.learning_time import HoursCredited
from app.sdk.events.playback import PlaybackEvent
from app.sdk.events.presence import ChallengeEvent
from app.sdk.outbox import enqueue
from app.sdk.people import People
from app.sdk.plans import Plans
from app.sdk.quantities import ONLINE_MINUTES_PER_CLASS_HOUR, CreditRule
from app.sdk.uow import UnitOfWork
from plugins.xapi_feed import store
from plugins.xapi_feed.domain.mapping import (
    JudgedBy,
    challenge_statement,
    course_activity,
    hours_statement,
    lesson_activity,
)
from plugins.xapi_feed.domain.statements import Account, Statement, frozen
from plugins.xapi_feed.domain.surroundings import Surroundings, registration
from plugins.xapi_feed.domain.video import video_statements
from plugins.xapi_feed.settings import FeedSettings

TOPIC = "xapi"
DESTINATION = "registry"


class Told(Protocol):
    """What every event we tell has."""

    @property
    def person_id(self) -> int: ...
    @property
    def enrolment_id(self) -> int: ...
    @property
    def offering_id(self) -> str: ...
    @property
    def lesson_id(self) -> str: ...


class UnknownPersonError(LookupError):
    """An event speaks of a person nobody knows: it must not be lost in silence, so nothing is stored."""


class Teller:
    """Tells events to the outbox."""

    def __init__(self, settings: FeedSettings, *, people: People, catalogue: Catalogue, plans: Plans) -> None:
        self._settings = settings
        self._people = people
        self._catalogue = catalogue
        self._plans = plans

    def tell_playback(self, event: PlaybackEvent, uow: UnitOfWork) -> None:
        """Freeze the video statements of event and remember its session."""
        around = self._surroundings(event, uow.now)
        place = {"playback_id": event.playback_id, "lesson_id": event.lesson_id}
        statements, viewing = video_statements(
            event,
            around,
            viewing=store.viewing_of(uow.session, event.playback_id),
            past=store.past_of(uow.session, registration=around.registration, **place),
        )
        store.keep(uow.session, viewing, registration=around.registration, **place)
        self._freeze(statements, uow)

    def tell_challenge(self, event: ChallengeEvent, uow: UnitOfWork) -> None:
        """Freeze the statement of a check."""
        self._freeze([challenge_statement(event, self._surroundings(event, uow.now))], uow)

    def tell_hours(self, event: HoursCredited, uow: UnitOfWork) -> None:
        """Freeze the statement of an entry of the ledger."""
        around = self._surroundings(event, uow.now)
        self._freeze([hours_statement(event, around, self._judged_by(event.enrolment_id))], uow)

    def _surroundings(self, event: Told, now: datetime) -> Surroundings:
        person = self._people.person(event.person_id)
        if person is None:
            raise UnknownPersonError(f"no person has the id {event.person_id}")
        offering = self._catalogue.offering(event.offering_id)
        lesson = offering.lesson(event.lesson_id) if offering else None
        base = self._settings.activities
        return Surroundings(
            actor=Account(home_page=self._settings.home_page, name=person.xapi_name),
            registration=registration(self._settings.home_page, event.enrolment_id, event.offering_id),
            activity_base=base,
            course=course_activity(base, event.offering_id, offering.title if offering else None),
            lesson=lesson_activity(base, event.lesson_id, lesson.title if lesson else None),
            now=now,
            fresh_id=new_id,
        )

    def _judged_by(self, enrolment_id: int) -> JudgedBy:
        enrolment = self._people.enrolment(enrolment_id)
        plan = self._plans.plan(enrolment.plan_id) if enrolment else None
        rules = self._plans.rules_for(plan.id if plan else None)
        minutes = rules.values.get("hours.online_minutes_per_class_hour", ONLINE_MINUTES_PER_CLASS_HOUR)
        return JudgedBy(
            plan=f"{self._settings.activities}/plans/{plan.id}/versions/{plan.version}" if plan else "",
            credit=CreditRule(
                minutes if isinstance(minutes, int) and minutes > 0 else ONLINE_MINUTES_PER_CLASS_HOUR
            ),
        )

    def _freeze(self, statements: Iterable[Statement], uow: UnitOfWork) -> None:
        for statement in statements:
            enqueue(
                uow.session,
                topic=TOPIC,
                message_id=statement.id,
                body=frozen(statement, version=self._settings.version),
                ordering_key=statement.actor.name,
                destinations=(DESTINATION,),
                now=uow.now,
            )
