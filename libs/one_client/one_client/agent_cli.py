"""The command ``one agent``: a lab's computer sends what the server wants of a folder."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

import os
import socket
from pathlib import Path

import click

from one_client.cli import Options, human, with_options


def register(group: click.Group) -> None:
    """Add the command to ``one``."""
    group.add_command(agent)


@click.command()
@click.argument("repository")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="End when nothing is due; without it, look again every half minute.")
@click.option("--parts", type=click.IntRange(1, 64), default=4, show_default=True, help="Files or parts sent at once.")
@click.option("--name", help="A name that stays: the next run has back at once what this one held. One process a name.")
@click.option("--quiet", is_flag=True, help="Say only what goes wrong.")
@with_options
def agent(
    options: Options, /, repository: str, folder: Path, *, once: bool, parts: int, name: str | None, quiet: bool
) -> None:
    """Send the files of FOLDER that the server wants; it is the place of REPOSITORY's files on this computer.

    \b
    one agent lab_server /data/Subjects
    one agent lab_server D:/data --once

    A file LAB/Subjects/SUBJECT/DATE/NUMBER/... or SUBJECT/DATE/NUMBER/... below FOLDER is sent if it was
    registered at REPOSITORY and a rule wants it elsewhere; nothing else is touched, and nothing is deleted. It calls
    out by HTTPS only, and needs no rights but to read. It waits as long as network or server are away, and may be
    ended at any time: what was sent stays and is not sent again. Several may work for one repository.

    Status 2: the server does not accept the token. Status 1: files could not be sent, which `--once` says at the end.
    """
    from one_client.agent import Agent
    from one_client.cli_upload import api_of
    from one_client.errors import Unauthorized

    def say(what: str, text: str) -> None:
        if what != "sent" or not quiet:
            click.echo(f"{_WORDS[what]} {text}".rstrip(), err=what != "sent")

    api = api_of(options)
    called = name or f"{socket.gethostname()}:{os.getpid()}"
    work = Agent(api, repository, folder.absolute(), name=called, parts=parts, say=say)
    try:
        done = work.run(once=once)
    except Unauthorized as error:
        click.secho(f"error: {error.detail}", fg="red", err=True)
        click.echo(f"       {error.hint or 'Log in again with `one login`, or give it another token.'}", err=True)
        raise SystemExit(2) from None
    finally:
        work.stop.set()
        api.close()
    click.echo(f"{done.files} files sent, {human(done.size)}; {done.failed} could not be sent")
    if done.failed:
        raise SystemExit(1)


_WORDS = {"sent": "sent  ", "failed": "failed", "lost": "waits: nothing goes through:", "back": "goes on"}
