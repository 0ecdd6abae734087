"""People as plugins may see them: no password, no ID number, no contact data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class TraineeCategory(StrEnum):
    """三类人员 (rules.md S-03)."""

    MANAGER_IN_CHARGE = "manager_in_charge"
    SAFETY_HEALTH_OFFICER = "safety_health_officer"
    TEAM_LEADER = "team_leader"


class Industry(StrEnum):
    """六类行业 (rules.md S-01)."""

    MINING = "mining"
    METALLURGY = "metallurgy"
    BUILDING_MATERIALS = "building_materials"
    CONSTRUCTION = "construction"
    TRANSPORT = "transport"
    MACHINERY_MANUFACTURING = "machinery_manufacturing"


CATEGORY_LABELS: Mapping[TraineeCategory, str] = {
    TraineeCategory.MANAGER_IN_CHARGE: "分管负责人",
    TraineeCategory.SAFETY_HEALTH_OFFICER: "专职安全、职业健康管理人员",
    TraineeCategory.TEAM_LEADER: "班组长",
}

INDUSTRY_LABELS: Mapping[Industry, str] = {
    Industry.MINING: "矿山",
    Industry.METALLURGY: "冶金",
    Industry.BUILDING_MATERIALS: "建材",
    Industry.CONSTRUCTION: "建筑施工",
    Industry.TRANSPORT: "交通运输",
    Industry.MACHINERY_MANUFACTURING: "机械制造",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person with an account. xapi_name is random and permanent: it names the actor of statements."""

    id: int
    public_id: str
    login: str
    name: str
    roles: frozenset[str]
    xapi_name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentView:
    """A trainee's place in a training plan of a programme cycle."""

    id: int
    person_id: int
    plan_id: int
    category: TraineeCategory
    industry: Industry | None
    post: str
    organisation: str
    identity_verified_at: datetime | None
    accommodation: bool
    """True: the windows of checks are three times as long (rules.md 3.4), recorded."""


class People(Protocol):
    """Looks people and their enrolments up."""

    def person(self, person_id: int) -> PersonView | None: ...
    def persons(self, person_ids: Collection[int]) -> Mapping[int, PersonView]: ...
    def enrolment(self, enrolment_id: int) -> EnrolmentView | None: ...
    def enrolment_of(self, person_id: int) -> EnrolmentView | None:
        """Return the person's enrolment in the running cycle, if there is one."""
        ...
