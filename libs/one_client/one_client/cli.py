"""The command ``one``: log in, search, list, fetch and verify from a terminal."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import update_wrapper
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from one_client.errors import BadRequest, NotFound, OneError
from one_client.hints import why_nothing
from one_client.one import ONE
from one_client.terms import ALIASES, TERMS, Query, complete

_STATUS_PATIENCE = 2.0
_MORE = (
    "one_client.cli_upload",
    "one_client.cli_session",
    "one_client.cli_recording",
    "one_client.cli_clean",
    "one_client.agent_cli",
)
P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Options:
    """What stands before the command: where to look."""

    url: str | None = None
    folder: str | None = None
    cache: str | None = None
    offline: bool = False

    @contextmanager
    def open(self) -> Iterator[ONE]:
        """A `ONE` for these options."""
        mode = "offline" if self.offline else "online"
        made = ONE.from_folder(self.folder) if self.folder else ONE(self.url, cache_dir=self.cache, mode=mode)
        with made as one:
            yield one


class Commands(click.Group):
    """The group of commands; those of other modules (``register(group)``) join when somebody asks for a command."""

    _joined = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        self._join()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command by its name."""
        self._join()
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run; our own errors, and what a disk refuses, end in readable lines and status 1 instead of a traceback."""
        try:
            return super().invoke(ctx)
        except OneError as error:
            click.secho(f"error: {error.detail}", fg="red", err=True)
            for note in getattr(error, "__notes__", ()):
                click.echo(f"       {note}", err=True)
            if error.hint:
                click.echo(f"       {error.hint}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.filename is None:  # no file of the user's
                raise
            click.secho(f"error: {error.filename}: {error.strerror or error}.", fg="red", err=True)
            click.echo("       Choose another folder, or change what is in the way.", err=True)
            ctx.exit(1)

    def _join(self) -> None:
        if self._joined:
            return
        self._joined = True
        for name in _MORE:
            if find_spec(name):
                from importlib import import_module

                import_module(name).register(self)


def with_options(function: "Callable[Concatenate[Options, P], R]") -> "Callable[P, R]":
    """Hand the options that stand before the command to it, as its first argument."""

    @click.pass_context
    def call(ctx: click.Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(ctx.ensure_object(Options), *args, **kwargs)

    return update_wrapper(call, function)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", help="The server; default: BREGMA_URL, or that of the last `one login`.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False), help="Use a folder of sessions instead.")
@click.option("--cache", type=click.Path(file_okay=False), help="Keep files here; default: BREGMA_ONE_CACHE, or yours.")
@click.option("--offline", is_flag=True, help="Ask no server; use what is cached.")
@click.version_option(package_name="bregma-one-client")
@click.pass_context
def cli(ctx: click.Context, url: str | None, folder: str | None, cache: str | None, offline: bool) -> None:
    """Search, list, fetch and verify neurophysiology data.

    \b
    one login https://bregma.example.org
    one search subject=IBL_123 date=2019-08-02,2019-08-31 dataset_types=spikes.times
    one list IBL_123/2019-08-10/001
    one get IBL_123/2019-08-10/001 spikes.times

    Sessions are named by their eID (a UUID) or by SUBJECT/DATE/NUMBER.
    """
    ctx.obj = Options(url, folder, cache, offline)


@cli.command()
@click.argument("server", metavar="URL")
@click.option("--username", "-u", help="Your account.")
@click.option("--password", "-p", help="Better left out: then you are asked, and it is in no history.")
def login(server: str, username: str | None, password: str | None) -> None:
    """Log in to a server once; later commands and ONE() use it.

    Only the token is kept, in a file that nobody else can read. In a script, pipe the password:

    \b
    one login https://bregma.example.org --username ada
    echo "$PASSWORD" | one login https://bregma.example.org -u ada
    """
    from one_client.auth import keep, log_in

    if not server.startswith(("http://", "https://")):  # before anything is asked
        raise BadRequest(f"{server!r} is no address of a server.", "It begins with https:// or http://.")
    username = username or str(click.prompt("Username"))
    if password is None:
        piped = not sys.stdin.isatty()
        password = sys.stdin.readline().rstrip("\n") if piped else click.prompt("Password", hide_input=True)
    path = keep(log_in(server, username, str(password)))
    click.echo(f"Logged in as {username}; the token is in {path}")


@cli.command()
@click.argument("server", metavar="[URL]", required=False)
def logout(server: str | None) -> None:
    """Forget the token of a server; default: that of the last `one login`.

    \b
    one logout
    one logout https://bregma.example.org

    What is cached stays (`one cache clear` removes it), and the token stays valid for others who have it.
    """
    from one_client.auth import forget

    gone = forget(server)
    click.echo(f"Logged out of {gone}")


def _with_terms(command: click.Command) -> click.Command:
    """Let a command's help end with the search terms."""
    others = {name: [alias for alias, term in ALIASES.items() if term == name] for name in TERMS}
    lines = [f"{', '.join([name, *others[name]]):<28} {meaning}" for name, meaning in TERMS.items()]
    command.help = f"{command.help}\n\n\b\nThe terms:\n" + "\n".join(lines)
    return command


