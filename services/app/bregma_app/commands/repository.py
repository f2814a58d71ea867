"""`bregma repository`: repositories that Bregma manages."""

import click

from bregma_app.operating import administration

BUCKET = "Bucket of the configured store; default: BREGMA_S3_BUCKET."


@click.group("repository")
def command() -> None:
    """Say where labs' files go: repositories, each bound to a bucket."""


def _say_places(places: dict[str, str | None]) -> None:
    for lab, place in places.items():
        if place is None:
            click.echo(f"uploads of {lab} have no place now; give it one: bregma repository add NAME --lab {lab}")
        else:
            click.echo(f"uploads of {lab} go to {place}")


@command.command("add")
@click.argument("name")
@click.option("--lab", "labs", multiple=True, help="Lab whose files may go there; may be given several times.")
@click.option("--bucket", help=BUCKET)
@click.option("--create-bucket", is_flag=True, help="Make the bucket if the store has none of this name.")
@click.option("--store", help="Another object store, by its name in BREGMA_STORES: for copies, not for uploads.")
def add(name: str, labs: tuple[str, ...], bucket: str | None, store: str | None, *, create_bucket: bool) -> None:
    """Make NAME a managed repository: what exists there is what Bregma has verified.

    A lab's uploads go to the first repository that it was given, until `bregma repository default` names another.

    Example: bregma repository add main --lab cortexlab --lab mainenlab
    """
    with administration() as run:
        places = run.bind_repository(name, bucket, labs, create_bucket=create_bucket, store=store)
    click.echo(f"{name} is managed by Bregma" + (f" for {', '.join(labs)}" if labs else ""))
    _say_places(places)


@command.command("list")
def list_() -> None:
    """List all repositories: bucket, files that exist there, labs; * marks the labs whose uploads go there."""
    with administration() as run:
        found = run.list_repositories()
    for one in found:
        labs = ", ".join(f"{lab}*" if lab in one.uploads_of else lab for lab in one.labs)
        click.echo(f"{one.name:<20} {one.bucket or 'not managed':<20} {one.files:>8} files  {labs or 'no lab'}")
    if not found:
        click.echo("no repositories yet; make one: bregma repository add main --lab NAME", err=True)


@command.command("default")
@click.argument("name")
@click.option("--lab", "labs", multiple=True, required=True, help="Lab whose uploads go there from now on.")
def default(name: str, labs: tuple[str, ...]) -> None:
    """Let the uploads of labs go to NAME, which they have. Files that lie elsewhere stay there.

    Example: bregma repository default main --lab cortexlab
    """
    with administration() as run:
        run.set_default_repository(name, labs)
    _say_places(dict.fromkeys(labs, name))


@command.command("rebind")
@click.argument("name")
@click.option("--bucket", required=True, help="The bucket that it is bound to from now on.")
@click.option("--create-bucket", is_flag=True, help="Make the bucket if the store has none of this name.")
def rebind(name: str, bucket: str, *, create_bucket: bool) -> None:
    """Bind NAME to another bucket; only while no file lies in its present one."""
    with administration() as run:
        run.rebind_repository(name, bucket, create_bucket=create_bucket)
    click.echo(f"{name} is bound to the bucket {bucket}")


@command.command("remove")
@click.argument("name")
@click.option(
    "--lab", "labs", multiple=True, help="Only take it from this lab; files that lie there stay and are served."
)
def remove(name: str, labs: tuple[str, ...]) -> None:
    """Forget the repository NAME, unless it holds the only copy of a file; or only take it from a lab.

    The bucket and what lies in it are left alone. Uploads that were on their way there begin anew elsewhere.
    """
    with administration() as run:
        if labs:
            _say_places(run.take_repository(name, labs))
            return
        run.remove_repository(name)
    click.echo(f"{name} is forgotten; its bucket is left as it is")
