"""Training plans and dated rules as plugins may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.sdk.errors import Json
from app.sdk.people import Industry, TraineeCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Planned class hours of one category in a cycle (rules.md S-18). online_deadline is aware UTC."""

    id: int
    cycle: str
    category: TraineeCategory
    industry: Industry | None
    total_class_hours: Decimal
    online_class_hours: Decimal
    offline_class_hours: Decimal
    practical_class_hours: Decimal
    online_deadline: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The keys of rules.md section 7 that are in force, with the version they make together."""

    version: str
    values: Mapping[str, Json]


class Plans(Protocol):
    """Looks plans and the rules in force for them up."""

    def plan(self, plan_id: int) -> PlanView | None: ...
    def rules_for(self, plan_id: int | None) -> Rules:
        """Return the rules in force: cycle < province < organiser < plan."""
        ...
