"""What every page's frame needs: addresses of built files, navigation, slots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.accounts.web import ROLE_LABELS
from app.sdk.auth import signed_in_or_none
from app.sdk.plugin import NavItem, PageSlot

BUILT = Path(__file__).parent / "static" / "dist"
MOST_NAV_ITEMS = 5


class Shell:
    """Puts the frame's globals into the templates."""

    def __init__(self, nav_items: Iterable[NavItem], slots: Iterable[PageSlot]) -> None:
        self._nav_items = sorted(nav_items, key=lambda item: (item.order, item.endpoint))
        self._slots = sorted(slots, key=lambda slot: slot.order)
        self._files: Mapping[str, str] = json.loads((BUILT / "manifest.json").read_text())

    def install(self, app: Flask) -> None:
        app.jinja_env.globals.update(asset=self.asset, page_slot=self.page_slot, csrf_token=generate_csrf)
        app.context_processor(self._context)
        app.jinja_env.add_extension("jinja2.ext.do")

    def asset(self, name: str) -> str:
        """Return the address of a built file; its name changes with its content."""
        return url_for("static", filename=self._files[name])

    def page_slot(self, name: str, **context: Any) -> Markup:
        """Return what plugins put into a slot of the page."""
        # Each piece was rendered by a template of the plugin, which escapes.
        return Markup("").join(Markup(slot.render(context)) for slot in self._slots if slot.slot == name)  # noqa: S704

    def _context(self) -> dict[str, Any]:
        person = signed_in_or_none()
        if person is None:
            return {"signed_in": None, "nav_items": []}
        roles = [label for role, label in ROLE_LABELS.items() if role in person.roles]
        mine = [item for item in self._nav_items if person.may(item.permission)]
        return {
            "signed_in": {"name": person.name, "login": person.login, "role_label": "、".join(roles)},
            "nav_items": [
                {
                    "label": item.label,
                    "url": url_for(item.endpoint),
                    "icon": item.icon,
                    "active": request.endpoint == item.endpoint,
                }
                for item in mine[:MOST_NAV_ITEMS]
            ],
        }
