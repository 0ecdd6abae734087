"""Every reason why time did not count has a sentence that a tired person understands."""

from __future__ import annotations

import re

import pytest

from plugins.online_hours.domain.reasons import REASONS, UNKNOWN, reason_in_words
from plugins.video_progress.domain import codes

OF_THE_RULES = frozenset(
    {
        "DUPLICATE_IGNORED",
        "SESSION_REPLACED",
        "CONCURRENT_SESSION",
        "HEARTBEAT_GAP",
        "SEEK_FORWARD_REJECTED",
        "RATE_EXCEEDED",
        "HIDDEN_NOT_COUNTED",
        "REPEAT_NOT_COUNTED",
        "CHALLENGE_EXPIRED",
        "CHALLENGE_RETRY",
        "CHALLENGE_FAILED",
        "ALT_CHALLENGE",
        "DAILY_CAP",
        "AFTER_DEADLINE",
        "OVERLAP_OFFLINE",
        "IDENTITY_UNVERIFIED",
        "TAIL_DISCARDED",
        "CLOCK_SKEW",
        "CONSENT_WITHDRAWN",
        "DECLARED_HOURS_EXCEED_MEDIA",
    }
)
OF_PLAYBACK = frozenset(value for name, value in vars(codes).items() if name.isupper())
COSTS_TIME = OF_THE_RULES - {
    "DUPLICATE_IGNORED",
    "CHALLENGE_RETRY",
    "ALT_CHALLENGE",
    "CLOCK_SKEW",
    "CONSENT_WITHDRAWN",
    "REPEAT_NOT_COUNTED",
}


@pytest.mark.parametrize("code", sorted(OF_THE_RULES))
def test_every_code_of_the_rules_has_a_sentence(code: str) -> None:
    assert REASONS[code].endswith("。")


@pytest.mark.parametrize("code", sorted(OF_PLAYBACK))
def test_every_code_that_playback_can_give_has_a_sentence(code: str) -> None:
    assert code in REASONS


@pytest.mark.parametrize("code", sorted(REASONS))
def test_no_sentence_speaks_in_codes_or_english(code: str) -> None:
    assert not re.search("[A-Za-z_]{2,}", REASONS[code])


@pytest.mark.parametrize("code", sorted(COSTS_TIME))
def test_a_loss_is_told_with_a_way_on(code: str) -> None:
    assert re.search("请|重看|继续|更正", REASONS[code])


def test_no_two_codes_read_alike() -> None:
    assert len(set(REASONS.values())) == len(REASONS)


def test_a_code_of_a_newer_rule_gets_an_honest_general_sentence() -> None:
    assert reason_in_words("SOMETHING_NEW") == UNKNOWN
