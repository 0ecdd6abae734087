"""How much of the confirmed online time the training plan lets count.

Pure, with exact fractions of class hours; texts are cut when they are shown.
Time above the ceiling is kept and shown as surplus: it is not counted, and it
is not void (rules.md 0.5). Without a ceiling, a diligent trainee who watches
extra electives would fall below the offline share and fail.
Source: rules.md 5.0 and A-02.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from app.sdk.errors import Json
from app.sdk.quantities import ONLINE_MINUTES_PER_CLASS_HOUR, CreditRule, cut

ONLINE_MINUTES = "hours.online_minutes_per_class_hour"
DECIMALS = "hours.display_decimals"
OFFLINE_RATIO_MIN = "hours.offline_ratio_min"
CAP_BASIS = "hours.online_cap_basis"

BY_PLAN, BY_COMPLETED, NO_CAP = "planned_total", "completed_total", "none"


class UnknownCapBasisError(ValueError):
    """The rules in force name a basis of the online ceiling that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRule:
    """The rules in force that decide about online hours. thr of rules.md 5.0 is offline_ratio_min."""

    credit: CreditRule = field(default_factory=CreditRule)
    offline_ratio_min: Fraction = Fraction(60, 100)
    cap_basis: str = BY_PLAN

    def __post_init__(self) -> None:
        if self.cap_basis not in (BY_PLAN, BY_COMPLETED, NO_CAP):
            raise UnknownCapBasisError(self.cap_basis)

    @classmethod
    def from_keys(cls, keys: Mapping[str, Json]) -> HoursRule:
        """Return the rule that keys (rules.md section 7) make; an absent key has its default."""
        return cls(
            credit=CreditRule(
                minutes_per_class_hour=int(str(keys.get(ONLINE_MINUTES, ONLINE_MINUTES_PER_CLASS_HOUR))),
                display_decimals=int(str(keys.get(DECIMALS, 1))),
            ),
            # Through text: the float 0.6 is a little less than three fifths.
            offline_ratio_min=Fraction(str(keys.get(OFFLINE_RATIO_MIN, "60/100"))),
            cap_basis=str(keys.get(CAP_BASIS, BY_PLAN)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Class hours of a training plan. online is None where the plan names no online hours."""

    total: Fraction
    online: Fraction | None = None
    practical: Fraction = Fraction(0)

    @property
    def offline(self) -> Fraction:
        """What remains for offline training."""
        return self.total - (self.online or Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineFigures:
    """Confirmed online time against the plan, in exact class hours. ceiling is None when there is none."""

    rule: HoursRule
    planned: Planned
    confirmed: Fraction
    countable: Fraction
    ceiling: Fraction | None
    target: Fraction

    @property
    def surplus(self) -> Fraction:
        """What was confirmed and does not count: 超出部分（不计入）."""
        return self.confirmed - self.countable

    @property
    def missing(self) -> Fraction:
        """What online time can still add towards the plan."""
        return max(self.target - self.countable, Fraction(0))

    def shown(self, class_hours: Fraction) -> str:
        """Return class hours cut, as a person reads what they have."""
        return cut(class_hours, self.rule.credit.display_decimals)

    @property
    def missing_shown(self) -> str:
        """Return what is missing, rounded up: whoever reads 0.0 must really be done."""
        scale = 10**self.rule.credit.display_decimals
        return cut(Fraction(ceil(self.missing * scale), scale), self.rule.credit.display_decimals)


def online_figures(
    confirmed_ms: int, planned: Planned, *, offline: Fraction = Fraction(0), rule: HoursRule
) -> OnlineFigures:
    """Return the figures of confirmed_ms of online time; offline is counted offline class hours."""
    confirmed = rule.credit.class_hours(confirmed_ms)
    share = 1 - rule.offline_ratio_min
    of_plan = share * planned.total
    target = of_plan if planned.online is None else min(planned.online, of_plan)
    ceiling: Fraction | None = None
    if rule.cap_basis == BY_PLAN:
        ceiling = target
    elif rule.cap_basis == BY_COMPLETED and rule.offline_ratio_min > 0:
        ceiling = offline * share / rule.offline_ratio_min
    return OnlineFigures(
        rule=rule,
        planned=planned,
        confirmed=confirmed,
        countable=confirmed if ceiling is None else min(confirmed, ceiling),
        ceiling=ceiling,
        target=target,
    )
