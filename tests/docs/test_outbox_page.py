"""The outbox manual says what the code does."""

from __future__ import annotations

import re

import orjson
import pytest

from plugins.xapi_feed.cli import feed
from plugins.xapi_feed.domain.answers import Answer, judged
from plugins.xapi_feed.service.delivery import LEASE
from tests.support.source_tree import ROOT

PAGE = (ROOT / "docs" / "outbox.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<answer>\d{3}|none)(?P<ids> with [^|]+)? \| (?P<batch>\w+) \| (?P<single>\w+) \|", re.MULTILINE
)
ROWS = [(row["answer"], row["ids"] or "", row["batch"], row["single"]) for row in ROW.finditer(PAGE)]
IDS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]


def verdict(answer: str, said: str, ids: list[str]) -> str:
    body = orjson.dumps(ids) if "that were sent" in said else b"<html>"
    status = None if answer == "none" else int(answer)
    return type(judged(Answer(status=status, body=body), ids, attempts=1, receiver_well=True)).__name__


def test_the_table_of_answers_is_there() -> None:
    assert len(ROWS) >= 15


@pytest.mark.parametrize(("answer", "said", "batch", "single"), ROWS)
def test_the_table_of_answers_is_what_the_code_decides(
    answer: str, said: str, batch: str, single: str
) -> None:
    assert (verdict(answer, said, IDS), verdict(answer, said, IDS[:1])) == (batch, single)


def test_every_command_of_the_feed_is_on_the_page() -> None:
    assert [name for name in feed.commands if f"`anxue feed {name}" not in PAGE] == []


def test_the_lease_is_as_long_as_the_page_says() -> None:
    assert f"the lease is {LEASE.total_seconds():.0f} s" in PAGE
