"""Every hook of the plugin contract, seen at work through a plugin that uses them all."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from app.factory import create_app, translation_folders
from app.kernel.commands import install_commands
from app.kernel.doctor import examine
from app.kernel.plugins import PluginFaultsError, disagreements, in_load_order, load_plugins
from app.kernel.workshop import Workshop
from app.sdk.clock import FixedClock
from app.sdk.db import Base, new_id, read
from app.sdk.plugin import Plugin
from app.sdk.runtime import EXTENSION, Runtime, runtime
from app.sdk.tasks import DONE, ask_for, job_of
from app.sdk.uow import unit_of_work
from tests.support import databases
from tests.support.classroom import LEADER, PASSWORD, Learner, furnish
from tests.support.dummy_plugin import DummyHappened, DummyNote, DummyPlugin, DummySettings
from tests.support.installations import settings_for

HOOKS = {name for name, member in vars(Plugin).items() if inspect.isfunction(member)}


@pytest.fixture
def dummy() -> DummyPlugin:
    return DummyPlugin()


@pytest.fixture
def alone(dummy: DummyPlugin, sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Flask:
    """An application with the dummy and no other plugin."""
    address = databases.sqlite_copy(sqlite_template, tmp_path)
    settings = settings_for(tmp_path, database_url=address, plugins=())
    return create_app(settings, clock=clock, extra_plugins=[dummy])


def test_the_dummy_uses_every_hook() -> None:
    assert HOOKS - {name for name in HOOKS if name in vars(DummyPlugin)} == set()


def test_its_page_its_navigation_and_its_slot_are_there(alone: Flask, clock: FixedClock) -> None:
    furnish(alone)
    learner = Learner(alone, clock, LEADER)
    home = learner.client.get("/").text
    assert learner.client.get("/dummy").text == "dummy"
    assert "示例入口" in home
    assert "示例提示" in home


def test_its_permission_keeps_other_roles_out(alone: Flask, clock: FixedClock) -> None:
    furnish(alone)
    staff = alone.test_client()
    staff.post("/api/v1/session", json={"login": "author", "password": PASSWORD})
    assert staff.get("/dummy").status_code == 403
    assert alone.test_client().get("/dummy").status_code == 302


def test_its_hot_path_answers_what_is_plain_and_leaves_the_rest(alone: Flask, clock: FixedClock) -> None:
    furnish(alone)
    learner = Learner(alone, clock)
    assert learner.post("/dummy/echo", data="hot").get_json() == {"way": "hot"}
    assert learner.post("/dummy/echo", data="cold").get_json() == {
        "way": "flask",
        "noted": "not hot",
        "body": "cold",
    }
    away = learner.post("/dummy/echo", data="away")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "5")
    assert (away.mimetype, away.get_json()["code"]) == ("application/problem+json", "unavailable")
    assert learner.client.post("/dummy/echo", data="hot").status_code == 403


def test_its_settings_and_rules_have_their_defaults(alone: Flask) -> None:
    with alone.app_context():
        assert runtime().settings_of(DummySettings).word == "hello"
        assert runtime().plans.rules_for(None).values["dummy.size"] == 3


def test_it_hears_its_event_inside_the_transaction(alone: Flask, dummy: DummyPlugin) -> None:
    event = DummyHappened(event_id=new_id(), happened_at=datetime(2025, 1, 1, tzinfo=UTC))
    with alone.app_context(), unit_of_work() as uow:
        uow.publish(event)
    assert dummy.heard == [event]


def test_its_job_is_done_and_its_turn_taken(alone: Flask, dummy: DummyPlugin) -> None:
    with alone.app_context(), unit_of_work() as uow:
        ask_for(uow, "dummy.work", "one", {"n": 1})
        uow.commit()
    workshop = Workshop(alone, handlers=dummy.tasks(), periodic=dummy.periodic_tasks())
    workshop.work_off()
    with alone.app_context():
        job = job_of(read(), "dummy.work", "one")
        assert job is not None
        assert job.state == DONE
    assert dummy.done == [{"n": 1}]
    assert workshop.take_turn("dummy.turn")
    assert dummy.turns == 1


def test_its_command_is_one_of_the_console_script(dummy: DummyPlugin) -> None:
    import click

    cli = click.Group()
    install_commands(cli, [dummy])
    assert CliRunner().invoke(cli, ["dummy"]).output == "dummy says hello\n"


def test_what_it_answers_for_is_asked_of_it(alone: Flask) -> None:
    known: Runtime = alone.extensions[EXTENSION]
    assert known.media_gate is not None
    assert known.media_gate.open_until_ms(1, "x") == 1000
    assert known.progress is not None
    assert known.hours is not None
    assert [method.name for method in known.presence_methods] == ["nod"]


def test_its_requirement_reaches_the_trainee(alone: Flask, clock: FixedClock) -> None:
    furnish(alone)
    missing = Learner(alone, clock).client.get("/api/v1/me/requirements").get_json()["missing"]
    assert missing == [{"name": "dummy.patience", "text": "还差一点耐心"}]


def test_its_personal_data_is_shown_and_handed_out(alone: Flask, clock: FixedClock) -> None:
    furnish(alone)
    learner = Learner(alone, clock)
    assert "示例" in learner.client.get("/me/data").text
    assert learner.client.get("/me/data.json").get_json()["dummy"] == [{"notes": []}]


def test_its_health_check_is_a_line_of_the_doctor(alone: Flask) -> None:
    with alone.app_context():
        findings = {finding.check: finding.faults for finding in examine(runtime(), read())}
    assert findings["dummy.well"] == ()
    assert findings["database.revisions"] == ()
    assert findings["database.durable"] == ()


def test_its_translations_are_looked_for_beside_it(dummy: DummyPlugin) -> None:
    assert translation_folders([dummy])[1:] == [str(Path(__file__).parents[2] / "support" / "translations")]


def test_its_table_bears_its_name(dummy: DummyPlugin) -> None:
    assert list(dummy.models()) == [DummyNote]
    assert DummyNote.__tablename__ in Base.metadata.tables


def test_a_plugin_whose_needs_are_not_there_is_named(dummy: DummyPlugin) -> None:
    class Needy(DummyPlugin):
        name = "needy"
        requires = ("absent",)

    _, faults = in_load_order([Needy()])
    assert faults == ["needy: requires 'absent', which is not enabled"]


def test_a_circle_of_needs_is_shown() -> None:
    class One(Plugin):
        name, label, requires = "one", "一", ("two",)

    class Two(Plugin):
        name, label, requires = "two", "二", ("one",)

    _, faults = in_load_order([One(), Two()])
    assert len(faults) == 1
    assert "circle" in faults[0]


def test_plugins_come_after_those_they_need() -> None:
    class Base_(Plugin):
        name, label = "base", "底"

    class Top(Plugin):
        name, label, requires = "top", "顶", ("base",)

    ordered, faults = in_load_order([Top(), Base_()])
    assert [plugin.name for plugin in ordered] == ["base", "top"]
    assert faults == []


def test_two_plugins_that_claim_the_same_are_told_of_everything_at_once(dummy: DummyPlugin) -> None:
    faults = disagreements([dummy, DummyPlugin()])
    for what in ("plugin 'dummy'", "table 'dummy_note'", "permission 'dummy.see'", "task 'dummy.work'"):
        assert f"{what} exists 2 times" in faults
    assert "the media gate is claimed by dummy and dummy" in faults


def test_what_does_not_bear_its_plugins_name_is_refused() -> None:
    class Stranger(DummyPlugin):
        name = "stranger"

    faults = disagreements([Stranger()])
    assert "stranger: table dummy_note must be called stranger_…" in faults
    assert "stranger: blueprint dummy must be called stranger_…" in faults
    assert "stranger: permission dummy.see must be called stranger.…" in faults
    assert "stranger: task dummy.turn must be called stranger.…" in faults


def test_unknown_names_are_all_reported_together() -> None:
    with pytest.raises(PluginFaultsError) as caught:
        load_plugins(["nope", "neither"])
    assert caught.value.faults == ("no plugin is called 'nope'", "no plugin is called 'neither'")


def test_every_hook_has_a_chapter_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "plugin-contract.md").read_text("utf-8")
    assert {hook for hook in HOOKS if f"### {hook}" not in page} == set()
