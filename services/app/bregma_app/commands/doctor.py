"""``bregma doctor``."""

import click

_MARKS = {"ok": "  ok  ", "note": " note ", "bad": "  BAD "}


@click.command("doctor")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look for what could keep Bregma from running here, and say what to do. Exit code 1: something could."""
    from bregma_app.embedded.doctor import examine
    from bregma_app.embedded.home import Home

    bad = 0
    for finding in examine(Home()):
        bad += finding.level == "bad"
        click.echo(f"[{_MARKS[finding.level]}] {finding.what}")
        for line in finding.todo.splitlines():
            click.echo(f"         -> {line}")
    click.echo("Nothing stands in the way." if not bad else f"\n{bad} to mend, marked BAD above.")
    ctx.exit(1 if bad else 0)
