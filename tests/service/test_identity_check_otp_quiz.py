"""Answering without a face: the same code and question when asked again, one answer an attempt."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from app.sdk.errors import ConflictError
from app.sdk.presence import PresenceAsk, PresenceVerdict
from app.sdk.runtime import Runtime
from app.sdk.uow import unit_of_work
from plugins.identity_check.domain.otp_quiz import Quiz
from plugins.identity_check.models import Check, Prompt
from plugins.identity_check.service import otp_quiz
from tests.support.identity_check import QUESTIONS, SOMEBODY, ask, codes

pytestmark = pytest.mark.usefixtures("database")


def shown(attempt: PresenceAsk, seed: int = 1) -> Quiz:
    with unit_of_work() as uow:
        made = otp_quiz.prompt(attempt, QUESTIONS, uow=uow, rng=Random(seed))
        uow.commit()
    return made


def answer(attempt: PresenceAsk, **fields: str) -> PresenceVerdict:
    with unit_of_work() as uow:
        verdict = otp_quiz.judge(attempt, fields, uow=uow)
        uow.commit()
    return verdict


def wrong(quiz: Quiz) -> str:
    return next(option.key for option in quiz.options if option.key != quiz.right_key)


def test_the_right_code_and_answer_pass(database: Runtime) -> None:
    attempt = ask()
    quiz = shown(attempt)

    assert answer(attempt, code=quiz.code, answer=quiz.right_key).outcome == "passed"


def test_a_wrong_answer_loses_the_attempt(database: Runtime) -> None:
    attempt = ask()
    quiz = shown(attempt)
    verdict = answer(attempt, code=quiz.code, answer=wrong(quiz))

    assert (verdict.outcome, codes(verdict)) == ("failed", ["ANSWER_WRONG"])


def test_a_wrong_code_loses_the_attempt(database: Runtime) -> None:
    attempt = ask()
    quiz = shown(attempt)
    verdict = answer(attempt, code="x" + quiz.code[1:], answer=quiz.right_key)

    assert (verdict.outcome, codes(verdict)) == ("failed", ["CODE_WRONG"])


def test_asking_again_shows_the_same(database: Runtime) -> None:
    attempt = ask()

    assert shown(attempt, seed=1) == shown(attempt, seed=2)


def test_the_next_attempt_asks_something_else(database: Runtime) -> None:
    first = ask(challenge_id="check")
    second = ask(challenge_id="check", attempt=2, nonce="next")

    assert shown(first).question_id != shown(second).question_id


def test_the_question_is_about_what_waits_for_confirmation(database: Runtime) -> None:
    assert shown(ask(watched=((30_000, 40_000),))).question_id == "question-3"


@pytest.mark.parametrize("fields", [{}, {"code": "", "answer": ""}, {"code": "123456"}, {"answer": " "}])
def test_an_incomplete_answer_costs_nothing(database: Runtime, fields: dict[str, str]) -> None:
    attempt = ask()
    quiz = shown(attempt)

    assert codes(answer(attempt, **fields)) == ["ANSWER_INCOMPLETE"]
    assert answer(attempt, code=quiz.code, answer=quiz.right_key).outcome == "passed"


def test_an_attempt_is_answered_once(database: Runtime) -> None:
    attempt = ask()
    quiz = shown(attempt)
    answer(attempt, code=quiz.code, answer=wrong(quiz))

    with pytest.raises(ConflictError):
        answer(attempt, code=quiz.code, answer=quiz.right_key)


def test_a_code_is_worth_nothing_under_another_nonce(database: Runtime) -> None:
    quiz = shown(ask(challenge_id="check", nonce="old"))
    verdict = answer(ask(challenge_id="check", nonce="new"), code=quiz.code, answer=quiz.right_key)

    assert (verdict.outcome, codes(verdict)) == ("retry", ["PROMPT_MISSING"])


def test_a_code_is_worth_nothing_for_another_check(database: Runtime) -> None:
    quiz = shown(ask(challenge_id="mine"))

    assert answer(ask(challenge_id="other"), code=quiz.code, answer=quiz.right_key).outcome == "retry"


def test_a_code_is_worth_nothing_to_another_person(database: Runtime) -> None:
    quiz = shown(ask(challenge_id="mine"))
    theirs = ask(challenge_id="mine", person_id=SOMEBODY)

    assert answer(theirs, code=quiz.code, answer=quiz.right_key).outcome == "retry"


def test_a_lesson_without_questions_has_no_such_way(database: Runtime) -> None:
    with pytest.raises(otp_quiz.NoQuestionError), unit_of_work() as uow:
        otp_quiz.prompt(ask(), (), uow=uow, rng=Random(1))


def test_what_was_asked_and_answered_is_kept_as_a_decision_and_a_digest(database: Runtime) -> None:
    attempt = ask()
    quiz = shown(attempt)
    verdict = answer(attempt, code=quiz.code, answer=quiz.right_key)

    with unit_of_work() as uow:
        check = uow.session.scalars(select(Check)).one()
        prompt = uow.session.scalars(select(Prompt)).one()
    assert (check.method, check.outcome, check.evidence_digest) == (
        "otp_quiz",
        "passed",
        verdict.evidence_digest,
    )
    assert prompt.answered_at == database.clock.now()
