"""What the fixtures promise to every other test."""

import socket

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from app.accounts.models import Organisation, OrganisationKind
from app.kernel.migrate import is_current
from app.sdk.clock import FixedClock
from app.sdk.db import Base, read
from app.sdk.runtime import Runtime, runtime
from app.sdk.uow import unit_of_work
from tests.support.network import NetworkRefusedError

NAME = "只在一个测试里"


def enter() -> None:
    with unit_of_work() as uow:
        uow.session.add(Organisation(kind=OrganisationKind.PROVINCE, name=NAME))
        uow.commit()


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_commits_no_other_test_sees(database: Runtime, time: str) -> None:
    enter()
    assert read().execute(select(Organisation).where(Organisation.name == NAME)).scalars().all() != []
    assert len(read().execute(select(Organisation)).scalars().all()) == 1


def test_a_fresh_database_stands_at_all_heads(database: Runtime) -> None:
    assert is_current(database.engine)


def test_a_copy_keeps_the_triggers(database: Runtime) -> None:
    catalogue = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    }
    assert read().execute(text(catalogue[database.engine.dialect.name])).scalar_one() > 0


def test_a_fresh_database_has_every_table(database: Runtime) -> None:
    assert tables_of_ours() - set(inspect(database.engine).get_table_names()) == set()


def tables_of_ours() -> set[str]:
    """Return the tables that Anxue describes; other tests describe tables of their own."""
    ours = (
        mapper
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(("app.", "plugins."))
    )
    return {str(mapper.local_table) for mapper in ours}


def test_the_clock_of_the_application_is_the_tests(app: Flask, clock: FixedClock) -> None:
    clock.advance(60)
    with app.app_context():
        assert runtime().clock.now() == clock.now()


def test_the_client_speaks_to_an_application_whose_database_answers(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_no_test_leaves_the_machine() -> None:
    with socket.socket() as outside, pytest.raises(NetworkRefusedError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))
