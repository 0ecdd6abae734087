"""`anxue playback replay`: judge a recorded session with the server's own rules."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from plugins.video_progress.domain.reading import TraceError
from plugins.video_progress.domain.replay import replay


@click.group("playback")
def playback() -> None:
    """Playback and its rules."""


@playback.command("replay")
def replay_trace() -> None:
    """Read a trace as JSON on standard input and write what it earns. Exit 1 for a malformed trace."""
    try:
        answer = replay(_trace(sys.stdin.buffer.read()))
    except TraceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(answer, ensure_ascii=False))


def _trace(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"the trace is no JSON: {error}") from error
