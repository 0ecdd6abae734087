"""Our own source text, for tests about its shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "plugins")


def plugin_names() -> list[str]:
    """Return the plugins there are, by their folders."""
    return sorted(folder.parent.name for folder in (ROOT / "plugins").glob("*/__init__.py"))


def modules() -> list[Path]:
    """Return every Python file of the application and its plugins, without revisions."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.relative_to(ROOT).parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed text of path."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """Return path as a reader would name it."""
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.Module) -> Iterator[str]:
    """Return every name that a module imports, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Return line and last name of everything that is called: 12, "import_module"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.lineno, node.func.attr