@_with_terms
@cli.command()
@click.argument("terms", nargs=-1, metavar="[TERM=VALUE]...")
@click.option("--limit", type=click.IntRange(1), help="At most so many sessions.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with all that is known.")
@click.option("--all", "everything", is_flag=True, help="Also sessions of which nothing can be loaded now.")
@with_options
def search(options: Options, terms: tuple[str, ...], limit: int | None, as_json: bool, everything: bool) -> None:
    """Find sessions; all terms must hold. Prints eID and place, newest first.

    \b
    one search subject=IBL_123
    one search lab=mainenlab date=2019-08-02,2019-08-31
    one search dataset_types=spikes.times,spikes.clusters user=ada
    one search task=biased number=1 --json

    Terms may be shortened while they are clear. Several subjects or labs mean any, several dataset types all of them.
    """
    wanted = _terms(terms)
    with options.open() as one:
        eids, details = one.search(details=True, servable_only=not everything, limit=limit, **wanted)
        query = Query.of(wanted, servable_only=not everything)
        reasons = [] if eids else [*why_nothing(one.library, query)]
    for eid, session in zip(eids, details, strict=True):
        if as_json:
            click.echo(json.dumps(session, default=str))
        else:
            number = int(session.get("number") or 0)
            click.echo(f"{eid}  {session.get('lab')}  {session['subject']}/{session['date']}/{number:03d}")
    click.echo(f"{len(eids)} session{'s' if len(eids) != 1 else ''}", err=True)
    for reason in reasons:
        click.echo(reason, err=True)


@cli.command("list")
@click.argument("session")
@click.option("--types", is_flag=True, help="Dataset types instead of files.")
@click.option("--collection", "-c", help="Only this collection; * and ? are allowed.")
@click.option("--long", "-l", is_flag=True, help="Size, quality and MD5 as well.")
@with_options
def list_(options: Options, session: str, types: bool, collection: str | None, long: bool) -> None:
    """List what can be loaded from a session.

    \b
    one list IBL_123/2019-08-10/001
    one list IBL_123/2019-08-10/001 --types
    one list 3f2b7d10-52b2-4f51-b6c8-0d5a0f4a9a7e -c 'alf/probe*' -l
    """
    with options.open() as one:
        if types:
            click.echo("\n".join(one.list(session)))
            return
        found = one.list_datasets(session, collection=collection, details=True)
        for dataset in found:
            size = "?" if dataset.size is None else human(dataset.size)
            click.echo(
                f"{size:>9}  {dataset.qc:<8}  {dataset.md5 or '-':<32}  {dataset.path}" if long else dataset.path
            )
        if not found:
            click.echo(_why_empty(one, session, collection), err=True)


