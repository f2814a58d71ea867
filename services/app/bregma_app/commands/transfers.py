"""`bregma transfers`: what is on its way between repositories."""

import time
from typing import Any

import click

from bregma_app.operating import administration

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def size(count: float) -> str:
    """Print a number of bytes as people read it.

    >>> size(1536)
    '1.5 KiB'
    """
    for unit in _UNITS[:-1]:
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} {_UNITS[-1]}"


def duration(seconds: float) -> str:
    """Print seconds as people read them.

    >>> duration(3725)
    '1:02:05'
    """
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def line(row: Any) -> str:
    """Print a movement."""
    done = row["bytes_done"] / row["size"] if row["size"] else 0.0
    filled = int(20 * done)
    way = f"{row['source']} > {row['target']}"
    text = f"{row['state']:<12} {'#' * filled}{'.' * (20 - filled)} {100 * done:5.1f}%  {size(row['size']):>10}  {way:<30} "
    if row["state"] == "moving" and row["rate"]:
        left = duration((row["size"] - row["bytes_done"]) / row["rate"])
        text += f"{size(row['rate'])}/s, {left} left  "
    text += f"{row['lab']} {row['dataset_name']}"
    return f"{text}\n{'':13}{row['reason']}" if row["reason"] else text


def table(overview: Any) -> str:
    """Print what is not done."""
    totals = [f"{row['count']:,} {row['state']} ({size(row['bytes'])})" for row in overview.totals]
    lines = [line(row) for row in overview.shown]
    return "\n".join([", ".join(totals) or "nothing is on its way", *lines])


@click.group("transfers", invoke_without_command=True)
@click.option("--watch", is_flag=True, help="Show it anew each second until Ctrl-C.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Transfers to show.")
@click.pass_context
def command(ctx: click.Context, limit: int, *, watch: bool) -> None:
    """Show the files on their way between repositories: what moves, what failed and why, what waits.

    Example: bregma transfers --watch
    """
    if ctx.invoked_subcommand is not None:
        return
    while True:
        with administration() as run:
            text = table(run.transfers(limit))
        if not watch:
            click.echo(text)
            return
        click.clear()
        click.echo(text)
        time.sleep(1)


@command.command("plan")
@click.option("--lab", help="Only this lab; default: all.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
def plan(lab: str | None, *, dry_run: bool) -> None:
    """Look now for what rules want and is missing; at night this happens by itself.

    Example: bregma transfers plan --lab cortexlab --dry-run
    """
    with administration() as run:
        found, names = run.plan_transfers(lab, dry_run=dry_run)
    for rule, count in found.files.items():
        click.echo(f"{names[rule]:<30} {count:>10,} files  {size(found.bytes[rule]):>10}")
    missing = f"{found.files.total():,} files, {size(found.bytes.total())}"
    did = "would be sent (dry run)" if dry_run else f"are missing, {found.made:,} transfers were queued"
    click.echo(f"of {found.looked_at:,} verified datasets that are not everywhere {missing} {did}")
