"""``bregma up``."""

import asyncio

import click


@click.command("up")
@click.option("--detach", "-d", is_flag=True, help="Return once everything is ready; stop it with `bregma down`.")
@click.option("--split", is_flag=True, help="One process for each service, as in a cluster, instead of one for all.")
@click.option(
    "--demo/--no-demo", default=None,
    help="With generated demo data and a demo login (the first start's default), or empty, for real data.",
)  # fmt: skip
@click.option(
    "--only", type=click.Choice(["metadata"]),
    help="Serve people, animals and sessions alone, without an object store; implies --no-demo on a first start.",
)  # fmt: skip
@click.option(
    "--fsync/--no-fsync", default=None,
    help="Whether each object is forced to disk before it is acknowledged. Kept; default: on without demo data.",
)  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the API. Kept; default: a free one.")
@click.option(
    "--backup/--no-backup", default=True, help="Save the database before a newer release migrates it (default: yes)."
)
@click.pass_context
def command(
    ctx: click.Context,
    detach: bool,
    split: bool,
    demo: bool | None,
    only: str | None,
    fsync: bool | None,
    port: int | None,
    backup: bool,
) -> None:
    """Start everything on this machine and keep it running; Ctrl-C ends it.

    The first start makes a folder (BREGMA_HOME, or .bregma in the working directory) with a database, an object store
    and generated secrets, and fills it with demo data unless --no-demo is given. Later starts go on with what is there,
    also after a crash. Set BREGMA_DATABASE_URL or BREGMA_S3_ENDPOINT to use your own servers instead.
    """
    from bregma_kit.local.children import LocalServerError

    from bregma_app.embedded.home import AlreadyRunningError, Home
    from bregma_app.embedded.options import Options

    options = Options(split, demo, (only,) if only else (), fsync, port, backup)
    home = Home()
    try:
        if detach:
            from bregma_app.embedded.detach import up_detached

            up_detached(home, options.words(), click.echo)
        else:
            from bregma_app.embedded.say import say
            from bregma_app.embedded.supervisor import Supervisor

            asyncio.run(Supervisor(home, options, say).up())
    except AlreadyRunningError as error:
        click.echo(str(error))
    except LocalServerError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(1)
