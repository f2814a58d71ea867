"""`bregma migrate`: bring the database to this release."""

import click


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if migrations are missing.")
def command(check: bool) -> None:
    """Bring the database to this release; safe to run twice, and by two processes at once."""
    from bregma_kit.settings import settings_from_environment

    from bregma_app import migrate
    from bregma_app.embedded.schema import compare

    url = settings_from_environment().database_url.get_secret_value()
    if not url:
        raise click.UsageError("BREGMA_DATABASE_URL is not set; with `bregma up` migrations run by themselves.")
    if check:
        missing = compare(migrate.current(url))["missing"]
        click.echo("up to date" if not missing else f"missing: {', '.join(missing)}; run `bregma migrate`")
        raise SystemExit(1 if missing else 0)
    migrate.upgrade(url)
    click.echo(f"the database is at {', '.join(sorted(migrate.current(url)))}")
