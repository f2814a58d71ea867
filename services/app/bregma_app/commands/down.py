"""``bregma down``."""

import click


@click.command("down")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Stop everything that `bregma up` started; nothing is deleted."""
    from bregma_kit.local.children import LocalServerError

    from bregma_app.embedded.detach import stop_detached
    from bregma_app.embedded.home import Home

    home = Home()
    try:
        stopped = stop_detached(home)
    except LocalServerError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(1)
    click.echo("Bregma is stopped." if stopped else f"Nothing runs in {home.path}.")
