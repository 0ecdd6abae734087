"""Periodic deeds: however many clocks strike, each turn is taken once.

Every worker has its own beat, so that none is indispensable. A row of the job
table per deed says when its next turn is and who has it; the row is the only
truth, the beats only remind.
"""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)
