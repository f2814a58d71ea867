"""`bregma serve`: the HTTP process of one or more services."""

import click


@click.command("serve")
@click.option("--services", default="", help="Comma list of services to serve; default: all of them.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
def command(services: str, host: str, port: int) -> None:
    """Serve the API.

    What it needs comes from the environment: BREGMA_DATABASE_URL, and for files BREGMA_S3_ENDPOINT with its keys.
    `bregma up` sets all of this by itself.

    Example: bregma serve --services metadata,files --port 8000
    """
    import uvicorn
    from bregma_kit.logs import set_up_logs
    from bregma_kit.settings import settings_from_environment

    from bregma_app.main import ROOMS, make_app

    settings = settings_from_environment()
    set_up_logs(settings)
    rooms = [name.strip() for name in services.split(",") if name.strip()] or list(ROOMS)
    try:
        app = make_app(settings, rooms)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    uvicorn.run(
        app, host=host, port=port, log_config=None, access_log=False, server_header=False, h11_max_incomplete_event_size=65536,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
