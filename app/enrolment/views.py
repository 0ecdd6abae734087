"""People, enrolments, plans and rules as the rest of Anxue may see them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import Organisation, Person
from app.enrolment.models import Enrolment, ProgrammeCycle, RuleSet, TrainingPlan
from app.sdk.clock import Clock, shanghai_day
from app.sdk.db import read
from app.sdk.errors import Json
from app.sdk.people import EnrolmentView, Industry, PersonView, TraineeCategory
from app.sdk.plans import PlanView, Rules
from app.sdk.remember import once_per_request

# The narrower scope wins (rules.md 7).
_SCOPES = ("cycle", "province", "organiser", "plan")


class PeopleDirectory:
    """Answers app.sdk.people.People from the reading session."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def person(self, person_id: int) -> PersonView | None:
        person = read().get(Person, person_id)
        return None if person is None else _person(person)

    def persons(self, person_ids: Collection[int]) -> Mapping[int, PersonView]:
        rows = read().execute(select(Person).where(Person.id.in_(person_ids))).unique().scalars()
        return {row.id: _person(row) for row in rows}

    def enrolment(self, enrolment_id: int) -> EnrolmentView | None:
        return once_per_request(("enrolment", enrolment_id), lambda: self._one(Enrolment.id == enrolment_id))

    def enrolment_of(self, person_id: int) -> EnrolmentView | None:
        found = once_per_request(("enrolment of", person_id), lambda: self._running(person_id))
        if found is not None:
            once_per_request(("enrolment", found.id), lambda: found)
        return found

    def _running(self, person_id: int) -> EnrolmentView | None:
        today = shanghai_day(self._clock.now())
        return self._one(
            and_(
                Enrolment.person_id == person_id,
                Enrolment.ended_at.is_(None),
                ProgrammeCycle.begins_on <= today,
                ProgrammeCycle.ends_on >= today,
            )
        )

    @staticmethod
    def _one(condition: ColumnElement[bool]) -> EnrolmentView | None:
        row = (
            read()
            .execute(
                select(Enrolment, TrainingPlan.category, Organisation.name)
                .join(TrainingPlan, Enrolment.plan_id == TrainingPlan.id)
                .join(ProgrammeCycle, TrainingPlan.cycle_id == ProgrammeCycle.id)
                .join(Organisation, Enrolment.organisation_id == Organisation.id)
                .where(condition)
                .order_by(ProgrammeCycle.begins_on.desc(), Enrolment.id.desc())
                .limit(1)
            )
            .first()
        )
        if row is None:
            return None
        enrolment, category, organisation = row
        return EnrolmentView(
            id=enrolment.id,
            person_id=enrolment.person_id,
            plan_id=enrolment.plan_id,
            category=TraineeCategory(category),
            industry=Industry(enrolment.industry) if enrolment.industry else None,
            post=enrolment.post,
            organisation=organisation,
            identity_verified_at=enrolment.identity_verified_at,
            accommodation=enrolment.accommodation,
        )


class PlanBook:
    """Answers app.sdk.plans.Plans from the reading session."""

    def __init__(self, clock: Clock, defaults: Mapping[str, Json]) -> None:
        self._clock = clock
        self._defaults = dict(defaults)

    def plan(self, plan_id: int) -> PlanView | None:
        found = self._found(plan_id)
        if found is None:
            return None
        plan, cycle, _ = found
        return PlanView(
            id=plan.id,
            cycle=cycle,
            category=TraineeCategory(plan.category),
            industry=Industry(plan.industry) if plan.industry else None,
            total_class_hours=plan.total_class_hours,
            online_class_hours=plan.online_class_hours,
            offline_class_hours=plan.total_class_hours - plan.online_class_hours,
            practical_class_hours=plan.practical_class_hours,
            online_deadline=plan.online_deadline,
            version=plan.version,
        )

    def rules_for(self, plan_id: int | None) -> Rules:
        return once_per_request(("rules", plan_id), lambda: self._rules_for(plan_id))

    def _rules_for(self, plan_id: int | None) -> Rules:
        values = dict(self._defaults)
        found = self._found(plan_id) if plan_id is not None else None
        if found is not None:
            plan, _, province_id = found
            for rules in self._rule_sets(plan, province_id):
                values.update(rules.values)
        canonical = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return Rules(version=hashlib.sha256(canonical.encode()).hexdigest()[:16], values=values)

    @staticmethod
    def _found(plan_id: int) -> tuple[TrainingPlan, str, int | None] | None:
        """Return the plan with the name of its cycle and the node its organiser belongs to."""

        def look() -> tuple[TrainingPlan, str, int | None] | None:
            row = (
                read()
                .execute(
                    select(TrainingPlan, ProgrammeCycle.name, Organisation.parent_id)
                    .join(ProgrammeCycle, TrainingPlan.cycle_id == ProgrammeCycle.id)
                    .join(Organisation, TrainingPlan.organiser_id == Organisation.id)
                    .where(TrainingPlan.id == plan_id)
                )
                .first()
            )
            return None if row is None else (row[0], row[1], row[2])

        return once_per_request(("plan", plan_id), look)

    def _rule_sets(self, plan: TrainingPlan, province_id: int | None) -> list[RuleSet]:
        scopes = [
            ("cycle", plan.cycle_id),
            ("province", province_id),
            ("organiser", plan.organiser_id),
            ("plan", plan.id),
        ]
        found = (
            read()
            .execute(
                select(RuleSet).where(
                    RuleSet.effective_from <= self._clock.now(),
                    or_(
                        *(
                            and_(RuleSet.scope == scope, RuleSet.scope_id == scope_id)
                            for scope, scope_id in scopes
                            if scope_id is not None
                        )
                    ),
                )
            )
            .scalars()
        )
        return sorted(found, key=lambda rules: (_SCOPES.index(rules.scope), rules.effective_from, rules.id))


def _person(person: Person) -> PersonView:
    return PersonView(
        id=person.id,
        public_id=person.public_id,
        login=person.login,
        name=person.name,
        roles=frozenset(grant.role for grant in person.grants),
        xapi_name=person.xapi_name,
        active=person.active,
    )
