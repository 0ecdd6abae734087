"""Class hours in a few figures for the first page: three bars, and what is still missing.

Offline and practical hours are counted by attendance, which the ledger of
online time does not know: they are shown as 0 with a sentence that says when
they come, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from sqlalchemy.orm import Session

from app.sdk.learning import HoursBar, HoursSummary
from app.sdk.quantities import cut
from plugins.online_hours.domain.plan_figures import OnlineFigures
from plugins.online_hours.service.hours import Known, figures_of_enrolment

OFFLINE_LATER = "线下学时将在线下培训后计入"


def summary_of(session: Session, enrolment_id: int, *, known: Known, url: str) -> HoursSummary | None:
    """Return the summary of an enrolment, None when it has no plan."""
    figures = figures_of_enrolment(session, enrolment_id, known=known)
    if figures is None:
        return None
    return HoursSummary(
        counted=figures.shown(figures.countable),
        planned=at_least(figures.planned.total),
        percent=percent(figures.countable, figures.planned.total),
        surplus=figures.shown(figures.surplus) if figures.surplus else None,
        bars=tuple(_bars(figures)),
        url=url,
        missing=tuple(_missing(figures)),
    )


def percent(part: Fraction, whole: Fraction) -> int:
    """Return whole percent between 0 and 100, cut: 100 is shown only when nothing is missing."""
    return min(100, max(0, int(part * 100 / whole))) if whole > 0 else 0


def at_most(class_hours: Fraction) -> str:
    """Return a ceiling as people write it, cut: 8, not 8.0."""
    return cut(class_hours, 0 if class_hours.denominator == 1 else 1)


def at_least(class_hours: Fraction) -> str:
    """Return what must be reached as people write it, rounded up: reaching the text is enough."""
    return at_most(Fraction(ceil(class_hours * 10), 10))


def up_to(figure: str, ceiling: Fraction | None) -> str:
    """Return 6.4（上限 9.6）, or the figure alone where there is no ceiling."""
    return figure if ceiling is None else f"{figure}（上限 {at_most(ceiling)}）"


def _bars(figures: OnlineFigures) -> Iterator[HoursBar]:
    yield HoursBar(
        label="线上",
        figure=up_to(figures.shown(figures.countable), figures.ceiling),
        percent=percent(figures.countable, figures.target),
    )
    nothing = figures.shown(Fraction(0))
    yield HoursBar(
        label="线下",
        figure=f"{nothing}（至少 {at_least(figures.planned.offline)}）",
        percent=0,
        note=OFFLINE_LATER,
    )
    if figures.planned.practical:
        yield HoursBar(
            label="其中实训", figure=f"{nothing}（至少 {at_least(figures.planned.practical)}）", percent=0
        )


def _missing(figures: OnlineFigures) -> Iterator[str]:
    if figures.missing:
        yield f"线上 {figures.missing_shown} 学时"
    if figures.planned.offline > 0:
        yield f"线下 {at_least(figures.planned.offline)} 学时"
    if figures.planned.practical > 0:
        yield f"实训 {at_least(figures.planned.practical)} 学时"
