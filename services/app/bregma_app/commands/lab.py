"""`bregma lab`: labs."""

from collections.abc import Callable
from typing import Any

import click

from bregma_app.operating import administration

_REFERENCE = (
    "Fraction of its reference weight that a restricted animal must not fall below, such as 0.85; 0 sets no limit."
)
_ZSCORE = "The same of the weight expected of its sex and age; both add up."


def _limits(command_: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the weight limits."""
    zscore = click.option("--zscore-weight-pct", type=float, help=_ZSCORE)
    return click.option("--reference-weight-pct", type=float, help=_REFERENCE)(zscore(command_))


def _say_limit(name: str, limit: float) -> None:
    if limit:
        click.echo(f"animals of {name} are too light below {100 * limit:g} % of their expected weight")
    else:
        click.echo(f"no animal of {name} counts as too light: set a limit with --reference-weight-pct 0.85")


@click.group("lab")
def command() -> None:
    """Make labs, change and list them."""


@command.command("add")
@click.argument("name")
@click.option("--timezone", required=True, help="The lab's clock: sessions, weighings and nights are told in it.")
@click.option("--institution", default="", help="Where the lab is.")
@click.option("--closed", is_flag=True, help="Only its own members read it; without, members of any lab do.")
@_limits
def add(name: str, timezone: str, institution: str, *, closed: bool, **limits: float | None) -> None:
    """Add a lab.

    Example: bregma lab add cortexlab --timezone Europe/London --reference-weight-pct 0.85
    """
    with administration() as run:
        limit = run.add_lab(name, timezone=timezone, institution=institution, closed=closed, **limits)
    click.echo(f"lab {name} is there; a place for its files: bregma repository add main --lab {name}")
    _say_limit(name, limit)


@command.command("set")
@click.argument("name")
@click.option("--institution", help="Where the lab is.")
@_limits
def set_(name: str, **values: Any) -> None:
    """Change a lab: how light its animals may become.

    Example: bregma lab set cortexlab --reference-weight-pct 0.85
    """
    if all(one is None for one in values.values()):
        raise click.UsageError("Say what to change, such as --reference-weight-pct 0.85.")
    with administration() as run:
        limit = run.set_lab(name, **values)
    _say_limit(name, limit)


@command.command("list")
def list_() -> None:
    """List all labs: clock, who reads them, how light their animals may become."""
    with administration() as run:
        labs = run.list_labs()
    for lab in labs:
        limit = lab["reference_weight_pct"] + lab["zscore_weight_pct"]
        said = f"weight limit {100 * limit:g} %" if limit else "no weight limit"
        click.echo(f"{lab['name']:<20} {lab['timezone']:<20} {lab['visibility']:<7} {lab['people']} people  {said}")
    if not labs:
        click.echo("no labs yet; make one: bregma lab add NAME --timezone Europe/London", err=True)
