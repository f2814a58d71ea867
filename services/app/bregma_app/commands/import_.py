"""`bregma import`: bring what another system knows into this installation."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bregma_app.importing.alyx import Alyx


@click.group("import")
def command() -> None:
    """Bring what another system knows into this installation."""


@command.command("alyx")
@click.argument("url", required=False)
@click.option(
    "--dump",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What `manage.py dumpdata` wrote (.json or .json.gz): the colony, which REST does not tell. Alone, it is the only source.",
)
@click.option(
    "--dsn", envvar="ALYX_DSN", help="The Alyx's PostgreSQL, read only, instead of a dump; also read from ALYX_DSN."
)
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
    url: str | None, dump: Path | None, dsn: str | None, username: str | None, password: str | None, token: str | None,
    actor: str, only: tuple[str, ...], *, dry_run: bool, refused: Path,
) -> None:  # fmt: skip
    """Carry an Alyx over, through its REST API; URL is its address.

    REST tells nothing of lines, alleles, genotypes, litters, breeding pairs, cages and culls: a dump or the database does.
    Passwords are not carried: `bregma user invite` makes each person a link to set one.

    Records keep their ids. Run it as often as you like: what is here already stays as it is, and a run that was cut off
    is carried on by the next. Start with --dry-run, which says what would be refused and why.

    Example: bregma import alyx https://alyx.example.org --username ada --dry-run
    """
    if url is None and dump is None and dsn is None:
        raise click.UsageError("Say where to read: the URL of an Alyx, --dump, --dsn, or the URL and one of them.")
    if dump is not None and dsn is not None:
        raise click.UsageError("Either --dump or --dsn: both tell the same.")
    if url is not None and not token:
        username = username or click.prompt("User name at the Alyx")
        password = password or click.prompt("Password", hide_input=True)
    from bregma_app.importing.alyx import Alyx

    alyx = None if url is None else Alyx(url, token=token or "")
    credentials = None if token or alyx is None else (username or "", password or "")
    whole = _import(alyx, credentials, dump, dsn, actor, only, dry=dry_run, refused=refused)
    raise SystemExit(0 if asyncio.run(whole) else 1)


async def _import(
    alyx: "Alyx | None", credentials: tuple[str, str] | None, dump: Path | None, dsn: str | None, actor: str,
    only: tuple[str, ...], *, dry: bool, refused: Path,
) -> bool:  # fmt: skip
    from bregma_kit.db import Database

    from bregma_app.administration import installation_settings
    from bregma_app.importing.django import TABLES, read_database, read_dump
    from bregma_app.importing.run import administrator, import_alyx
    from bregma_app.importing.source import COLONY, Source

    tables = None
    if dump is not None:
        tables = await asyncio.to_thread(read_dump, dump)
    elif dsn is not None:
        tables = await read_database(dsn, COLONY if alyx is not None else TABLES)
    database = Database(installation_settings().database_url.get_secret_value(), pool=2)
    await database.open()
    try:
        principal = await administrator(database, actor)
        if alyx is not None and credentials is not None:
            await alyx.log_in(*credentials)
        report = await import_alyx(database, Source(alyx, tables), principal, dry=dry, only=only)
    finally:
        if alyx is not None:
            await alyx.close()
        await database.close()
    click.echo("\n".join(report.lines()))
    count = report.write_refused(refused)
    if count:
        click.echo(f"{count} refused or only partly carried: {refused} says which and why")
    if dry:
        click.echo("a dry run: nothing was kept")
    elif "users" in report.tallies and report.tallies["users"].carried:
        click.echo("passwords were not carried: `bregma user invite --all` prints each person a link to set one")
    return report.balanced
