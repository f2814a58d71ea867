"""`bregma source`: repositories outside of the house that copies are made of."""

import click

from bregma_app.operating import administration

CARRIERS = ("agent", "http", "s3", "globus")


@click.group("source")
def command() -> None:
    """Say where files lie that Bregma does not manage yet, so that transfer rules may adopt them."""


@command.command("add")
@click.argument("repository")
@click.option("--carrier", type=click.Choice(CARRIERS), required=True, help="Who brings the files.")
@click.option("--address", default="", help="Where they lie: https://..., STORE/BUCKET/FOLDER, or COLLECTION/FOLDER.")
@click.option("--credential", help="Name of an entry of BREGMA_SOURCES; default: none is needed.")
def add(repository: str, carrier: str, address: str, credential: str | None) -> None:
    """Let the files that are declared on REPOSITORY be copied to where rules want them.

    \b
    agent   `one agent` runs there and sends; it has no address
    http    workers read an HTTP(S) data server, such as an Alyx's
    s3      workers read a bucket of a store in BREGMA_STORES
    globus  Globus moves the files

    Example: bregma source add flatiron --carrier http --address https://data.example.org --credential flatiron
    """  # noqa: D301  click keeps the lines of a paragraph that begins with a backspace character
    with administration() as run:
        run.add_source(repository, carrier, address, credential)
    click.echo(f"{repository} is a source by {carrier}; `bregma transfers plan --dry-run` says what rules want of it")


@command.command("list")
def list_() -> None:
    """List the sources: who brings their files, and from where.

    Example: bregma source list
    """
    with administration() as run:
        found = run.list_sources()
    for one in found:
        key = f"as {one['credential']}" if one["credential"] else ""
        click.echo(f"{one['repository']:<24} {one['carrier']:<8} {one['address'] or 'comes by itself'} {key}".rstrip())
    if not found:
        click.echo("no sources yet; `bregma source add --help` says how", err=True)


@command.command("remove")
@click.argument("repository")
def remove(repository: str) -> None:
    """Let REPOSITORY be no source any more. Copies that were made stay; what is on its way fails and says so.

    Example: bregma source remove flatiron
    """
    with administration() as run:
        run.remove_source(repository)
    click.echo(f"{repository} is no source any more")
