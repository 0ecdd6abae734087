"""Why a video cannot be prepared, in the words its author reads."""

from __future__ import annotations


class UnfitVideoError(Exception):
    """This file will never become a lesson, however often it is tried; the text says why, in Chinese."""
