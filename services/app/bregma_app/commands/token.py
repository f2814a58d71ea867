"""`bregma token`: tokens for rigs and scripts."""

import click

from bregma_app.operating import administration


@click.group("token")
def command() -> None:
    """Make tokens for rigs and scripts."""


@command.command("add")
@click.option("--rig", "rig", metavar="NAME", help="A rig's name: makes the account if it does not exist.")
@click.option("--user", "user", metavar="NAME", help="An account that exists.")
@click.option("--lab", help="Lab in which a rig's token may write.")
@click.option("--name", default="", help="What the token is for; shown in lists.")
def add(rig: str | None, user: str | None, lab: str | None, name: str) -> None:
    """Make a token and print it; it is shown this once only.

    Example: bregma token add --rig rig3 --lab cortexlab
    """
    if bool(rig) == bool(user):
        raise click.UsageError("say either --rig NAME --lab LAB or --user NAME")
    if rig and not lab:
        raise click.UsageError("a rig's token needs --lab LAB: it may write there and nowhere else")
    with administration() as run:
        click.echo(run.add_token(rig or user or "", rig=bool(rig), lab=lab, name=name))
