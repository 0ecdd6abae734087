"""Pages: log in, log out, change the password."""

from __future__ import annotations

import json

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.limits import limit_password, limit_sign_in
from app.accounts.login import Sessions
from app.accounts.models import Role
from app.accounts.passwords import SHORTEST, PasswordRefusedError
from app.sdk.auth import signed_in, signed_in_or_none
from app.sdk.db import new_id, read
from app.sdk.events.session import SignedOut
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from app.sdk.web import public, requires

pages = Blueprint("accounts", __name__)

ROLE_LABELS = {
    Role.TRAINEE: "学员",
    Role.AUTHOR: "课程编辑",
    Role.REVIEWER: "课程复核",
    Role.TEACHER: "授课教师",
    Role.SUPERVISOR: "监管人员",
    Role.ADMIN: "系统管理员",
}


def sessions() -> Sessions:
    """Return the application's one keeper of sessions."""
    keeper: Sessions = current_app.extensions["anxue_sessions"]
    return keeper


@pages.get("/login")
@public("whoever is not signed in yet")
def login() -> str | Response:
    """The login form."""
    if signed_in_or_none() is not None:
        return redirect(_next_page())
    return _login_form()


@pages.post("/login")
@public("whoever is not signed in yet")
@limit_sign_in(lambda: request.form.get("login", ""))
def log_in() -> tuple[str, int] | Response:
    """Sign in and go where the person was going."""
    try:
        person = service.authenticate(read(), request.form.get("login", ""), request.form.get("password", ""))
    except service.WrongCredentialsError as error:
        return _login_form(error=error.text), error.status
    sessions().open(person)
    return redirect(_next_page())


@pages.post("/logout")
@public("signing out must work whatever has become of the session")
def logout() -> Response:
    """End this session."""
    sign_out()
    flash(_("您已退出登录。"), "success")
    return redirect(url_for("accounts.login"))


@pages.get("/account/password")
@requires("account.own")
def password() -> str:
    """The form for a new password."""
    return _password_form({})


@pages.post("/account/password")
@requires("account.own")
@limit_password
def change_password() -> tuple[str, int] | Response:
    """Change the password; every other session of the person ends."""
    form = request.form
    if form.get("new") != form.get("again"):
        return _password_form({"again": _("两次输入的新密码不一致。")}), 422
    try:
        with unit_of_work() as uow:
            person = service.change_password(
                uow, signed_in().person_id, current=form.get("current", ""), new=form.get("new", "")
            )
            uow.commit()
    except service.WrongPasswordError as error:
        return _password_form({"current": error.text}), error.status
    except PasswordRefusedError as error:
        return _password_form({"new": error.text}), error.status
    sessions().open(person)
    flash(_("密码已修改，其他设备上的登录已退出。"), "success")
    return redirect(url_for("accounts.password"))


def sign_out() -> None:
    """End this session, and let those hear of it who kept something open for it."""
    person = signed_in_or_none()
    if person is not None:
        with unit_of_work() as uow:
            uow.publish(SignedOut(event_id=new_id(), happened_at=uow.now, person_id=person.person_id))
            uow.commit()
    sessions().close()


def _login_form(error: str | None = None) -> str:
    return render_template(
        "accounts/login.html",
        login=request.form.get("login", ""),
        next=request.values.get("next", ""),
        error=error,
        sample_accounts=_sample_accounts() if runtime().deployment.sample else (),
    )


def _sample_accounts() -> list[dict[str, str]]:
    """Return the accounts that `./run` wrote for whoever tries Anxue on this machine; none elsewhere."""
    file = runtime().deployment.data_dir / "sample.json"
    if not file.is_file():
        return []
    accounts = json.loads(file.read_text("utf-8"))["accounts"]
    return [
        {
            "login": login,
            "password": account["password"],
            "role_label": "、".join(ROLE_LABELS[Role(role)] for role in account["roles"]),
        }
        for login, account in accounts.items()
    ]


def _password_form(errors: dict[str, str]) -> str:
    return render_template("accounts/password.html", errors=errors, minimum_length=SHORTEST, forced=False)


def _next_page() -> str:
    """Return the address asked for if it is one of ours, the first page otherwise (no open redirect)."""
    wanted = request.values.get("next", "")
    # One slash and no second one: neither scheme nor host can stand in it, and nothing need be parsed.
    ours = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if ours and wanted.isprintable() and "\\" not in wanted else url_for("learning.home")
