"""Every page with sample contexts, and the player against a stand-in server.

For whoever works on the look: `python frontend/dev/preview.py --port 5055`, then
open the address it prints. Knows the templates' contexts and sends the same
strict Content-Security-Policy as the real server; knows no rule of learning time
(fake_playback.py holds a toy version, enough to drive the player).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

from fake_playback import FakePlayback, sample_video
from flask import Flask, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from sample_contexts import CONTEXTS, NAVIGATION, PLAYER, PREPARING, TRAINEE

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAGES = {
    "login": "accounts/login.html",
    "password": "accounts/password.html",
    "home": "learning/home.html",
    "home-new": "learning/home.html",
    "course": "learning/course.html",
    "hours": "online_hours/hours.html",
    "hours-empty": "online_hours/hours.html",
    "error-404": "shell/error.html",
    "error-503": "shell/error.html",
}
ANONYMOUS = {"login", "error-503"}


def thing(value: Any) -> Any:
    """Return value with its mappings readable by attribute, as the real views' dataclasses are."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: thing(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return [thing(inner) for inner in value]
    return value


def create_preview(video: Path) -> Flask:
    """Return the preview application; video is a folder with index.m3u8 and captions.vtt."""
    app = Flask(__name__, static_folder=str(ROOT / "app/web/static"))
    folders = [ROOT / "app/web/templates", *sorted((ROOT / "plugins").glob("*/templates"))]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.config.update(SECRET_KEY=token_hex(), WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    CSRFProtect(app)
    # Links to pages that the preview does not have lead nowhere.
    app.url_build_error_handlers.append(lambda _error, _endpoint, _values: "#")
    Babel(app, default_locale="zh_CN")

    # Globals, not context: macros imported from shell/ui.html see nothing else.
    @app.template_global()
    def asset(name: str) -> str:
        manifest = json.loads((ROOT / "app/web/static/dist/manifest.json").read_text())
        return url_for("static", filename=manifest[name])

    @app.template_global()
    def page_slot(_name: str) -> Markup:
        return Markup("")

    @app.after_request
    def secure(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def page(name: str) -> str:
        context = {key: thing(value) for key, value in CONTEXTS[name].items()}
        if name == "password":
            context["errors"] = CONTEXTS[name]["errors"]
        if name in ANONYMOUS:
            return render_template(PAGES[name], **context)
        active = "hours" if name.startswith("hours") else "home"
        items = [thing({**item, "active": item["key"] == active}) for item in NAVIGATION]
        return render_template(PAGES[name], signed_in=thing(TRAINEE), nav_items=items, **context)

    @app.get("/", endpoint="learning.home")
    def home() -> ResponseReturnValue:
        return page("home")

    @app.route("/login", methods=["GET", "POST"], endpoint="accounts.login")
    def login() -> ResponseReturnValue:
        return page("login") if request.method == "GET" else redirect("/")

    @app.get("/password", endpoint="accounts.password")
    def password() -> ResponseReturnValue:
        return page("password")

    @app.post("/logout", endpoint="accounts.logout")
    def logout() -> ResponseReturnValue:
        return redirect("/login")

    @app.get("/look/<name>")
    def look(name: str) -> ResponseReturnValue:
        return page(name)

    @app.get("/player", defaults={"preparing": False})
    @app.get("/player-preparing", defaults={"preparing": True})
    def player(preparing: bool) -> ResponseReturnValue:
        items = [thing({**item, "active": item["key"] == "home"}) for item in NAVIGATION]
        context = thing(PREPARING if preparing else PLAYER).__dict__
        return render_template(
            "video_progress/player.html", signed_in=thing(TRAINEE), nav_items=items, **context
        )

    @app.get("/static/video_progress/<path:filename>", endpoint="video_progress.static")
    def player_file(filename: str) -> ResponseReturnValue:
        return send_from_directory(ROOT / "plugins/video_progress/static/video_progress", filename)

    @app.get("/static/identity_check/<path:name>")
    def camera_file(name: str) -> ResponseReturnValue:
        return send_from_directory(ROOT / "plugins/identity_check/static/identity_check", name)

    @app.get("/video/<path:name>")
    def video_file(name: str) -> ResponseReturnValue:
        return send_from_directory(video, name)

    FakePlayback().mount(app)
    return app


def main() -> None:
    """Serve the preview until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--video", type=Path, default=Path(tempfile.gettempdir()) / "anxue-preview-video")
    arguments = parser.parse_args()
    sample_video(arguments.video)
    print(f"http://127.0.0.1:{arguments.port}/  " + " ".join(f"/look/{name}" for name in PAGES) + " /player")
    create_preview(arguments.video).run(port=arguments.port, threaded=True)


if __name__ == "__main__":
    main()
