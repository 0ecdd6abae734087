"""What judges one playback besides its own state: rules, deadline, identity.

Looked up once for each request from the core's views; no rule is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.sdk.clock import epoch_ms
from app.sdk.courses import OfferingView
from app.sdk.errors import NotFoundError
from app.sdk.people import EnrolmentView
from app.sdk.runtime import runtime
from plugins.video_progress.domain.credit import Grounds
from plugins.video_progress.domain.rules import PlaybackRules


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackContext:
    """Rules in force and grounds of credit for one enrolment in one offering."""

    enrolment: EnrolmentView
    offering: OfferingView
    rules: PlaybackRules
    rule_version: str
    deadline: datetime | None

    def grounds(self) -> Grounds:
        """Return the grounds of credit; what the days already hold is added under the lock."""
        verified = self.enrolment.identity_verified_at
        return Grounds(
            deadline_ms=None if self.deadline is None else epoch_ms(self.deadline),
            verified_from_ms=None if verified is None else epoch_ms(verified),
        )

    def judging(self) -> dict[str, Any]:
        """Return rules and grounds as they are kept with what they judged: both may change later."""
        grounds = self.grounds()
        return {
            "rules": asdict(self.rules),
            "deadline_ms": grounds.deadline_ms,
            "verified_from_ms": grounds.verified_from_ms,
        }


def judged(kept: Mapping[str, Any]) -> tuple[PlaybackRules, Grounds]:
    """Return the rules and grounds that judging() wrote."""
    fields = dict(kept["rules"])
    fields["challenge_interval_ms"] = tuple(fields["challenge_interval_ms"])
    grounds = Grounds(deadline_ms=kept["deadline_ms"], verified_from_ms=kept["verified_from_ms"])
    return PlaybackRules(**fields), grounds


def context_for(enrolment_id: int, offering_id: str) -> PlaybackContext:
    """Return the context of a playback. Raises NotFoundError when enrolment or offering are gone."""
    enrolment = runtime().people.enrolment(enrolment_id)
    offering = runtime().catalogue.offering(offering_id)
    if enrolment is None or offering is None:
        raise NotFoundError
    return context_of(enrolment, offering)


def context_of(enrolment: EnrolmentView, offering: OfferingView) -> PlaybackContext:
    """Return rules and grounds for an enrolment in an offering."""
    in_force = runtime().plans.rules_for(enrolment.plan_id)
    keys = dict(in_force.values)
    if offering.challenge_interval_ms is not None:
        # A course may ask more often than the programme, never more rarely.
        shortest, longest = offering.challenge_interval_ms
        keys["challenge.interval_seconds"] = [shortest / 1000, longest / 1000]
    rules = PlaybackRules.from_keys(keys)
    if enrolment.accommodation:
        rules = rules.accessible()
    plan = runtime().plans.plan(enrolment.plan_id)
    deadlines = [at for at in (offering.deadline, plan.online_deadline if plan else None) if at is not None]
    return PlaybackContext(
        enrolment=enrolment,
        offering=offering,
        rules=rules,
        rule_version=in_force.version,
        deadline=min(deadlines) if deadlines else None,
    )
