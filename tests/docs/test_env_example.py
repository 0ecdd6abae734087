"""`.env.example` lists every setting there is, with the default it has."""

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from app.kernel.plugins import load_plugins
from app.settings import DEFAULT_PLUGINS, Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def listed() -> dict[str, str]:
    return dict(re.findall(r"^#?(ANXUE_[A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def settings_classes() -> list[type[BaseSettings]]:
    return [Settings, *(kind for plugin in load_plugins(DEFAULT_PLUGINS) for kind in plugin.settings())]


def written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def defaults() -> dict[str, str]:
    found = {}
    for kind in settings_classes():
        for name, field in kind.model_fields.items():
            assert field.default is not PydanticUndefined, f"{name} has no default"
            found[f"{kind.model_config['env_prefix']}{name}".upper()] = written(field.default)
    return found


def test_every_setting_is_listed_and_nothing_else() -> None:
    assert set(listed()) == set(defaults())


def test_every_listed_value_is_the_default() -> None:
    assert listed() == defaults()
