"""`anxue feed …`: what lies in the outbox, and the levers."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.sdk.clock import timestamp
from app.sdk.db import read
from app.sdk.outbox import DEAD, Depth, OutboxDelivery, OutboxMessage, depth, messages
from app.sdk.outbox_settle import release, revive
from app.sdk.runtime import runtime
from app.sdk.uow import unit_of_work
from plugins.xapi_feed.service.sending import drain
from plugins.xapi_feed.service.telling import DESTINATION, TOPIC
from plugins.xapi_feed.settings import FeedSettings


@click.group("feed")
def feed() -> None:
    """The feed of statements to the registry."""


@feed.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a destination.")
@with_appcontext
def status(as_json: bool) -> None:
    """Show what waits, travels, has arrived and is dead, and how old the oldest is."""
    known, now = depth(read(), DESTINATION), runtime().clock.now()
    endpoint = runtime().settings_of(FeedSettings).endpoint
    if as_json:
        told = {
            key: timestamp(value) if isinstance(value, datetime) else value
            for key, value in asdict(known).items()
        }
        click.echo(
            json.dumps({**told, "endpoint": endpoint, "oldest_waiting_seconds": _age(known, now)}, indent=2)
        )
        return
    click.echo(f"目的地 {known.destination}：{endpoint or '未配置，语句保存待发'}")
    click.echo(f"待发 {known.pending}，发送中 {known.sending}，已送达 {known.delivered}，被拒收 {known.dead}")
    age = _age(known, now)
    click.echo("没有等待中的语句" if age is None else f"最早一条已等待 {age:.0f} 秒")
    if known.pause_reason:
        click.echo(f"已暂停：{known.pause_reason}；请检查地址和凭证，然后执行 anxue feed resume")


@feed.command("drain")
@with_appcontext
def drain_now() -> None:
    """Send what may be sent now, without waiting for the worker."""
    done = drain()
    click.echo(f"送达 {done.delivered}，被拒收 {done.dead}，稍后重发 {done.waiting}")


@feed.command("resume")
@with_appcontext
def resume() -> None:
    """Try the destination again at once."""
    with unit_of_work() as uow:
        release(uow.session, DESTINATION)
        uow.commit()
    click.echo("已恢复发送")


@feed.command("dead")
@with_appcontext
def dead() -> None:
    """List statements the registry refuses: id, status and its answer, one JSON object a line."""
    rows = read().execute(
        select(OutboxMessage.id, OutboxDelivery.last_status, OutboxDelivery.last_answer)
        .join(OutboxDelivery, OutboxDelivery.message_sequence == OutboxMessage.sequence)
        .where(OutboxDelivery.destination == DESTINATION, OutboxDelivery.state == DEAD)
        .order_by(OutboxMessage.sequence)
    )
    for message_id, last_status, answer in rows:
        click.echo(
            json.dumps({"id": message_id, "status": last_status, "answer": answer}, ensure_ascii=False)
        )


@feed.command("replay")
@click.argument("ids", nargs=-1, required=True)
@with_appcontext
def replay(ids: tuple[str, ...]) -> None:
    """Send refused statements again, bytes unchanged."""
    with unit_of_work() as uow:
        revived = revive(uow.session, DESTINATION, ids, now=uow.now)
        uow.commit()
    click.echo(f"已重新排队 {revived} 条")


@feed.command("export")
@with_appcontext
def export() -> None:
    """Write every frozen statement: a JSON object a line with its id and its exact text."""
    for message_id, body in messages(read(), TOPIC):
        click.echo(json.dumps({"id": message_id, "text": body.decode("utf-8")}, ensure_ascii=False))


def _age(known: Depth, now: datetime) -> float | None:
    oldest = known.oldest_waiting_made_at
    return None if oldest is None else max(0.0, (now - oldest).total_seconds())
