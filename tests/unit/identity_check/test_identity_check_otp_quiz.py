"""Code and question: which question is asked, how it is shown, what counts as an answer."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.identity_check.domain.otp_quiz import Question, answer_faults, chosen_question, quiz

FIRST = Question("first", 0, 20_000, "班前会先做什么？", ("点名", "唱歌", "下班", "睡觉"), 0)
SECOND = Question("second", 20_000, 40_000, "谁确认隔离？", ("班组长", "访客", "无人"), 0)
LAST = Question("last", 90_000, 100_000, "最后做什么？", ("复盘", "离开", "等待"), 0)
ALL = (FIRST, SECOND, LAST)


def chosen(watched: list[tuple[int, int]], asked: Sequence[str] = ()) -> Question | None:
    return chosen_question(ALL, watched, asked=asked, rng=Random(1))


def test_the_question_is_about_the_minutes_just_watched() -> None:
    assert chosen([(25_000, 39_000)]) == SECOND


def test_a_stretch_that_ends_where_a_question_begins_does_not_touch_it() -> None:
    assert chosen([(5_000, 20_000)]) == FIRST


def test_another_attempt_gets_another_question_about_these_minutes() -> None:
    assert chosen([(0, 40_000)], asked=["first"]) == SECOND


def test_a_known_question_about_these_minutes_beats_a_new_one_about_others() -> None:
    assert chosen([(0, 10_000)], asked=["first"]) == FIRST


def test_between_questions_the_nearest_is_asked() -> None:
    assert chosen([(70_000, 88_000)]) == LAST


def test_a_lesson_without_questions_asks_none() -> None:
    assert chosen_question((), [(0, 1)], asked=(), rng=Random(1)) is None


@given(st.integers(0, 2**32), st.sampled_from(ALL))
def test_the_options_are_the_question_s_and_the_key_names_the_right_one(
    seed: int, question: Question
) -> None:
    shown = quiz(question, Random(seed))

    texts = {option.key: option.text for option in shown.options}
    assert sorted(texts.values()) == sorted(question.options)
    assert texts[shown.right_key] == question.options[question.right]


def test_the_right_option_stands_in_every_place_sooner_or_later() -> None:
    assert {quiz(FIRST, Random(seed)).right_key for seed in range(60)} == {"A", "B", "C", "D"}


@given(st.integers(0, 2**32))
def test_a_code_has_six_digits(seed: int) -> None:
    code = quiz(FIRST, Random(seed)).code

    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()


ASKED = replace(quiz(FIRST, Random(7)), code="042317", right_key="B")


@pytest.mark.parametrize("code", ["042317", " 042317 ", "０４２３１７"])
@pytest.mark.parametrize("answer", ["B", "b", " Ｂ "])
def test_right_is_right_however_the_keyboard_writes_it(code: str, answer: str) -> None:
    assert answer_faults(ASKED, code=code, answer=answer) == ()


def test_a_wrong_code_and_a_wrong_answer_are_told_apart() -> None:
    assert answer_faults(ASKED, code="042318", answer="B") == ("CODE_WRONG",)
    assert answer_faults(ASKED, code="042317", answer="A") == ("ANSWER_WRONG",)


@pytest.mark.parametrize(
    "code", ["42317", "²42317", "٠٤٢٣١٧" + "0", "", "\x00", "042317\u0301", "0" * 10_000]
)
def test_odd_digits_are_wrong_and_nothing_worse(code: str) -> None:
    assert "CODE_WRONG" in answer_faults(ASKED, code=code, answer="B")


@given(st.text(), st.text())
def test_whatever_is_typed_gets_an_answer(code: str, answer: str) -> None:
    assert set(answer_faults(ASKED, code=code, answer=answer)) <= {"CODE_WRONG", "ANSWER_WRONG"}
