"""Question files: what is refused, and which question belongs to which stretch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.package_faults import FaultNotes
from app.courses.package_format import PackageLimits
from app.courses.package_questions import Question, questions_about, read_questions, unasked_stretches

ONE = """\
[[questions]]
id = "hook"
from_seconds = 1.5
to_seconds = 20
text = "吊装前先查什么？"
options = ["吊具", "天气预报", "午餐"]
answer = "天气预报"
explanation = "说明。"
"""


def question(from_ms: int, to_ms: int) -> Question:
    return Question("q", from_ms, to_ms, "问", ("甲", "乙", "丙"), 0, "解")


def faults(text: str, limits: PackageLimits | None = None) -> list[tuple[int, str]]:
    notes = FaultNotes("questions.toml")
    read_questions(text, notes, limits or PackageLimits())
    return [(fault.line, fault.reason) for fault in notes.faults]


def test_an_answer_may_be_the_option_itself() -> None:
    notes = FaultNotes("questions.toml")
    read = read_questions(ONE, notes, PackageLimits())

    assert (read[0].answer, read[0].from_ms, notes.faults) == (1, 1500, [])


@pytest.mark.parametrize(
    ("before", "after", "line", "word"),
    [
        ('answer = "天气预报"', "answer = 3", 7, "正确选项的序号"),
        ('answer = "天气预报"', "answer = -1", 7, "正确选项的序号"),
        ('answer = "天气预报"', "answer = true", 7, "正确选项的序号"),
        ('answer = "天气预报"', 'answer = "晚餐"', 7, "正确选项的序号"),
        ('answer = "天气预报"\n', "", 1, "缺少 “answer”"),
        ("to_seconds = 20", "to_seconds = 1.5", 4, "要大于"),
        ("from_seconds = 1.5", "from_seconds = -1", 3, "不能是负数"),
        ("from_seconds = 1.5", "from_seconds = 1.2345", 3, "最多 3 位小数"),
        ('"午餐"]', '"吊具"]', 6, "与前面的相同"),
        ('"午餐"]', "3]", 6, "应为文字"),
        ('"午餐"]', '""]', 6, "不能为空"),
        (', "午餐"]', "]", 6, "要有 3 至 4 项"),
        ('["吊具", "天气预报", "午餐"]', "[]", 6, "要有 3 至 4 项"),
        ('"午餐"]', '"午餐", "丁", "戊"]', 6, "要有 3 至 4 项"),
        ('id = "hook"', 'id = "Hook?"', 2, "写法不对"),
        ("explanation =", "explain =", 8, "不认识的键"),
        ("[[questions]]", "[[question]]", 1, "缺少 “questions”"),
        ('text = "吊装前先查什么？"', "text = ", 5, "不是正确的 TOML"),
    ],
)
def test_a_faulty_question_names_its_line(before: str, after: str, line: int, word: str) -> None:
    found = faults(ONE.replace(before, after, 1))

    assert any(at == line and word in reason for at, reason in found)


def test_two_questions_may_not_have_one_id() -> None:
    assert faults(ONE + "\n" + ONE) == [(11, "题目编号 “hook” 与第 2 行重复")]


def test_more_questions_than_the_limit_are_refused() -> None:
    assert faults(ONE + ONE.replace("hook", "rope"), PackageLimits(questions=1)) == [
        (1, "“questions” 要有 1 至 1 项，现有 2 项")
    ]


def test_a_question_that_only_touches_a_stretch_is_not_about_it() -> None:
    asked = [question(0, 10), question(10, 20), question(20, 30)]

    assert questions_about(asked, 10, 20) == (question(10, 20),)


def test_a_gap_as_long_as_a_stretch_is_told() -> None:
    assert unasked_stretches([question(0, 10), question(30, 40)], media_ms=60, stretch_ms=20) == (
        (10, 30),
        (40, 60),
    )


def test_a_shorter_gap_is_no_fault() -> None:
    assert unasked_stretches([question(0, 10), question(29, 60)], media_ms=60, stretch_ms=20) == ()


questions = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 40)).map(lambda at: question(at[0], min(100, at[0] + at[1])))
)


@given(questions, st.integers(1, 50), st.integers(0, 100))
def test_without_gaps_every_stretch_meets_a_question(asked: list[Question], stretch: int, start: int) -> None:
    gaps = unasked_stretches(asked, media_ms=100, stretch_ms=stretch)
    within = min(start, 100 - stretch)

    met = bool(questions_about(asked, within, within + stretch))
    assert met or any(gap_from <= within and within + stretch <= gap_to for gap_from, gap_to in gaps)
