"""Routes × roles × own, another's, another category's, nobody's: made from the live route map.

What a route answers follows from its mark and from whose object it is asked for:
no permission 403, not yours 404, nobody signed in 401 or the way to the login. A
route with a parameter that tests/support/matrix.py cannot name an object for fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.factory import create_app
from app.media.access import PREVIEW
from app.sdk.clock import FixedClock
from app.sdk.runtime import EXTENSION
from app.sdk.uow import UnitOfWork
from plugins.video_progress.models import Playback
from plugins.video_progress.service import settling
from tests.support import databases, matrix
from tests.support.classroom import LEADER
from tests.support.installations import MORNING, settings_for
from tests.support.matrix import NO_OBJECT, NOBODYS, OWN, STRANGER, Matrix, Tried

READING = frozenset({"GET"})
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ABOUT = frozenset({"HEAD", "OPTIONS"})


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    clock = FixedClock(MORNING)
    app = create_app(
        settings_for(folder, database_url=databases.sqlite_copy(sqlite_template, folder)), clock=clock
    )
    yield matrix.furnished(app, clock)
    app.extensions[EXTENSION].engine.dispose()


@pytest.fixture(scope="module")
def about(made: Matrix) -> list[Tried]:
    return list(made.tried(ABOUT))


@pytest.fixture(scope="module")
def read(made: Matrix, about: list[Tried]) -> list[Tried]:
    assert about
    return list(made.tried(READING))


@pytest.fixture(scope="module")
def tried(made: Matrix, read: list[Tried]) -> list[Tried]:
    found = [*read, *made.tried(CHANGING)]
    print(f"\n{len({each.endpoint for each in found})} routes, {len(found)} calls:", end=" ")
    print(dict(Counter(each.came for each in found)))
    return found


def expected(made: Matrix, each: Tried) -> str:
    """Return the class of answer that mark and object demand; "" where a public route decides for itself."""
    permission = each.access.permission
    if permission is None:
        return ""
    if each.who == STRANGER:
        return "login"
    if permission not in made.permissions[each.who]:
        return "refused"
    # Staff who look after courses may preview every video (app/media/access.py).
    previews = each.endpoint.startswith("media.") and PREVIEW in made.permissions[each.who]
    mine = each.who == LEADER and each.whose == OWN
    return "answered" if each.whose == NO_OBJECT or mine or (previews and each.whose != NOBODYS) else "absent"


def test_every_answer_is_what_mark_and_object_demand(made: Matrix, tried: list[Tried]) -> None:
    wrong = [(each, wanted) for each in tried if (wanted := expected(made, each)) not in ("", each.came)]
    assert wrong == []


def test_every_parameter_of_every_route_is_classified(made: Matrix, tried: list[Tried]) -> None:
    assert (made.unknown, bool(tried)) == (set(), True)


def test_every_route_was_tried_by_everybody(made: Matrix, tried: list[Tried]) -> None:
    by_route = Counter((each.endpoint, each.who) for each in tried)
    routes = {rule.endpoint for rule in made.app.url_map.iter_rules()}
    assert {(route, who) for route in routes for who in made.clients} - by_route.keys() == set()


def test_enough_was_tried_to_prove_something(tried: list[Tried]) -> None:
    came = Counter(each.came for each in tried)
    assert len(tried) >= 400
    assert min(came["login"], came["refused"], came["absent"], came["answered"]) >= 30


def test_nothing_fails(tried: list[Tried]) -> None:
    assert [each for each in tried if each.came == "fault"] == []


def test_what_is_ones_own_can_be_read(made: Matrix, read: list[Tried]) -> None:
    own = [each for each in read if each.whose == OWN and expected(made, each) == "answered"]
    assert len(own) >= 10
    assert [each for each in own if each.status != 200] == []


def test_the_matrix_notices_a_playback_that_is_shown_to_anybody(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(uow: UnitOfWork, playback_id: str, _: int) -> settling.Held:
        playback = uow.session.get(Playback, playback_id)
        return whose_ever(uow, playback_id, playback.person_id if playback else 0)

    whose_ever = settling.hold
    made = matrix.furnished(app, clock)
    monkeypatch.setattr(settling, "hold", held)
    wrong = [each for each in made.tried(READING) if expected(made, each) not in ("", each.came)]
    assert {each.endpoint for each in wrong} == {"video_progress_playbacks.show_playback"}


def test_head_answers_as_get_does_and_without_a_body(about: list[Tried], read: list[Tried]) -> None:
    got = {(each.who, each.endpoint, each.whose): each for each in read}
    heads = [each for each in about if each.method == "HEAD"]
    assert len(heads) >= 100
    assert [
        each for each in heads if each.size or each.came != got[each.who, each.endpoint, each.whose].came
    ] == []


def test_options_tell_a_stranger_nothing_of_what_is_not_public(about: list[Tried]) -> None:
    asked = [each for each in about if each.method == "OPTIONS" and each.who == STRANGER]
    assert len(asked) >= 30
    assert [each for each in asked if each.access.permission and each.came != "login"] == []


def test_nothing_can_be_changed_without_the_token(app: Flask, clock: FixedClock) -> None:
    made = matrix.furnished(app, clock)
    for _, token in made.clients.values():
        token.clear()
    changed = [
        each
        for each in made.tried(CHANGING)
        if each.access.csrf and each.who != STRANGER and each.came != "refused"
    ]
    assert changed == []
