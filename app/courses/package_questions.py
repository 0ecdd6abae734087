"""Questions about a lesson: each asks about one stretch of its video.

They serve learners who answer a check without a face: the question is about
the minutes just watched. So a lesson needs a question for every stretch.
Positions are integer milliseconds of media time, half-open [from_ms, to_ms).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.courses.package_faults import FaultNotes
from app.courses.package_format import QUESTION_FILE_KEYS, QUESTION_KEYS, PackageLimits
from app.courses.package_tables import Table, read_table, text_fault

_FEWEST_OPTIONS, _MOST_OPTIONS = 3, 4
_LONGEST_OPTION = 120


@dataclass(frozen=True, slots=True)
class Question:
    """One question with one right option; answer is its index in options."""

    id: str
    from_ms: int
    to_ms: int
    text: str
    options: tuple[str, ...]
    answer: int
    explanation: str


def questions_about(questions: Iterable[Question], from_ms: int, to_ms: int) -> tuple[Question, ...]:
    """Return the questions whose stretch overlaps [from_ms, to_ms)."""
    return tuple(q for q in questions if q.from_ms < to_ms and from_ms < q.to_ms)


def unasked_stretches(
    questions: Iterable[Question], *, media_ms: int, stretch_ms: int
) -> tuple[tuple[int, int], ...]:
    """Return the gaps of the lesson so long that a stretch of stretch_ms could meet no question."""
    gaps: list[tuple[int, int]] = []
    asked_to = 0
    for question in sorted(questions, key=lambda q: q.from_ms):
        if question.from_ms - asked_to >= stretch_ms:
            gaps.append((asked_to, question.from_ms))
        asked_to = max(asked_to, question.to_ms)
    if media_ms - asked_to >= stretch_ms:
        gaps.append((asked_to, media_ms))
    return tuple(gaps)


def read_questions(text: str, notes: FaultNotes, limits: PackageLimits) -> tuple[Question, ...]:
    """Return the questions of a question file, noting every fault."""
    root = read_table(text, notes)
    if root is None:
        return ()
    root.refuse_unknown(QUESTION_FILE_KEYS)
    questions: list[Question] = []
    first_line: dict[str, int] = {}
    for table in root.tables("questions", most=limits.questions):
        question = _question(table)
        questions.append(question)
        line = first_line.setdefault(question.id, table.line("id"))
        if question.id and line != table.line("id"):
            table.note(f"题目编号 “{question.id}” 与第 {line} 行重复", "id")
    return tuple(questions)


def _question(table: Table) -> Question:
    table.refuse_unknown(QUESTION_KEYS)
    question_id = table.text("id", longest=40, pattern=r"[a-z0-9]+(-[a-z0-9]+)*", example="lec-1")
    from_ms, to_ms = table.milliseconds("from_seconds"), table.milliseconds("to_seconds")
    if {"from_seconds", "to_seconds"} <= table.values.keys() and to_ms <= from_ms:
        table.note("“to_seconds” 要大于 “from_seconds”", "to_seconds")
    options = _options(table)
    return Question(
        id=question_id,
        from_ms=from_ms,
        to_ms=to_ms,
        text=table.text("text", longest=200),
        options=options,
        answer=_answer(table, options),
        explanation=table.text("explanation", longest=300),
    )


def _options(table: Table) -> tuple[str, ...]:
    values = table.sequence("options")
    written = isinstance(table.values.get("options"), list)
    if written and not _FEWEST_OPTIONS <= len(values) <= _MOST_OPTIONS:
        table.note(
            f"“options” 要有 {_FEWEST_OPTIONS} 至 {_MOST_OPTIONS} 项，现有 {len(values)} 项", "options"
        )
    options: list[str] = []
    for index, value in enumerate(values):
        reason = text_fault(value, longest=_LONGEST_OPTION) if isinstance(value, str) else "应为文字"
        if reason is not None:
            table.note(f"第 {index + 1} 个选项{reason}", "options", index)
        elif value in options:
            table.note(f"第 {index + 1} 个选项与前面的相同", "options", index)
        options.append(str(value))
    return tuple(options)


def _answer(table: Table, options: tuple[str, ...]) -> int:
    """Return the right option's index; the author may write the index (from 0) or the option itself."""
    if "answer" not in table.values:
        table.note("缺少 “answer”")
        return 0
    answer = table.values["answer"]
    if isinstance(answer, str) and answer in options:
        return options.index(answer)
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(options):
        return answer
    table.note("“answer” 应为正确选项的序号（从 0 起）或与某个选项完全相同的文字", "answer")
    return 0
