"""The way without a face, as a use case: show a code and a question, judge the answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from random import Random

from app.sdk.courses import QuestionView
from app.sdk.db import new_id
from app.sdk.errors import ConflictError
from app.sdk.presence import PresenceAsk, PresenceReason, PresenceVerdict
from app.sdk.uow import UnitOfWork
from plugins.identity_check import store
from plugins.identity_check.domain.attempts import Outcome
from plugins.identity_check.domain.otp_quiz import (
    Option,
    Question,
    Quiz,
    answer_faults,
    chosen_question,
    quiz,
    typed,
)
from plugins.identity_check.domain.wording import sentence
from plugins.identity_check.models import Check, Prompt

METHOD = "otp_quiz"


class NoQuestionError(ConflictError):
    """The lesson has no question at all, so this way cannot be offered."""

    code = "no_question"
    sentence = "本课时没有题目，暂不能用验证码和问答核验，请联系培训机构。"


def prompt(ask: PresenceAsk, questions: Sequence[QuestionView], *, uow: UnitOfWork, rng: Random) -> Quiz:
    """Return the code and question of this attempt, made now if they were not yet. Raises NoQuestionError."""
    shown = store.prompt_of(uow.session, ask.challenge_id, ask.attempt, ask.nonce)
    if shown is not None:
        return _quiz(shown)
    asked = store.asked_questions(uow.session, ask.challenge_id)
    question = chosen_question([_question(view) for view in questions], ask.watched, asked=asked, rng=rng)
    if question is None:
        raise NoQuestionError
    made = quiz(question, rng)
    uow.session.add(
        Prompt(
            id=new_id(),
            person_id=ask.person_id,
            challenge_id=ask.challenge_id,
            attempt=ask.attempt,
            nonce=ask.nonce,
            code=made.code,
            question_id=made.question_id,
            text=made.text,
            options=[[option.key, option.text] for option in made.options],
            right_key=made.right_key,
            shown_at=uow.now,
        )
    )
    uow.session.flush()
    return made


def judge(ask: PresenceAsk, fields: Mapping[str, str], *, uow: UnitOfWork) -> PresenceVerdict:
    """Return the judgement of code and answer. Raises ConflictError if this attempt was answered already."""
    shown = store.prompt_of(uow.session, ask.challenge_id, ask.attempt, ask.nonce)
    if shown is None or shown.person_id != ask.person_id:
        return _verdict("retry", ("PROMPT_MISSING",))
    if shown.answered_at is not None:
        raise ConflictError("这一题已经回答过了。")
    code, answer = fields.get("code", ""), fields.get("answer", "")
    if not typed(code) or not typed(answer):
        return _verdict("retry", ("ANSWER_INCOMPLETE",))
    shown.answered_at = uow.now
    codes = answer_faults(_quiz(shown), code=code, answer=answer)
    result: Outcome = "failed" if codes else "passed"
    check = Check(
        id=new_id(),
        person_id=ask.person_id,
        challenge_id=ask.challenge_id,
        attempt=ask.attempt,
        nonce=ask.nonce,
        method=METHOD,
        decision=result,
        outcome=result,
        codes=list(codes),
        evidence_digest=_digest(shown, typed(code), typed(answer)),
        judged_at=uow.now,
    )
    uow.session.add(check)
    uow.session.flush()
    return _verdict(result, codes, check)


def _verdict(result: Outcome, codes: Sequence[str], check: Check | None = None) -> PresenceVerdict:
    return PresenceVerdict(
        outcome=result,
        reasons=tuple(PresenceReason(code=code, text=sentence(code)) for code in codes),
        evidence_digest=check.evidence_digest if check else None,
        check_id=check.id if check else None,
    )


def _digest(shown: Prompt, code: str, answer: str) -> str:
    """Return the SHA-256 of what was asked and answered, so that it can be shown later."""
    chosen = dict(map(tuple, shown.options)).get(answer, answer)
    facts = [shown.challenge_id, shown.attempt, shown.nonce, shown.question_id, code, chosen]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _quiz(shown: Prompt) -> Quiz:
    options = tuple(Option(key, text) for key, text in shown.options)
    return Quiz(shown.code, shown.question_id, shown.text, options, shown.right_key)


def _question(view: QuestionView) -> Question:
    return Question(view.id, view.from_ms, view.to_ms, view.text, view.options, view.answer)
