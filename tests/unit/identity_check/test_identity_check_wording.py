"""Every code that the plugin can give has a sentence."""

import re
from pathlib import Path

import pytest

import plugins.identity_check
from plugins.identity_check.domain.wording import sentence

FOLDER = Path(plugins.identity_check.__file__).parent
CODE = re.compile(r'"([A-Z]+(?:_[A-Z]+)*)"')
NOT_CODES = {"JPEG", "PNG", "WEBP", "RGB", "RIFF", "NFKC", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def codes_in_use() -> set[str]:
    sources = [path for path in FOLDER.rglob("*.py") if path.name != "wording.py"]
    return {code for path in sources for code in CODE.findall(path.read_text())} - NOT_CODES


@pytest.mark.parametrize("code", sorted(codes_in_use()))
def test_every_code_has_a_sentence(code: str) -> None:
    assert sentence(code).endswith("。")
