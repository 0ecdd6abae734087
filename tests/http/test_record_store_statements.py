"""The statement resource of the record store, as a sending system meets it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sdk.clock import FixedClock
from plugins.record_store import store
from plugins.record_store.domain.validation import VOIDED
from plugins.record_store.service.credentials import READ, WRITE
from tests.support.record_clients import KEY, Sender, enter_system, numbers, statement


@pytest.fixture
def sender(app: Flask, client: FlaskClient) -> Sender:
    enter_system(app)
    return Sender(client)


def raw_bytes(app: Flask) -> list[bytes]:
    from app.sdk.db import read

    with app.app_context():
        return [bytes(row.raw) for row in store.all_of(read())]


def test_about_tells_the_versions_to_everybody(client: FlaskClient) -> None:
    assert client.get("/xapi/about").json == {"version": ["1.0.3", "2.0.0"]}


def test_a_post_answers_with_the_ids_in_order(sender: Sender) -> None:
    answer = sender.post([statement(2), statement(1)])
    assert (answer.status_code, answer.json) == (200, [statement(2)["id"], statement(1)["id"]])


def test_a_single_statement_need_not_be_an_array(sender: Sender) -> None:
    assert sender.post(statement(1)).json == [statement(1)["id"]]


def test_a_statement_without_an_id_is_given_one(sender: Sender) -> None:
    nameless = {key: value for key, value in statement(1).items() if key != "id"}
    [given_id] = sender.post(nameless).json or [""]
    assert sender.get(statementId=given_id).status_code == 200


def test_a_put_stores_under_the_id_that_was_chosen(sender: Sender) -> None:
    nameless = {key: value for key, value in statement(1).items() if key != "id"}
    answer = sender.put(statement(1)["id"], nameless)
    assert (answer.status_code, numbers(sender.listed())) == (204, [1])


def test_a_put_under_another_id_than_the_statements_is_refused(sender: Sender) -> None:
    assert sender.put(statement(1)["id"], statement(2)).status_code == 400


def test_bytes_are_kept_as_they_came(sender: Sender, app: Flask) -> None:
    texts = [json.dumps(statement(1), indent=3), json.dumps(statement(2), ensure_ascii=False)]
    sender.post(("[\n " + " , ".join(texts) + "\n]").encode())
    assert raw_bytes(app) == [text.encode() for text in texts]


@pytest.mark.parametrize("again", [statement(1), statement(1, timestamp="2025-10-20T10:00:00+08:00")])
def test_the_same_statement_again_is_accepted_and_not_doubled(again: dict[str, Any], sender: Sender) -> None:
    sender.post(statement(1))
    answer = sender.post(again)
    assert (answer.status_code, numbers(sender.listed())) == (200, [1])


def test_the_same_statement_again_leaves_the_first_bytes(sender: Sender, app: Flask) -> None:
    sender.post(statement(1))
    sender.put(statement(1)["id"], {"verb": statement(1)["verb"], **statement(1)})
    assert raw_bytes(app) == [json.dumps(statement(1)).encode()]


def test_another_statement_under_a_known_id_is_a_conflict(sender: Sender) -> None:
    sender.post(statement(1))
    other = statement(1, verb={"id": "https://a.example/verbs/other"})
    assert [sender.post(other).status_code, sender.put(other["id"], other).status_code] == [409, 409]


def test_a_batch_with_a_conflict_stores_nothing(sender: Sender) -> None:
    sender.post(statement(1))
    sender.post([statement(2), statement(1, verb={"id": "https://a.example/verbs/other"})])
    assert numbers(sender.listed()) == [1]


def test_a_batch_with_an_invalid_statement_stores_nothing(sender: Sender) -> None:
    answer = sender.post([statement(1), statement(2, verb={})])
    assert answer.status_code == 400
    assert answer.json is not None
    assert (answer.json["path"], sender.listed()) == ("[1].verb.id", [])


def test_a_batch_with_known_and_new_statements_stores_the_new(sender: Sender) -> None:
    sender.post(statement(1))
    answer = sender.post([statement(1), statement(2)])
    assert (answer.status_code, numbers(sender.listed())) == (200, [2, 1])


def test_the_same_id_twice_in_a_batch_is_refused(sender: Sender) -> None:
    assert sender.post([statement(1), statement(1)]).status_code == 400


def test_a_statement_is_given_out_with_what_the_store_adds(sender: Sender) -> None:
    sender.post(statement(1))
    given_out = sender.get(statementId=statement(1)["id"]).json
    assert given_out is not None
    assert {key: given_out.pop(key) for key in ("stored", "authority")} == {
        "stored": "2025-10-20T02:00:00.000000Z",
        "authority": {
            "objectType": "Agent",
            "account": {"homePage": "https://anxue.example/xapi", "name": KEY},
        },
    }
    assert given_out == statement(1)


def test_an_unknown_id_is_not_found(sender: Sender) -> None:
    assert sender.get(statementId=statement(1)["id"]).status_code == 404


@pytest.fixture
def ten(sender: Sender, clock: FixedClock) -> Sender:
    """Ten statements, two a second."""
    for number in range(0, 10, 2):
        sender.post([statement(number), statement(number + 1)])
        clock.advance(1)
    return sender


def test_the_newest_comes_first(ten: Sender) -> None:
    assert numbers(ten.listed()) == list(range(9, -1, -1))


def test_ascending_is_the_order_of_storing(ten: Sender) -> None:
    assert numbers(ten.listed(ascending="true")) == list(range(10))


def test_no_two_statements_are_stored_at_the_same_instant(ten: Sender) -> None:
    assert len({one["stored"] for one in ten.listed()}) == 10


def test_since_gives_exactly_what_was_stored_after(ten: Sender) -> None:
    seen = ten.listed(ascending="true")[4]["stored"]
    assert numbers(ten.listed(since=seen, ascending="true")) == [5, 6, 7, 8, 9]


def test_until_gives_what_was_stored_up_to_then(ten: Sender) -> None:
    seen = ten.listed(ascending="true")[4]["stored"]
    assert numbers(ten.listed(until=seen, ascending="true")) == [0, 1, 2, 3, 4]


def test_pages_follow_each_other_without_gap_or_repetition(ten: Sender) -> None:
    seen, more = [], "/xapi/statements?limit=3&ascending=true"
    while more:
        page = ten.get(more).json
        assert page is not None
        seen += numbers(page["statements"])
        more = page["more"]
    assert seen == list(range(10))


def test_a_filter_holds_on_the_next_page_too(ten: Sender) -> None:
    agent = json.dumps(statement(0)["actor"])
    first = ten.get(agent=agent, limit=2).json
    assert first is not None
    rest = ten.get(first["more"]).json
    assert rest is not None
    assert numbers(first["statements"]) + numbers(rest["statements"]) == [8, 6, 4, 2]


def test_statements_are_found_by_verb(ten: Sender) -> None:
    assert numbers(ten.listed(verb="https://a.example/verbs/0")) == [9, 6, 3, 0]


def test_statements_are_found_by_agent(ten: Sender) -> None:
    assert numbers(ten.listed(agent=json.dumps(statement(1)["actor"]))) == [9, 7, 5, 3, 1]


def test_statements_are_found_by_activity(ten: Sender) -> None:
    assert numbers(ten.listed(activity="https://a.example/things/4")) == [4]


def test_statements_are_found_by_registration(sender: Sender) -> None:
    registration = "AAAAAAAA-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    sender.post([statement(1, context={"registration": registration}), statement(2)])
    assert numbers(sender.listed(registration=registration.lower())) == [1]


def test_a_related_activity_is_found_only_when_asked_for(sender: Sender) -> None:
    parent = {"contextActivities": {"parent": [{"id": "https://a.example/course"}]}}
    sender.post(statement(1, context=parent))
    wanted = {"activity": "https://a.example/course"}
    assert (sender.listed(**wanted), numbers(sender.listed(**wanted, related_activities="true"))) == ([], [1])


def test_consistent_through_is_the_newest_stored(ten: Sender) -> None:
    answer = ten.get()
    assert answer.json is not None
    assert answer.headers["X-Experience-API-Consistent-Through"] == answer.json["statements"][0]["stored"]


def voiding(number: int, target: int) -> dict[str, Any]:
    return statement(
        number,
        verb={"id": VOIDED},
        object={"objectType": "StatementRef", "id": statement(target)["id"]},
    )


@pytest.mark.parametrize("order", [[1, 2], [2, 1]])
def test_a_voided_statement_is_found_as_voided_only(order: list[int], sender: Sender) -> None:
    both = {1: statement(1), 2: voiding(2, target=1)}
    for number in order:
        sender.post(both[number])
    assert numbers(sender.listed()) == [2]
    assert sender.get(statementId=statement(1)["id"]).status_code == 404
    assert sender.get(voidedStatementId=statement(1)["id"]).status_code == 200


def test_a_voiding_statement_cannot_be_voided(sender: Sender) -> None:
    sender.post([voiding(2, target=1), voiding(3, target=2)])
    assert sender.get(statementId=statement(2)["id"]).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic ****"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic bm9ib2R5Onh4eHg="},
        {"Authorization": "Basic Og=="},
        {"Authorization": "Basic //8="},
    ],
)
def test_without_credentials_nothing_is_said(headers: dict[str, str], client: FlaskClient) -> None:
    answer = client.get("/xapi/statements", headers={"X-Experience-API-Version": "1.0.3", **headers})
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_a_wrong_secret_opens_nothing(sender: Sender, client: FlaskClient) -> None:
    assert Sender(client, secret="f" * 32).get().status_code == 401


def test_a_reader_may_not_write(app: Flask, client: FlaskClient) -> None:
    enter_system(app, key="reader", scopes=(READ,))
    assert Sender(client, key="reader").post(statement(1)).status_code == 403


def test_a_writer_may_not_read(app: Flask, client: FlaskClient) -> None:
    enter_system(app, key="writer", scopes=(WRITE,))
    assert Sender(client, key="writer").get().status_code == 403


@pytest.mark.parametrize("version", [None, "", "0.95", "1.1.0", "3.0.0"])
def test_a_request_without_a_known_version_is_refused(version: str | None, sender: Sender) -> None:
    del sender.headers["X-Experience-API-Version"]
    if version is not None:
        sender.headers["X-Experience-API-Version"] = version
    assert sender.get().status_code == 400


@pytest.mark.parametrize(("asked", "answered"), [("1.0.1", "1.0.3"), ("2.0.0", "2.0.0")])
def test_the_answer_names_the_version_that_is_spoken(asked: str, answered: str, sender: Sender) -> None:
    sender.headers["X-Experience-API-Version"] = asked
    assert sender.get().headers["X-Experience-API-Version"] == answered


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        (b"", {}, 400),
        (b"[]", {}, 400),
        (b"{", {}, 400),
        (b'{"a": NaN}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"\xff", {}, 400),
        (b"x" * 5_000_001, {}, 413),
        (b"[]", {"content_type": "text/plain"}, 415),
        (b"[]", {"content_type": "multipart/mixed; boundary=a"}, 415),
        (b"[]", {"query_string": {"method": "GET"}}, 400),
    ],
)
def test_a_bad_body_is_refused_by_its_own_status(
    body: bytes, more: dict[str, Any], status: int, sender: Sender
) -> None:
    assert sender.post(body, **more).status_code == status


def test_a_packed_body_is_not_unpacked(sender: Sender) -> None:
    sender.headers["Content-Encoding"] = "gzip"
    assert sender.post(b"\x1f\x8b" + b"0" * 50).status_code == 415


def test_a_thousand_statements_fit_into_one_request(sender: Sender) -> None:
    sender.post([statement(number) for number in range(1000)])
    assert numbers(sender.listed(limit=1)) == [999]


@pytest.mark.parametrize(
    "asked",
    [
        {"statementId": "x"},
        {"since": "x"},
        {"limit": "-1"},
        {"agent": "{"},
        {"unknown": "1"},
        {"format": "ids"},
        {"attachments": "true"},
        {"verb": "\x00"},
        {"cursor": "9" * 30},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked: dict[str, str], sender: Sender) -> None:
    assert sender.get(**asked).status_code == 400


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(statement(1))), inner),
    max_leaves=10,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=shapes)
def test_no_content_ends_in_a_fault_of_ours(content: Any, sender: Sender) -> None:
    assert sender.post(json.dumps(content).encode()).status_code in {200, 400}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=80))
def test_no_bytes_end_in_a_fault_of_ours(body: bytes, sender: Sender) -> None:
    assert sender.post(body).status_code in {200, 400}
