"""Page for administrators: what `anxue doctor` says of this installation.

The checks read everything there is, so they are made when somebody asks for
them (POST), never by looking at the page.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from app.kernel.doctor import MOST_FAULTS_SHOWN, examine
from app.sdk.db import read
from app.sdk.runtime import runtime
from app.sdk.web import requires

pages = Blueprint("doctor", __name__)


@pages.get("/admin/doctor")
@requires("operations.doctor")
def doctor() -> str:
    """What the checks are for, and a button."""
    return render_template("operations/doctor.html", findings=None, sound=0, most=MOST_FAULTS_SHOWN)


@pages.post("/admin/doctor")
@requires("operations.doctor")
def examined() -> str:
    """The findings of all checks, those with faults first."""
    findings = sorted(examine(runtime(), read()), key=lambda finding: not finding.faults)
    sound = sum(not finding.faults for finding in findings)
    return render_template("operations/doctor.html", findings=findings, sound=sound, most=MOST_FAULTS_SHOWN)
