"""Course packages: reads and judges the folder courses/<slug>/.

Pure: reads files below one folder and nothing else. No database, no web, no
ffmpeg: how long a video really is, the loader measures elsewhere and asks
declared_fits(). The format is described in docs/course-format.md.
"""

from pathlib import Path

from app.courses.package_captions import Cue, read_captions
from app.courses.package_faults import Fault, FaultNotes, PackageFaults
from app.courses.package_format import (
    CAPTION_SUFFIXES,
    CATEGORIES,
    CHALLENGE_KEYS,
    CHAPTER_KEYS,
    CONTENTS,
    COURSE_FILE,
    COURSE_KEYS,
    FORMAT,
    INDUSTRIES,
    LESSON_KEYS,
    LESSON_KINDS,
    MEDIA_SUFFIXES,
    POSTER_SUFFIXES,
    QUESTION_SUFFIXES,
    TOPICS,
    PackageLimits,
)
from app.courses.package_paths import file_fault
from app.courses.package_questions import Question, read_questions
from app.courses.package_tables import Table, read_table
from app.courses.package_values import (
    ChallengeSettings,
    Chapter,
    CoursePackage,
    PackageLesson,
    declared_fits,
)

__all__ = [
    "ChallengeSettings",
    "Chapter",
    "CoursePackage",
    "Cue",
    "Fault",
    "PackageFaults",
    "PackageLesson",
    "PackageLimits",
    "Question",
    "declared_fits",
    "read_package",
]

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_MOST_DECLARED_HOURS = 24


def read_package(folder: Path, limits: PackageLimits | None = None) -> CoursePackage:
    """Return the package in folder; raise PackageFaults with every fault found."""
    return _Reader(folder, limits or PackageLimits()).package()


