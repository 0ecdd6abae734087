"""Every fault of course.toml is named with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.courses.package import Fault, PackageFaults, PackageLimits, read_package
from tests.support.course_package import COURSE, QUESTIONS, write_package

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a sound package, with one text of its course file replaced by another."""

    def written(before: str = "", after: str = "") -> Path:
        assert before in COURSE
        return write_package(tmp_path, COURSE.replace(before, after, 1))

    return written


def faults(folder: Path, limits: PackageLimits | None = None) -> tuple[Fault, ...]:
    with pytest.raises(PackageFaults) as caught:
        read_package(folder, limits)
    return caught.value.faults


def test_a_sound_package_is_read(write: Write) -> None:
    package = read_package(write())

    assert (package.slug, package.category, package.required) == ("crane-lifting", "team_leader", True)
    assert package.lessons[0].chapters[1].at_ms == 12_500


@pytest.mark.parametrize(
    ("before", "after", "line", "word"),
    [
        ("format = 1", "format = 2", 1, "应为 1"),
        ("format = 1\n", "", 1, "缺少 “format”"),
        ("format = 1", "format = true", 1, "应为数字"),
        ('slug = "crane-lifting"', 'slug = "other"', 2, "文件夹同名"),
        ('slug = "crane-lifting"', 'slug = "Crane lifting"', 2, "写法不对"),
        ('title = "吊装作业安全"', "title = 7", 3, "应为文字"),
        ('title = "吊装作业安全"', 'title = "  "', 3, "不能为空"),
        ('title = "吊装作业安全"', 'title = "吊装\\n安全"', 3, "不可见字符"),
        ('title = "吊装作业安全"', f'title = "{"长" * 61}"', 3, "最多 60 个"),
        ('title = "吊装作业安全"', 'title = " 吊装"', 3, "前后不能有空格"),
        ('"team_leader"', '"driver"', 5, "不在允许的范围内"),
        ('category = "team_leader"', 'category = ["team_leader"]', 5, "应为文字"),
        ('["construction"]', '["shipping"]', 6, "不在允许的范围内"),
        ('["construction"]', '["mining", "mining"]', 6, "重复"),
        ("required = true", 'required = "yes"', 7, "应为true 或 false"),
        ('"professional"', '"special"', 8, "不在允许的范围内"),
        ('["accident_prevention"]', '["cooking"]', 9, "不在允许的范围内"),
        ('["accident_prevention"]', "[]", 9, "至少要有一个主题"),
        ('"示范培训中心"', "false", 10, "应为文字"),
        ('"zh-CN"', '"Chinese!"', 11, "写法不对"),
        ('"1.0"', '"first"', 12, "写法不对"),
        ('version = "1.0"', 'version = "1.0"\ncolour = "red"', 13, "不认识的键 “colour”"),
        ("title =", "titel =", 3, "是不是 “title”"),
        ("[20, 40]", "[40, 20]", 15, "最短, 最长"),
        ("[20, 40]", "[20]", 15, "最短, 最长"),
        ("[20, 40]", "[20, 5000]", 15, "最短, 最长"),
        ("[20, 40]", "[true, 40]", 15, "最短, 最长"),
        ("[20, 40]", "20", 15, "应为列表"),
        ("interval_seconds =", "interval_minutes =", 15, "不认识的键 “interval_minutes”"),
        ('id = "first"', 'id = "First lesson"', 18, "写法不对"),
        ('kind = "video"', 'kind = "game"', 20, "不在允许的范围内"),
        ('"first.mp4"', '"missing.mp4"', 21, "找不到文件"),
        ('"first.mp4"', '"first.vtt"', 21, "类型不对"),
        ('"first.mp4"', "12", 21, "应为文字"),
        ('"first.vtt"', '"../first.vtt"', 22, "文件夹以外"),
        ('questions = "questions.toml"\n', "", 17, "缺少 “questions”"),
        ("= 0.1", "= -0.1", 24, "不能是负数"),
        ("= 0.1", "= 0.15", 24, "最多 1 位小数"),
        ("= 0.1", "= nan", 24, "应为普通数字"),
        ("= 0.1", "= 1e999999999", 24, "不能大于"),
        ("= 0.1", '= "0.1"', 24, "应为数字"),
        ("at_seconds = 12.5", "at_seconds = 0", 27, "先后排列"),
        ("at_seconds = 12.5", "at_second = 12.5", 27, "不认识的键"),
        ('title = "检查吊具"', "title = 3", 27, "应为文字"),
        ("[[lessons]]", "[lessons]", 17, "应为列表"),
        ("[challenge]", "[challenge", 14, "不是正确的 TOML"),
        ('version = "1.0"', 'version = "1.0"\nversion = "2"', 13, "同一个键写了两次"),
    ],
)
def test_a_fault_names_its_line_and_reason(
    write: Write, before: str, after: str, line: int, word: str
) -> None:
    found = faults(write(before, after))

    assert any(fault.file == "course.toml" and fault.line == line and word in fault.reason for fault in found)


