"""How the supervisor talks: plain words to a terminal, with the time in a log."""

import sys
from datetime import datetime

import click


def say(text: str) -> None:
    """Tell the operator."""
    if sys.stdout.isatty():
        click.echo(text)
    else:
        click.echo(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {text}")
    sys.stdout.flush()
