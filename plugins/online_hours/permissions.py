"""The rights of online_hours."""

from __future__ import annotations

from typing import Final

from app.sdk.plugin import Permission

OWN: Final = "online_hours.own"

PERMISSIONS = (Permission(name=OWN, label="查看自己的学时", roles=frozenset({"trainee"})),)