class _Reader:
    """One reading of one folder: the notes of all its files come together here."""

    def __init__(self, folder: Path, limits: PackageLimits) -> None:
        self.folder = folder
        self.limits = limits
        self.course_notes = FaultNotes(COURSE_FILE)
        self.faults: list[Fault] = []

    def package(self) -> CoursePackage:
        package = self._course()
        self.faults += self.course_notes.faults
        if package is None or self.faults:
            raise PackageFaults(self.folder, self.faults)
        return package

    def _course(self) -> CoursePackage | None:
        reason = file_fault(self.folder, COURSE_FILE, most_bytes=self.limits.toml_bytes)
        if reason is not None:
            self.course_notes.note(1, reason)
            return None
        text = self._text(COURSE_FILE, self.course_notes)
        course = None if text is None else read_table(text, self.course_notes)
        if course is None:
            return None
        course.refuse_unknown(COURSE_KEYS)
        if course.number("format", highest=1_000, decimals=0) != FORMAT and "format" in course.values:
            course.note(f"“format” 应为 {FORMAT}", "format")
        slug = course.text("slug", longest=60, pattern=_SLUG, example="leader-shift-safety")
        if slug and slug != self.folder.absolute().name:
            course.note(f"“slug” 应与文件夹同名：“{self.folder.absolute().name}”", "slug")
        topics = course.choices("topics", TOPICS)
        if course.values.get("topics") == []:
            course.note("“topics” 至少要有一个主题", "topics")
        return CoursePackage(
            folder=self.folder,
            slug=slug,
            title=course.text("title", longest=60),
            summary=course.text("summary", longest=300),
            category=course.choice("category", CATEGORIES),
            industry=course.choices("industry", INDUSTRIES) if "industry" in course.values else (),
            required=course.flag("required"),
            content=course.choice("content", CONTENTS),
            topics=topics,
            institution=course.text("institution", longest=100),
            language=course.text(
                "language", longest=35, pattern=r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", example="zh-CN"
            ),
            version=course.text("version", longest=20, pattern=r"\d+(\.\d+){0,2}", example="1.0.0"),
            challenge=self._challenge(course),
            lessons=self._lessons(course),
        )

    def _challenge(self, course: Table) -> ChallengeSettings | None:
        table = course.table("challenge") if "challenge" in course.values else None
        if table is None:
            return None
        table.refuse_unknown(CHALLENGE_KEYS)
        values = table.sequence("interval_seconds")
        lowest, highest = self.limits.shortest_interval_seconds, self.limits.longest_interval_seconds
        whole = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
        if len(values) == len(whole) == 2 and lowest <= whole[0] <= whole[1] <= highest:
            return ChallengeSettings(whole[0], whole[1])
        if isinstance(table.values.get("interval_seconds"), list):
            table.note(
                f"“interval_seconds” 应为两个整数 [最短, 最长]，在 {lowest} 至 {highest} 之间",
                "interval_seconds",
            )
        return None

    def _lessons(self, course: Table) -> tuple[PackageLesson, ...]:
        lessons: list[PackageLesson] = []
        first_line: dict[tuple[str, str], int] = {}
        for table in course.tables("lessons", most=self.limits.lessons):
            lesson = self._lesson(table)
            lessons.append(lesson)
            # The same video twice would be paid twice.
            for key, value, what in (("id", lesson.id, "课时编号"), ("media", lesson.media, "视频文件")):
                line = first_line.setdefault((key, value), table.line(key))
                if value and line != table.line(key):
                    table.note(f"{what} “{value}” 与第 {line} 行重复", key)
        return tuple(lessons)

    def _lesson(self, table: Table) -> PackageLesson:
        table.refuse_unknown(LESSON_KEYS)
        limits = self.limits
        captions = self._file(table, "captions", CAPTION_SUFFIXES, limits.captions_bytes)
        questions = self._file(table, "questions", QUESTION_SUFFIXES, limits.toml_bytes)
        return PackageLesson(
            id=table.text("id", longest=40, pattern=_SLUG, example="shift-meeting"),
            title=table.text("title", longest=60),
            kind=table.choice("kind", LESSON_KINDS),
            media=self._file(table, "media", MEDIA_SUFFIXES, limits.media_bytes) or "",
            captions=captions or "",
            questions_file=questions or "",
            poster=self._file(table, "poster", POSTER_SUFFIXES, limits.poster_bytes)
            if "poster" in table.values
            else None,
            declared_class_hours=table.number(
                "declared_class_hours", highest=_MOST_DECLARED_HOURS, decimals=1
            ),
            chapters=self._chapters(table),
            cues=self._cues(captions),
            questions=self._questions(questions),
        )

    def _chapters(self, lesson: Table) -> tuple[Chapter, ...]:
        chapters: list[Chapter] = []
        if "chapters" not in lesson.values:
            return ()
        for table in lesson.tables("chapters", most=self.limits.chapters):
            table.refuse_unknown(CHAPTER_KEYS)
            chapter = Chapter(table.milliseconds("at_seconds"), table.text("title", longest=60))
            if chapters and "at_seconds" in table.values and chapter.at_ms <= chapters[-1].at_ms:
                table.note("章节要按时间先后排列，时间不能相同", "at_seconds")
            chapters.append(chapter)
        return tuple(chapters)

    def _cues(self, name: str | None) -> tuple[Cue, ...]:
        notes = FaultNotes(name or "")
        text = self._text(name, notes) if name else None
        cues = read_captions(text, notes) if text is not None else ()
        self.faults += notes.faults
        return cues

    def _questions(self, name: str | None) -> tuple[Question, ...]:
        notes = FaultNotes(name or "")
        text = self._text(name, notes) if name else None
        questions = read_questions(text, notes, self.limits) if text is not None else ()
        self.faults += notes.faults
        return questions

    def _file(self, table: Table, key: str, suffixes: tuple[str, ...], most_bytes: int) -> str | None:
        """Return the name that stands under key if it may be opened."""
        name = table.values.get(key)
        if not isinstance(name, str):
            table.text(key, longest=1)  # notes that it is missing or no text
            return None
        reason = file_fault(self.folder, name, most_bytes=most_bytes)
        if reason is None and Path(name).suffix.lower() not in suffixes:
            reason = f"文件 “{name}” 的类型不对，应为 {'、'.join(suffixes)}"
        if reason is not None:
            table.note(reason, key)
            return None
        return name

    def _text(self, name: str, notes: FaultNotes) -> str | None:
        raw = (self.folder / name).read_bytes()
        try:
            return raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            notes.note(raw[: error.start].count(b"\n") + 1, "不是 UTF-8 编码，请另存为 UTF-8")
            return None
