"""Typed reading of a TOML file from outside: every key named, every fault noted.

Knows TOML's types and the sentences for what is wrong with a value. It does
not know what a course is. After a fault a method returns a harmless stand-in
and reading goes on, so that the author sees all faults together; whoever reads
must look at the notes before using what was built.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches

from app.courses.package_faults import FaultNotes
from app.courses.package_toml_lines import Path, toml_lines

_TYPES = {
    str: "文字",
    bool: "true 或 false",
    Decimal: "数字",
    list: "列表",
    dict: "表",
}
_MOST_DECIMALS = 3


class Table:
    """One table of a document, the place where it stands, and the notes of its file."""

    def __init__(
        self, values: Mapping[str, object], path: Path, lines: Mapping[Path, int], notes: FaultNotes
    ) -> None:
        self.values = values
        self.path = path
        self.lines = lines
        self.notes = notes

    def line(self, *path: str | int) -> int:
        """Return the line of a key (or element) in this table; of the table itself if it is missing."""
        full = (*self.path, *path)
        while full and full not in self.lines:
            full = full[:-1]
        return self.lines.get(full, 1)

    def note(self, reason: str, *path: str | int) -> None:
        self.notes.note(self.line(*path), reason)

    def refuse_unknown(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                hint = f"，是不是 “{close[0]}”？" if close else ""
                self.note(f"不认识的键 “{key}”{hint}", key)

    def text(self, key: str, *, longest: int, pattern: str | None = None, example: str = "") -> str:
        value = self._taken(key, str)
        if not isinstance(value, str):
            return ""
        reason = text_fault(value, longest=longest)
        if reason is None and pattern is not None and not re.fullmatch(pattern, value, re.ASCII):
            reason = f"写法不对，例如 “{example}”"
        if reason is not None:
            self.note(f"“{key}” {reason}", key)
        return value

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        value = self._taken(key, str)
        if isinstance(value, str) and value in allowed:
            return value
        if isinstance(value, str):
            self.note(_not_allowed(key, value, allowed), key)
        return ""

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        chosen: list[str] = []
        for index, value in enumerate(self.sequence(key)):
            if not isinstance(value, str) or value not in allowed:
                self.note(_not_allowed(key, str(value), allowed), key, index)
            elif value in chosen:
                self.note(f"“{key}” 重复写了 “{value}”", key, index)
            else:
                chosen.append(value)
        return tuple(chosen)

    def flag(self, key: str) -> bool:
        return self._taken(key, bool) is True

    def number(self, key: str, *, highest: int, decimals: int = _MOST_DECIMALS) -> Decimal:
        """Return a number from 0 to highest; TOML's integers are numbers too."""
        if isinstance(whole := self.values.get(key), int) and not isinstance(whole, bool):
            value = Decimal(whole)
        else:
            taken = self._taken(key, Decimal)
            if not isinstance(taken, Decimal):
                return Decimal(0)
            value = taken
        reason = number_fault(value, highest=highest, decimals=decimals)
        if reason is None:
            return value
        self.note(f"“{key}” {reason}", key)
        return Decimal(0)

    def milliseconds(self, key: str, *, longest_seconds: int = 86_400) -> int:
        return int(self.number(key, highest=longest_seconds) * 1000)

    def sequence(self, key: str) -> Sequence[object]:
        value = self._taken(key, list)
        return value if isinstance(value, list) else ()

    def table(self, key: str) -> "Table | None":
        value = self._taken(key, dict)
        return Table(value, (*self.path, key), self.lines, self.notes) if isinstance(value, dict) else None

    def tables(self, key: str, *, most: int) -> tuple["Table", ...]:
        """Return the tables of a list; one is the least."""
        values = self.sequence(key)
        if key in self.values and isinstance(self.values[key], list) and not 1 <= len(values) <= most:
            self.note(f"“{key}” 要有 1 至 {most} 项，现有 {len(values)} 项", key)
        found: list[Table] = []
        for index, value in enumerate(values[:most]):
            if isinstance(value, dict):
                found.append(Table(value, (*self.path, key, index), self.lines, self.notes))
            else:
                self.note(f"“{key}” 的每一项都应是表", key, index)
        return tuple(found)

    def _taken(self, key: str, kind: type) -> object:
        if key not in self.values:
            self.note(f"缺少 “{key}”")
            return None
        value = self.values[key]
        if not isinstance(value, kind):
            self.note(f"“{key}” 应为{_TYPES[kind]}", key)
            return None
        return value


def _not_allowed(key: str, value: str, allowed: Sequence[str]) -> str:
    return f"“{key}” 的值 “{value[:40]}” 不在允许的范围内：{'、'.join(allowed)}"


def text_fault(value: str, *, longest: int) -> str | None:
    """Return in Chinese what is wrong with a text shown to people, or None."""
    if not value.strip():
        return "不能为空"
    if value != value.strip():
        return "前后不能有空格"
    if len(value) > longest:
        return f"有 {len(value)} 个字，最多 {longest} 个"
    if not value.isprintable():
        return "含有换行或不可见字符"
    return None


def number_fault(value: Decimal, *, highest: int, decimals: int) -> str | None:
    """Return in Chinese what is wrong with a number, or None."""
    if not value.is_finite():
        return "应为普通数字"
    if value < 0:
        return "不能是负数"
    if value > highest:
        return f"不能大于 {highest}"
    # Only now: scaling a number of a billion digits would take for ever.
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -decimals:
        return f"最多 {decimals} 位小数" if decimals else "应为整数"
    return None


def read_table(text: str, notes: FaultNotes) -> Table | None:
    """Return the document's root table, or None after noting why it is not TOML."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        lines = toml_lines(text)
    except RecursionError:
        notes.note(1, "括号嵌套太深")
        return None
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else max(1, text.rstrip().count("\n") + 1)
        notes.note(line, f"不是正确的 TOML：{_toml_reason(str(error))}")
        return None
    return Table(values, (), lines, notes)


_TOML_REASONS = {
    "Cannot overwrite a value": "同一个键写了两次",
    "Cannot declare": "同一个表写了两次",
    "Expected '=' after a key": "键后面缺少 “=”",
    "Invalid value": "值写法不对（文字要加引号）",
    "Unclosed array": "列表缺少 “]”",
    "Unclosed inline table": "行内表缺少 “}”",
    "Unterminated string": "文字缺少结尾的引号",
    "Expected newline or end of document": "一行只能写一个键",
    "Illegal character": "含有不允许的字符，文字可能缺少引号",
    "Expected ']'": "表名缺少 “]”",
}


def _toml_reason(english: str) -> str:
    for beginning, reason in _TOML_REASONS.items():
        if beginning in english:
            return reason
    return english
