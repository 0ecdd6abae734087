"""我的个人信息: what is kept about the person, why, how long; and all of it to take away.

Every plugin says for itself what it keeps (Plugin.personal_data). Nothing here
knows what that is.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, render_template

from app.sdk.auth import signed_in
from app.sdk.db import read
from app.sdk.plugin import PersonalData
from app.sdk.runtime import runtime
from app.sdk.web import requires

pages = Blueprint("own_data", __name__)


@pages.get("/me/data")
@requires("account.own")
def kept() -> str:
    """What is kept, by whom."""
    return render_template(
        "accounts/own_data.html",
        kept=[{"what": each.what, "purpose": each.purpose, "kept": each.kept} for _, each in _all()],
    )


@pages.get("/me/data.json")
@requires("account.own")
def export() -> Response:
    """Everything that is kept about the person, as one file."""
    person = runtime().people.person(signed_in().person_id)
    content: dict[str, Any] = {
        "account": {"login": person.login, "name": person.name, "roles": sorted(person.roles)}
        if person
        else {}
    }
    for plugin, each in _all():
        content.setdefault(plugin, []).append(each.export(read(), signed_in().person_id))
    made = Response(
        json.dumps(content, ensure_ascii=False, indent=2, default=str), mimetype="application/json"
    )
    made.headers["Content-Disposition"] = 'attachment; filename="anxue-my-data.json"'
    return made


def _all() -> list[tuple[str, PersonalData]]:
    return [(plugin.name, each) for plugin in runtime().plugins for each in plugin.personal_data()]
