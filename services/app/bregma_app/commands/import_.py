"""`bregma import`: bring what another system knows into this installation."""

import asyncio
from pathlib import Path

import click


@click.group("import")
def command() -> None:
    """Bring what another system knows into this installation."""


@command.command("alyx")
@click.argument("url")
@click.option("--username", help="Somebody who may read all of it.")
@click.option("--password", help="Better left out: then you are asked, and it is in no history.")
@click.option("--token", envvar="ALYX_TOKEN", help="Instead of name and password; also read from ALYX_TOKEN.")
@click.option(
    "--as",
    "actor",
    default="",
    help="The administrator here in whose name records are made; the first one unless said.",
)
@click.option(
    "--only", multiple=True, metavar="LIST", help="Only these lists, such as `--only subjects --only sessions`."
)
@click.option("--dry-run", is_flag=True, help="Try all of it in one transaction that is undone; nothing is kept.")
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), default=Path("import-refused.jsonl"),
              show_default=True, help="Where to write what was refused, with the reasons.")  # fmt: skip
def alyx(
    url: str, username: str | None, password: str | None, token: str | None, actor: str, only: tuple[str, ...],
    *, dry_run: bool, refused: Path,
) -> None:  # fmt: skip
    """Carry an Alyx over, through its REST API; URL is its address.

    Records keep their ids. Run it as often as you like: what is here already stays as it is, and a run that was cut off
    is carried on by the next. Start with --dry-run, which says what would be refused and why.

    Example: bregma import alyx https://alyx.example.org --username ada --dry-run
    """
    if not token:
        username = username or click.prompt("User name at the Alyx")
        password = password or click.prompt("Password", hide_input=True)
    whole = _import(url, username, password, token or "", actor, only, dry=dry_run, refused=refused)
    raise SystemExit(0 if asyncio.run(whole) else 1)


async def _import(
    url: str, username: str | None, password: str | None, token: str, actor: str, only: tuple[str, ...],
    *, dry: bool, refused: Path,
) -> bool:  # fmt: skip
    from bregma_kit.db import Database

    from bregma_app.administration import installation_settings
    from bregma_app.importing.alyx import Alyx
    from bregma_app.importing.run import administrator, import_alyx

    database = Database(installation_settings().database_url.get_secret_value(), pool=2)
    source = Alyx(url, token=token)
    await database.open()
    try:
        principal = await administrator(database, actor)
        if not token:
            await source.log_in(username or "", password or "")
        report = await import_alyx(database, source, principal, dry=dry, only=only)
    finally:
        await source.close()
        await database.close()
    click.echo("\n".join(report.lines()))
    count = report.write_refused(refused)
    if count:
        click.echo(f"{count} refused or only partly carried: {refused} says which and why")
    if dry:
        click.echo("a dry run: nothing was kept")
    return report.balanced
