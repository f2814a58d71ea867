"""The way from a command to the installation; what works there is imported when a command has its words together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bregma_app.administration import Administration


@contextmanager
def administration() -> "Iterator[Administration]":
    """Work on the configured or running installation; an operator's mistake becomes a sentence."""
    # a second of imports, which nobody waits for who reads the help or mistyped an option
    from bregma_app.administration import MISTAKES, Administration, installation_settings

    try:
        yield Administration(installation_settings())
    except MISTAKES as error:
        raise click.ClickException(str(error)) from None
