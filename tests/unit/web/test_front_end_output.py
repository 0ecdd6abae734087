"""The committed front end: complete, fresh enough for its templates, fit for a strict CSP."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "app/web/static"
DIST = STATIC / "dist"
PLAYER = ROOT / "plugins/video_progress/static/video_progress"
MANIFEST: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
TEMPLATES = sorted(
    [*(ROOT / "app").glob("**/templates/**/*.html"), *(ROOT / "plugins").glob("**/templates/**/*.html")]
)
PAGE_BYTES_AT_MOST = 250_000


def names(pattern: str, *suffixes: str) -> set[str]:
    """Return what pattern finds in all source files of these kinds."""
    files = [
        path
        for folder in ("app", "plugins")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes
    ]
    return {name for path in files for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_every_file_of_the_manifest_is_there() -> None:
    assert [name for name in MANIFEST.values() if not (STATIC / name).is_file()] == []


def test_no_file_of_an_earlier_build_is_left() -> None:
    kept = {Path(name).name for name in MANIFEST.values()} | {"manifest.json"}
    assert {path.name for path in DIST.iterdir()} == kept


def test_every_asset_that_a_template_names_was_built() -> None:
    assert names(r'asset\("([^"]+)"\)', ".html") <= set(MANIFEST)


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = (STATIC / MANIFEST["icons.svg"]).read_text(encoding="utf-8")
    used = names(r'\bicon\(\s*"([a-z0-9-]+)"', ".html") | names(r'\bicon="([a-z0-9-]+)"', ".py")
    assert used - set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_needs_no_exception_from_the_content_security_policy(template: Path) -> None:
    text = re.sub(r"{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert re.findall(r"""\s(?:style|on[a-z]+)\s*=\s*["']|<style\b|<script(?![^>]*\bsrc=)""", text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_loads_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href|action|poster)\s*=\s*["'](?:https?:)?//[^"']*""", text) == []


def test_the_style_sheets_load_nothing_from_elsewhere() -> None:
    sheets = [STATIC / MANIFEST["app.css"], PLAYER / "player.css"]
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    assert re.findall(r"url\((?!\s*[\"']?(?:data:|#))|@import", text) == []


def test_the_players_page_stays_below_its_weight() -> None:
    files = [*(STATIC / name for name in MANIFEST.values()), *PLAYER.iterdir()]
    assert sum(packed(path) for path in files) <= PAGE_BYTES_AT_MOST


def test_the_lock_file_names_no_package_index() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
