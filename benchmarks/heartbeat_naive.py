"""The handler one would write first: Flask, Flask-Login, an ORM user, an ORM row, one commit a beat.

Served by the same server as ours. It believes whatever it is told, so it does
less than ours; it is here for its cost only.
"""

from __future__ import annotations

import json
import os
from typing import Any

from flask import Flask, jsonify, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of the naive application."""


class Person(UserMixin, Base):  # type: ignore[misc]
    """Whoever is signed in."""

    __tablename__ = "naive_person"
    id: Mapped[int] = mapped_column(primary_key=True)


class Playback(Base):
    """What was watched: a JSON list of intervals."""

    __tablename__ = "naive_playback"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column()
    watched: Mapped[str] = mapped_column(Text, default="[]")


class Beat(Base):
    """One row a beat, as ours."""

    __tablename__ = "naive_beat"
    id: Mapped[int] = mapped_column(primary_key=True)
    playback_id: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int] = mapped_column()
    start: Mapped[float] = mapped_column()
    end: Mapped[float] = mapped_column()


db = SQLAlchemy(model_class=Base)


def create_app(address: str | None = None) -> Flask:
    """Return the application on the database at address, or the one the environment names."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "only for measuring, nobody is protected by it"  # noqa: S105
    app.config["SQLALCHEMY_DATABASE_URI"] = address or os.environ["NAIVE_DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 16, "max_overflow": 16}
    db.init_app(app)
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(key: str) -> Person | None:
        return db.session.get(Person, int(key))

    @app.post("/login/<int:person_id>")
    def login(person_id: int) -> str:
        login_user(db.session.get(Person, person_id))
        return ""

    @app.post("/playbacks/<playback_id>/beats")
    @login_required  # type: ignore[untyped-decorator]
    def beats(playback_id: str) -> Any:
        sent = request.get_json()["beats"][0]
        playback = db.session.execute(
            select(Playback).where(Playback.id == playback_id).with_for_update()
        ).scalar_one()
        if playback.person_id != current_user.id:
            return "", 404
        start, end = sent["played"]
        playback.watched = json.dumps(_merged(json.loads(playback.watched), [start, end]))
        db.session.add(Beat(playback_id=playback_id, seq=sent["seq"], start=start, end=end))
        db.session.commit()
        return jsonify(accepted=1)

    return app


def _merged(spans: list[list[float]], new: list[float]) -> list[list[float]]:
    whole: list[list[float]] = []
    for start, end in sorted([*spans, new]):
        if whole and start <= whole[-1][1]:
            whole[-1][1] = max(whole[-1][1], end)
        else:
            whole.append([start, end])
    return whole
