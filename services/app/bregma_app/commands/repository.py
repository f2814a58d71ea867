"""`bregma repository`: repositories that Bregma manages."""

import click

from bregma_app.administration import administration


@click.group("repository")
def command() -> None:
    """Bind repositories to buckets."""


@command.command("add")
@click.argument("name")
@click.option("--lab", "labs", multiple=True, help="Lab whose files go there; may be given several times.")
@click.option("--bucket", help="Bucket of the configured store; default: BREGMA_S3_BUCKET.")
def add(name: str, labs: tuple[str, ...], bucket: str | None) -> None:
    """Make NAME a managed repository: what exists there is what Bregma has verified.

    Example: bregma repository add main --lab cortexlab --lab mainenlab
    """
    with administration() as run:
        run.bind_repository(name, bucket, list(labs))
    click.echo(f"{name} is managed by Bregma" + (f" for {', '.join(labs)}" if labs else ""))
