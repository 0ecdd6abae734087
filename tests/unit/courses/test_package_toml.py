"""The line scanner agrees with tomllib, and no text breaks the reading."""

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.package_faults import FaultNotes
from app.courses.package_tables import number_fault, read_table
from app.courses.package_toml_lines import toml_lines

DOCUMENT = '''\
# a comment with [brackets] and "quotes"
plain = 1
"quoted \\u4e2d" = 'literal # no comment'
dotted.inner = [ 1, # one
  "two ] ,", [3],
]
long = """
[[not.a.table]]
x = "1" \\
"""""
raw = \'\'\'
y = 2\'\'\'
table = { a = 1, b = { c = "}" } }

[head]
key = 2020-01-01

[[many]]
a = 1
[many.child]
b = 2
[[many]]
a = true
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("plain",), 2),
        (("quoted 中",), 3),
        (("dotted", "inner"), 4),
        (("dotted", "inner", 1), 5),
        (("dotted", "inner", 2, 0), 5),
        (("long",), 7),
        (("raw",), 11),
        (("table", "b", "c"), 13),
        (("head", "key"), 16),
        (("many", 0), 18),
        (("many", 0, "child", "b"), 21),
        (("many", 1), 22),
        (("many", 1, "a"), 23),
    ],
)
def test_every_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert toml_lines(DOCUMENT)[path] == line


def paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner: dict[str | int, object] = {}
    if isinstance(value, dict):
        inner = dict(value)
    elif isinstance(value, list):
        inner = dict(enumerate(value))
    below = {found for key, held in inner.items() for found in paths(held, (*path, key))}
    return below | {path}


def test_the_scanner_finds_exactly_the_keys_of_tomllib() -> None:
    assert set(toml_lines(DOCUMENT)) | {()} == paths(tomllib.loads(DOCUMENT))


PIECES = st.sampled_from(
    [
        "a = 1\n",
        "[a]\n",
        "[[b]]\n",
        "b.c = 'x'\n",
        "d = [1,\n{e = 2}]\n",
        '"',
        "'''",
        "\n",
        "#",
        "f",
        "=",
        "[",
        "}",
    ]
)


@given(st.lists(PIECES).map("".join) | st.text())
def test_any_text_is_either_read_or_refused(text: str) -> None:
    notes = FaultNotes("course.toml")
    table = read_table(text, notes)

    assert (table is None) == bool(notes.faults)


@given(st.lists(PIECES).map("".join))
def test_every_key_of_an_accepted_text_has_a_line(text: str) -> None:
    table = read_table(text, FaultNotes("course.toml"))

    assert table is None or paths(table.values) <= set(table.lines) | {()}


@given(st.text())
def test_a_refusal_names_a_line_of_the_text(text: str) -> None:
    notes = FaultNotes("course.toml")
    read_table(text, notes)

    assert all(1 <= fault.line <= text.count("\n") + 1 for fault in notes.faults)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_number_without_fault_is_within_its_bounds(number: Decimal) -> None:
    fault = number_fault(number, highest=100, decimals=3)

    assert fault is not None or (0 <= number <= 100 and number * 1000 == int(number * 1000))
