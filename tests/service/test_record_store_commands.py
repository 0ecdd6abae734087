"""Credentials of sending systems, and the export, on the console."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.sdk.db import read
from app.sdk.runtime import EXTENSION, Runtime
from plugins.record_store.cli import records
from plugins.record_store.service.credentials import CredentialError, system_with
from tests.support.record_clients import KEY, SECRET, Sender, enter_system, statement


@pytest.fixture
def running(app: Flask) -> Iterator[Runtime]:
    with app.app_context():
        yield app.extensions[EXTENSION]


def anxue(*words: str, entered: str | None = None, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(records, words, input=entered, env=environment)


def create(secret: str = SECRET, *more: str) -> Result:
    return anxue("credential", "create", "--key", KEY, "--secret-stdin", *more, entered=secret + "\n")


def opens(secret: str = SECRET) -> bool:
    try:
        system_with(read(), KEY, secret)
    except CredentialError:
        return False
    return True


def test_a_credential_opens_the_store(running: Runtime) -> None:
    assert (create().output.strip(), opens()) == ("已创建", True)


def test_the_secret_may_come_from_the_environment(running: Runtime) -> None:
    anxue(
        "credential", "create", "--key", KEY, "--secret-from-env", "STORE_SECRET",
        environment={"STORE_SECRET": SECRET},
    )  # fmt: skip
    assert opens()


def test_the_same_again_changes_nothing(running: Runtime) -> None:
    create()
    assert create().output.strip() == "已存在"


def test_another_secret_for_a_known_key_is_refused(running: Runtime) -> None:
    create()
    assert (create("f" * 32).exit_code, opens()) == (1, True)


@pytest.mark.parametrize("secret", ["", "short", "0123456789"])
def test_a_secret_that_can_be_guessed_is_refused(secret: str, running: Runtime) -> None:
    assert create(secret).exit_code == 1


def test_a_withdrawn_credential_opens_nothing(running: Runtime) -> None:
    create()
    anxue("credential", "withdraw", KEY)
    assert not opens()


def test_the_list_shows_no_secret(running: Runtime) -> None:
    create(SECRET, "--scope", "statements/write")
    assert anxue("credential", "list").output == f"{KEY}\t有效\tstatements/write\n"


def test_the_export_holds_the_exact_text_of_every_statement(app: Flask) -> None:
    enter_system(app)
    text = json.dumps(statement(1), indent=2)
    Sender(app.test_client()).post(text.encode())
    with app.app_context():
        [line] = anxue("export").output.splitlines()
    assert json.loads(line)["text"] == text
