"""From a post to one of the three categories (rules.md S-03). Pure."""

from __future__ import annotations

from enum import StrEnum

from app.sdk.errors import InvalidError
from app.sdk.people import TraineeCategory


class Post(StrEnum):
    """岗位 that the programme names."""

    SAFETY_MANAGER_IN_CHARGE = "safety_manager_in_charge"
    HEALTH_MANAGER_IN_CHARGE = "health_manager_in_charge"
    FULLTIME_SAFETY_PERSON = "fulltime_safety_person"
    FULLTIME_HEALTH_OFFICER = "fulltime_health_officer"
    TEAM_LEADER = "team_leader"
    WORKSHOP_DIRECTOR = "workshop_director"
    FLEET_CAPTAIN = "fleet_captain"


POST_LABELS = {
    Post.SAFETY_MANAGER_IN_CHARGE: "安全生产分管负责人",
    Post.HEALTH_MANAGER_IN_CHARGE: "职业健康分管负责人",
    Post.FULLTIME_SAFETY_PERSON: "专职安全管理人员",
    Post.FULLTIME_HEALTH_OFFICER: "专职职业健康管理人员",
    Post.TEAM_LEADER: "班组长",
    Post.WORKSHOP_DIRECTOR: "车间主任",
    Post.FLEET_CAPTAIN: "车队长",
}

_CATEGORY = {
    Post.SAFETY_MANAGER_IN_CHARGE: TraineeCategory.MANAGER_IN_CHARGE,
    Post.HEALTH_MANAGER_IN_CHARGE: TraineeCategory.MANAGER_IN_CHARGE,
    Post.FULLTIME_SAFETY_PERSON: TraineeCategory.SAFETY_HEALTH_OFFICER,
    Post.FULLTIME_HEALTH_OFFICER: TraineeCategory.SAFETY_HEALTH_OFFICER,
    Post.TEAM_LEADER: TraineeCategory.TEAM_LEADER,
    Post.WORKSHOP_DIRECTOR: TraineeCategory.TEAM_LEADER,
    Post.FLEET_CAPTAIN: TraineeCategory.TEAM_LEADER,
}


class CategoryUnmappedError(InvalidError):
    """The post leads to none of the three categories: no enrolment (CATEGORY_UNMAPPED)."""

    code = "CATEGORY_UNMAPPED"
    sentence = "该岗位不属于三类人员，无法报名。"


def category_of(post: str) -> TraineeCategory:
    """Return the category of a post. Raises CategoryUnmappedError."""
    try:
        return _CATEGORY[Post(post)]
    except ValueError as error:
        raise CategoryUnmappedError from error
