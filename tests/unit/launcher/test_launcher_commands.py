"""What the parts of an installation are told in their environment."""

from pathlib import Path

import pytest

from app.launcher_commands import decided, environment, sample_facts
from app.launcher_data import PRODUCTION, SAMPLE, Data


def told(folder: Path, mode: str) -> dict[str, str]:
    return environment(Data(folder, mode), port=8000, sample=sample_facts({}, port=8000))


def test_a_sample_feeds_its_own_record_store(tmp_path: Path) -> None:
    assert told(tmp_path, SAMPLE)["ANXUE_XAPI_FEED_ENDPOINT"] == "http://127.0.0.1:8000/xapi"


def test_a_registry_of_ones_own_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXUE_XAPI_FEED_ENDPOINT", "https://registry.example/xapi")
    found = told(tmp_path, SAMPLE)
    assert (found["ANXUE_XAPI_FEED_ENDPOINT"], "ANXUE_XAPI_FEED_SECRET" in found) == (
        "https://registry.example/xapi",
        False,
    )


def test_a_real_installation_is_given_nothing_of_the_sample(tmp_path: Path) -> None:
    given = {name for name in told(tmp_path, PRODUCTION) if name.startswith("ANXUE_")}
    assert given - {"ANXUE_TEST_POSTGRES_URL", "ANXUE_TEST_REDIS_URL"} == {
        "ANXUE_MODE",
        "ANXUE_DATA_DIR",
        "ANXUE_BASE_URL",
    }


def test_a_real_installation_keeps_its_public_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXUE_BASE_URL", "https://anxue.example")
    assert told(tmp_path, PRODUCTION)["ANXUE_BASE_URL"] == "https://anxue.example"


def test_the_record_stores_secret_stays_the_same_on_another_port() -> None:
    first = sample_facts({}, port=8000)
    second = sample_facts(first, port=9000)
    assert second["record_store"] == {**first["record_store"], "endpoint": "http://127.0.0.1:9000/xapi"}


def test_two_installations_do_not_share_a_secret() -> None:
    first, second = (sample_facts({}, port=8000)["record_store"]["secret"] for _ in range(2))
    assert first != second


def test_a_secret_from_the_environment_is_not_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXUE_SECRET_KEY", "given")
    assert "ANXUE_SECRET_KEY" not in decided(told(tmp_path, PRODUCTION))


def test_the_console_script_is_told_which_installation_it_meets(tmp_path: Path) -> None:
    assert decided(told(tmp_path, SAMPLE))["ANXUE_DATA_DIR"] == str(tmp_path)
