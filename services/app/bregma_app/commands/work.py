"""`bregma work`: the process that runs jobs."""

import asyncio

import click


@click.command("work")
@click.option("--queues", default="", help="Comma list of queues to work on; default: all of them.")
def command(queues: str) -> None:
    """Run jobs: verification, sweeps, and whatever else was put off.

    Any number of workers may run, on any machine that reaches the database and the object store.

    Example: bregma work --queues files
    """
    from bregma_kit.logs import set_up_logs
    from bregma_kit.settings import settings_from_environment

    from bregma_app.worker import work

    settings = settings_from_environment()
    set_up_logs(settings)
    asyncio.run(work(settings, [name.strip() for name in queues.split(",") if name.strip()]))
