"""`bregma lab`: labs."""

import click

from bregma_app.administration import administration


@click.group("lab")
def command() -> None:
    """Make labs and list them."""


@command.command("add")
@click.argument("name")
@click.option("--timezone", required=True, help="The lab's clock: sessions, weighings and nights are told in it.")
@click.option("--institution", default="", help="Where the lab is.")
@click.option("--closed", is_flag=True, help="Only its own members read it; without, members of any lab do.")
def add(name: str, timezone: str, institution: str, *, closed: bool) -> None:
    """Add a lab.

    Example: bregma lab add cortexlab --timezone Europe/London
    """
    with administration() as run:
        run.add_lab(name, timezone=timezone, institution=institution, closed=closed)
    click.echo(f"lab {name} is there; a place for its files: bregma repository add main --lab {name}")


@command.command("list")
def list_() -> None:
    """List all labs."""
    with administration() as run:
        labs = run.list_labs()
    for lab in labs:
        click.echo(f"{lab['name']:<20} {lab['timezone']:<20} {lab['visibility']:<7} {lab['people']} people")
    if not labs:
        click.echo("no labs yet; make one: bregma lab add NAME --timezone Europe/London", err=True)
