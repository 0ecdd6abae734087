"""The core's rules of section 7 with their defaults. Plugins add theirs through rule_sets()."""

from __future__ import annotations

from app.sdk.plugin import RuleKey

CORE_RULES = (
    RuleKey(key="hours.online_minutes_per_class_hour", default=45, label="线上每学时分钟数"),
    RuleKey(key="hours.offline_minutes_per_class_hour", default=45, label="线下每学时分钟数"),
    RuleKey(key="hours.offline_ratio_min", default="60/100", label="线下学时最低占比"),
    RuleKey(key="hours.online_cap_basis", default="planned_total", label="线上学时上限的基准"),
    RuleKey(key="hours.display_decimals", default=1, label="学时显示的小数位"),
    RuleKey(key="deadline.grace_seconds", default=0, label="截止后的宽限秒数"),
)
