"""The way without a face: a one-time code and a question about what was just watched.

The code shows that somebody looks at this page now; the question, that they
followed the lesson. Both are bound to one attempt. Randomness comes in as an
argument; nothing here knows where questions or codes are kept.
"""

import hmac
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

CODE_DIGITS = 6
_KEYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_FIELD = 64


@dataclass(frozen=True, slots=True)
class Question:
    """A question about media [from_ms, to_ms); options[right] is the right one."""

    id: str
    from_ms: int
    to_ms: int
    text: str
    options: tuple[str, ...]
    right: int


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as shown; its key says nothing about its place in the question file."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """What one attempt asks, and the key of the right option (never sent ahead)."""

    code: str
    question_id: str
    text: str
    options: tuple[Option, ...]
    right_key: str


def chosen_question(
    questions: Sequence[Question], watched: Sequence[tuple[int, int]], *, asked: Collection[str], rng: Random
) -> Question | None:
    """Return a question about the media in watched, if possible one not asked yet.

    If none touches that stretch, the one nearest to it is taken; None only if
    the lesson has no questions at all.
    """
    if not questions:
        return None
    fresh = [question for question in questions if question.id not in asked]
    nearest = min(_distance(question, watched) for question in fresh or questions)
    # A fresh question far away is no better than a known one about these minutes.
    if nearest and any(_distance(question, watched) == 0 for question in questions):
        fresh, nearest = [], 0
    return rng.choice(
        [question for question in fresh or questions if _distance(question, watched) == nearest]
    )


def quiz(question: Question, rng: Random) -> Quiz:
    """Return a new code and the question with its options in a new order."""
    order = list(range(len(question.options)))
    rng.shuffle(order)
    options = tuple(Option(_KEYS[place], question.options[index]) for place, index in enumerate(order))
    return Quiz(
        code=f"{rng.randrange(10**CODE_DIGITS):0{CODE_DIGITS}d}",
        question_id=question.id,
        text=question.text,
        options=options,
        right_key=_KEYS[order.index(question.right)],
    )


def typed(field: str) -> str:
    """Return what was typed as the page means it: a Chinese keyboard may send full-width digits."""
    return unicodedata.normalize("NFKC", field[:_LONGEST_FIELD]).strip().upper()


def answer_faults(expected: Quiz, *, code: str, answer: str) -> tuple[str, ...]:
    """Return CODE_WRONG and ANSWER_WRONG as they apply, none for a right answer."""
    right_code = _same(typed(code), expected.code)
    right_answer = _same(typed(answer), expected.right_key)
    return (() if right_code else ("CODE_WRONG",)) + (() if right_answer else ("ANSWER_WRONG",))


def _distance(question: Question, watched: Sequence[tuple[int, int]]) -> int:
    """Return the ms between the question's stretch and the nearest watched one, 0 if they overlap."""
    return min(
        (max(0, start - question.to_ms + 1, question.from_ms - end + 1) for start, end in watched), default=0
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