def test_all_faults_are_told_together(write: Write) -> None:
    folder = write('"team_leader"', '"driver"')
    (folder / "first.vtt").write_text("no captions", encoding="utf-8")
    (folder / "questions.toml").write_text(QUESTIONS.replace("answer = 0", "answer = 9"), encoding="utf-8")

    assert [fault.file for fault in faults(folder)] == ["course.toml", "first.vtt", "questions.toml"]


def test_faults_print_as_file_line_reason(write: Write) -> None:
    folder = write('"team_leader"', '"driver"')
    with pytest.raises(PackageFaults) as caught:
        read_package(folder)

    assert str(caught.value).startswith(f"{folder}/course.toml:5: “category”")


def test_two_lessons_may_not_have_one_id(write: Write) -> None:
    second = COURSE[COURSE.index("[[lessons]]") :].replace("first.mp4", "second.mp4")
    folder = write()
    (folder / "second.mp4").write_bytes(b"another video")
    (folder / "course.toml").write_text(COURSE + second, encoding="utf-8")

    assert [(f.line, f.reason) for f in faults(folder)] == [(30, "课时编号 “first” 与第 18 行重复")]


def test_two_lessons_may_not_share_a_video(write: Write) -> None:
    second = COURSE[COURSE.index("[[lessons]]") :].replace('id = "first"', 'id = "second"')
    folder = write()
    (folder / "course.toml").write_text(COURSE + second, encoding="utf-8")

    assert [(f.line, f.reason) for f in faults(folder)] == [(33, "视频文件 “first.mp4” 与第 21 行重复")]


def test_a_package_without_lessons_is_refused(write: Write) -> None:
    folder = write()
    text = COURSE[: COURSE.index("[challenge]")] + "lessons = []\n"
    (folder / "course.toml").write_text(text, encoding="utf-8")

    assert [(f.line, f.reason) for f in faults(folder)] == [(14, "“lessons” 要有 1 至 100 项，现有 0 项")]


def test_a_folder_without_course_file_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path) == (Fault("course.toml", 1, "找不到文件 “course.toml”"),)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path / "nowhere") == (Fault("course.toml", 1, "找不到文件 “course.toml”"),)


def test_text_that_is_not_utf8_is_refused_with_its_line(write: Write) -> None:
    folder = write()
    (folder / "course.toml").write_bytes(b'format = 1\ntitle = "\xb0\xb2"\n')

    assert faults(folder) == (Fault("course.toml", 2, "不是 UTF-8 编码，请另存为 UTF-8"),)


def test_brackets_without_end_are_refused(write: Write) -> None:
    folder = write()
    (folder / "course.toml").write_text("a = " + "[" * 50_000, encoding="utf-8")

    assert faults(folder) == (Fault("course.toml", 1, "括号嵌套太深"),)


def test_a_video_over_the_limit_is_refused(write: Write) -> None:
    found = faults(write(), PackageLimits(media_bytes=3))

    assert [(f.line, f.reason) for f in found] == [(21, "文件 “first.mp4” 有 7 字节，超过上限 3 字节")]


def test_captions_over_the_limit_are_refused(write: Write) -> None:
    assert [f.line for f in faults(write(), PackageLimits(captions_bytes=10))] == [22]


def test_a_course_file_over_the_limit_is_refused_unread(write: Write) -> None:
    found = faults(write("format = 1", "format = 2"), PackageLimits(toml_bytes=100))

    assert [(f.file, f.line) for f in found if f.file == "course.toml"] == [("course.toml", 1)]


def test_an_absent_challenge_leaves_the_rule_of_the_plan(write: Write) -> None:
    assert read_package(write("[challenge]\ninterval_seconds = [20, 40]\n", "")).challenge is None


def test_no_industry_means_all_industries(write: Write) -> None:
    assert read_package(write('industry = ["construction"]\n', "")).industry == ()


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write: Write) -> None:
    folder = write()
    text = "\ufeff" + COURSE.replace("\n", "\r\n")
    (folder / "course.toml").write_bytes(text.encode())

    assert read_package(folder).slug == "crane-lifting"
