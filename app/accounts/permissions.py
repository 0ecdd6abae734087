"""The core's rights and who carries them."""

from __future__ import annotations

from app.accounts.models import Role
from app.sdk.plugin import Permission

EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.TRAINEE}

CORE_PERMISSIONS = (
    Permission(name="account.own", label="管理自己的账号", roles=EVERYBODY),
    Permission(name="learning.own", label="学习自己的课程", roles=frozenset({Role.TRAINEE})),
    Permission(
        name="media.watch",
        label="观看课程视频",
        roles=frozenset({Role.TRAINEE, Role.AUTHOR, Role.REVIEWER, Role.ADMIN}),
    ),
    Permission(
        name="courses.overview",
        label="查看课程与视频准备情况",
        roles=frozenset({Role.AUTHOR, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN}),
    ),
    Permission(name="operations.doctor", label="检查系统和学时证据", roles=frozenset({Role.ADMIN})),
)
