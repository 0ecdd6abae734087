"""Online hours against the plan: surplus is kept and not counted (rules.md 5.0)."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.online_hours.domain.plan_figures import (
    HoursRule,
    OnlineFigures,
    Planned,
    UnknownCapBasisError,
    online_figures,
)

CASES = json.loads((Path(__file__).parents[2] / "data" / "vectors" / "hours.json").read_text("utf-8"))
MS = 2_700_000


def figures_of(case: dict[str, Any]) -> OnlineFigures:
    keys = {f"hours.{key}": value for key, value in case["rules"].items()}
    if case["plan"]["approved_offline_ratio"] is not None:
        keys["hours.offline_ratio_min"] = case["plan"]["approved_offline_ratio"]
    online = case["plan"]["online_class_hours"]
    return online_figures(
        case["confirmed_seconds"]["online"] * 1000,
        Planned(
            total=Fraction(case["plan"]["total_class_hours"]),
            online=None if online is None else Fraction(online),
        ),
        offline=Fraction(case["confirmed_seconds"]["offline"], 2700),
        rule=HoursRule.from_keys(keys),
    )


def figures(class_hours: Fraction | int, *, total: int = 24, online: Fraction | None = None) -> OnlineFigures:
    return online_figures(
        int(class_hours * MS), Planned(total=Fraction(total), online=online), rule=HoursRule()
    )


@pytest.mark.parametrize("example", CASES, ids=[example["id"] for example in CASES])
def test_the_countable_hours_of_every_example_are_exact(example: dict[str, Any]) -> None:
    exact = Fraction(example["expect"]["countable_online_exact"])

    assert figures_of(example["case"]).countable == exact


@pytest.mark.parametrize("example", CASES, ids=[example["id"] for example in CASES])
def test_the_countable_hours_of_every_example_are_shown_cut(example: dict[str, Any]) -> None:
    found = figures_of(example["case"])

    assert found.shown(found.countable) == example["expect"]["countable_online"]


@pytest.mark.parametrize("example", CASES, ids=[example["id"] for example in CASES])
def test_every_example_has_a_surplus_exactly_when_it_is_capped(example: dict[str, Any]) -> None:
    assert (figures_of(example["case"]).surplus > 0) == ("ONLINE_CAPPED" in example["expect"]["codes"])


def test_the_ceiling_is_forty_percent_of_the_plan_where_it_names_no_online_hours() -> None:
    assert figures(0).ceiling == Fraction(48, 5)


def test_the_plans_own_online_hours_are_the_ceiling_where_they_are_lower() -> None:
    assert figures(8, online=Fraction(5)).countable == 5


def test_electives_above_the_ceiling_are_kept_as_surplus() -> None:
    assert figures(12).surplus == Fraction(12, 5)


def test_three_fifths_written_as_a_float_are_three_fifths() -> None:
    assert HoursRule.from_keys({"hours.offline_ratio_min": 0.6}).offline_ratio_min == Fraction(3, 5)


def test_a_class_hour_of_thirty_minutes_is_taken_from_the_rules() -> None:
    rule = HoursRule.from_keys({"hours.online_minutes_per_class_hour": 30})

    assert rule.credit.shown(1_800_000) == "1.0"


def test_an_unknown_basis_of_the_ceiling_is_refused() -> None:
    with pytest.raises(UnknownCapBasisError):
        HoursRule.from_keys({"hours.online_cap_basis": "planned"})


def test_no_offline_share_means_no_ceiling_from_completed_hours() -> None:
    rule = HoursRule(offline_ratio_min=Fraction(0), cap_basis="completed_total")

    assert online_figures(MS, Planned(total=Fraction(24)), rule=rule).ceiling is None


def test_a_millisecond_missing_is_shown_as_a_tenth_missing() -> None:
    short = online_figures(int(9.6 * MS) - 1, Planned(total=Fraction(24)), rule=HoursRule())

    assert short.missing_shown == "0.1"


def test_nothing_missing_is_shown_as_nothing() -> None:
    assert figures(Fraction(48, 5)).missing_shown == "0.0"


@given(st.integers(0, 200_000_000), st.integers(0, 100), st.integers(0, 100))
def test_countable_and_surplus_are_all_that_was_confirmed(confirmed_ms: int, total: int, online: int) -> None:
    found = online_figures(
        confirmed_ms, Planned(total=Fraction(total), online=Fraction(online)), rule=HoursRule()
    )

    assert found.countable + found.surplus == Fraction(confirmed_ms, MS)


@given(st.integers(0, 200_000_000), st.integers(0, 100), st.integers(0, 100))
def test_countable_time_never_exceeds_the_plan_or_forty_percent(
    confirmed_ms: int, total: int, online: int
) -> None:
    found = online_figures(
        confirmed_ms, Planned(total=Fraction(total), online=Fraction(online)), rule=HoursRule()
    )

    assert found.countable <= min(Fraction(online), Fraction(2 * total, 5))


@given(st.integers(0, 40_000_000), st.integers(1, 72))
def test_what_is_shown_and_what_is_missing_reach_the_target_together(confirmed_ms: int, total: int) -> None:
    found = figures(Fraction(confirmed_ms, MS), total=total)

    assert Fraction(found.shown(found.countable)) + Fraction(found.missing_shown) >= found.target
