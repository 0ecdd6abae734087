"""What every statement needs to know beside its event: who, in what, named how.

Pure: ids and addresses. Names of people never come this far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from plugins.xapi_feed.domain import vocabulary as word
from plugins.xapi_feed.domain.statements import Account, Activity, Context, Extensions, Result, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The frame of one event. now bounds its time: no statement comes from the future."""

    actor: Account
    registration: str
    activity_base: str
    course: Activity
    lesson: Activity
    now: datetime
    fresh_id: Callable[[], str]

    def about_video(
        self, verb: str, at: datetime, *, context: Extensions, result: Result | None, statement_id: str
    ) -> Statement:
        """Return a statement of the video profile about the lesson."""
        return self._statement(
            verb,
            self.lesson,
            at,
            Context(
                registration=self.registration,
                category=word.VIDEO_PROFILE,
                parent=self.course,
                extensions=context,
            ),
            result,
            statement_id,
        )

    def about(
        self, verb: str, thing: Activity, at: datetime, *, context: Extensions, result: Result | None
    ) -> Statement:
        """Return a statement of our own profile about something that belongs to the lesson."""
        return self._statement(
            verb,
            thing,
            at,
            Context(
                registration=self.registration,
                category=word.OUR_PROFILE,
                parent=self.lesson,
                extensions=context,
            ),
            result,
            self.fresh_id(),
        )

    def activity(self, kind: str, name: str, activity_type: str) -> Activity:
        """Return an activity of this installation, by the kind and name of its address."""
        return Activity(id=f"{self.activity_base}/{kind}/{name}", type=activity_type)

    def _statement(
        self,
        verb: str,
        thing: Activity,
        at: datetime,
        context: Context,
        result: Result | None,
        statement_id: str,
    ) -> Statement:
        return Statement(
            id=statement_id,
            actor=self.actor,
            verb=verb,
            verb_name=word.VERB_NAMES[verb],
            object=thing,
            happened_at=min(at, self.now),
            context=context,
            result=result,
        )


def registration(home_page: str, enrolment_id: int, offering_id: str) -> str:
    """Return the registration of an enrolment in an offering: always the same, nowhere twice.

    home_page belongs to it, because several installations feed one registry and
    count their enrolments alike.
    """
    return str(uuid5(UUID(word.REGISTRATIONS), f"{home_page} {enrolment_id} {offering_id}"))