@cli.command()
@click.argument("session")
@click.argument("names", nargs=-1)
@click.option("--collection", "-c", help="Only from this collection; * and ? are allowed.")
@click.option("--revision", "-r", help="This revision or the last before it.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="Copy the files to this folder as well.")
@with_options
def get(
    options: Options,
    session: str,
    names: tuple[str, ...],
    collection: str | None,
    revision: str | None,
    to: Path | None,
) -> None:
    """Fetch files of a session into the cache, verify them, and print where they are.

    NAMES are datasets (spikes.times), files, or patterns; without any, the whole session comes. What is here already
    is not fetched again, and what was interrupted goes on.

    \b
    one get IBL_123/2019-08-10/001 spikes.times spikes.clusters
    one get IBL_123/2019-08-10/001 'spikes.*' -c alf/probe00
    one get IBL_123/2019-08-10/001 --to ./session
    """
    with options.open() as one:
        eid = one.to_eid(session)
        chosen = one.list_datasets(eid, list(names) or None, collection)
        if not chosen:
            raise click.ClickException(f"Nothing fits. `one list {session}` shows what there is.")
        for path in one.download(eid, list(names) or None, collection, revision):
            click.echo(_copied(path, chosen, to) if to else path)
        missing = [name for name in names if not one.list_datasets(eid, name, collection)]
    for name in missing:
        click.secho(f"nothing fits {name}", fg="red", err=True)
    if missing:
        click.echo(f"`one list {session}` shows what there is.", err=True)
        sys.exit(1)


@cli.command()
@click.argument("session", required=False)
@click.option("--repair", is_flag=True, help="Fetch what is missing or changed once more.")
@with_options
def verify(options: Options, session: str | None, repair: bool) -> None:
    """Hash cached files again and say which changed since they arrived. Status 1 if any did.

    \b
    one verify
    one verify IBL_123/2019-08-10/001 --repair
    """
    good = bad = 0
    with options.open() as one:
        for verdict in one.verify(session, repair=repair):
            good += verdict.state == "good"
            bad += verdict.state != "good"
            if verdict.state != "good":
                click.secho(f"{verdict.state}  {verdict.path}", fg="red")
    click.echo(f"{good} good, {bad} not")
    if bad:
        if not repair:
            click.echo("`one verify --repair` fetches them once more.", err=True)
        sys.exit(1)


@cli.command()
@with_options
def status(options: Options) -> bool:
    """Show which server is used, whether it answers and to whom, and what is cached. Status 1 if it does not serve us.

    \b
    one status
    """
    good = True
    with options.open() as one:
        click.echo(f"source   {one.library.backend.name}")
        if not one.library.backend.local and not options.offline:
            good = _serves_us(one)
        _show_cache(one)
    return good


@cli.group()
def cache() -> None:
    """Show or empty the cache of this server's files.

    \b
    one cache show
    one cache clear IBL_123/2019-08-10/001
    """


@cache.command()
@with_options
def show(options: Options) -> None:
    """Show where the cache is and how much it holds."""
    with options.open() as one:
        _show_cache(one)


@cache.command()
@click.argument("session", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_options
def clear(options: Options, session: str | None, yes: bool) -> None:
    """Remove the cached files of a session, or of all. They can be fetched again."""
    with options.open() as one:
        kept = one.library.cache
        if kept is None:
            raise click.ClickException("A folder is read where it lies; there is no cache.")
        if session is None and not yes:
            click.confirm(f"Remove all cached files below {kept.root}?", abort=True)
        eids = [one.to_eid(session)] if session else [entry.listing.eid for entry in kept.entries()]
        click.echo(f"{sum(kept.forget(eid) for eid in eids)} files removed")


def human(size: int) -> str:
    """Bytes as people read them, ``'1.5 MiB'``."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def _terms(texts: tuple[str, ...]) -> dict[str, Any]:
    """Read ``TERM=VALUE``; a date range is split here, other lists where they are understood."""
    terms: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} must look like subject=IBL_123", param_hint="TERM=VALUE")
        name = complete(name)
        if name == "date_range" and "," in value:
            terms[name] = [part.strip() or None for part in value.split(",")]
        elif name == "number":
            terms[name] = value.split(",")
        else:
            terms[name] = value
    return terms


def _copied(path: Path, chosen: list[str], to: Path) -> Path:
    """Copy a file below a folder, at its path within the session."""
    relative = next(one for one in sorted(chosen, key=len, reverse=True) if path.as_posix().endswith(f"/{one}"))
    target = to / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)
    return target


def _why_empty(one: ONE, session: str, collection: str | None) -> str:
    there = one.list_collections(session)
    if collection is None or not there:
        return "nothing of this session can be loaded now"
    return f"no collection fits {collection}; there are: {', '.join(name or '(the root)' for name in there)}"


def _serves_us(one: ONE) -> bool:
    """Say whether the server answers, and to whom; somebody waits for that, so not for long."""
    api = one.library.api
    try:
        try:
            name = str(api.get("/me", patience=_STATUS_PATIENCE)["username"])
        except NotFound:  # an Alyx does not tell who asks
            api.get("/sessions", {"limit": 1}, patience=_STATUS_PATIENCE)
            name = ""
    except OneError as error:
        click.secho(f"server   does not serve us: {error.detail}", fg="red")
        if error.hint:
            click.echo(f"         {error.hint}")
        return False
    click.echo(f"server   answers {name}".rstrip())
    return True


def _show_cache(one: ONE) -> None:
    kept = one.library.cache
    if kept is None:
        click.echo("cache    none: a folder is read where it lies")
        return
    sessions, files, size = kept.usage()
    click.echo(f"cache    {kept.root}: {files} files of {sessions} sessions, {human(size)}")


def main() -> None:
    """Entry point of the command."""
    cli()
