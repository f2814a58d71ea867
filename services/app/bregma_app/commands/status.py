"""``bregma status``."""

import json

import click


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="For programs; contains passwords.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show what runs here, where, and how much memory it takes. Exit code 3: nothing runs."""
    from bregma_app.embedded import report
    from bregma_app.embedded.home import Home

    found = report.status(Home())
    click.echo(json.dumps(found, indent=1) if as_json else report.text(found))
    ctx.exit(3 if found["phase"] == "stopped" else 0)
