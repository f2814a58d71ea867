"""The command ``one slice``: samples of a compressed recording as a file, without downloading the recording."""
# ruff: noqa: D301 - click keeps the lines of a paragraph that begins with a backspace character

from pathlib import Path

import click

from one_client.cli import Options, with_options
from one_client.files import disk_errors


def channels_of(_ctx: click.Context, _param: click.Parameter, value: str | None) -> "list[int] | slice | None":
    """Read channels as people write them: ``4``, ``0,4,9``, ``0:96`` or ``0:384:4``."""
    if value is None:
        return None
    try:
        if ":" in value:
            return slice(*(int(part) if part else None for part in value.split(":")))
        return [int(part) for part in value.split(",")]
    except (ValueError, TypeError):
        raise click.BadParameter(f"{value!r} must look like 4, or 0,4,9, or 0:96") from None


@click.command("slice")
@click.argument("session")
@click.argument("recording", metavar="TYPE")
@click.argument("start", type=int)
@click.argument("stop", type=int)
@click.option("--channels", callback=channels_of, help="4, or 0,4,9, or 0:96; by default all.")
@click.option("--collection", "-c", help="Which probe, if there are several; * and ? are allowed.")
@click.option("--revision", "-r", help="This revision or the last before it.")
@click.option("--out", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The .npy to write.")
@with_options
def slice_(
    options: Options,
    session: str,
    recording: str,
    start: int,
    stop: int,
    channels: "list[int] | slice | None",
    collection: str | None,
    revision: str | None,
    out: Path,
) -> None:
    """Save samples START to STOP of a compressed recording as .npy, (samples, channels).

    Only the bytes that these samples need are fetched.

    \b
    one slice IBL_123/2019-08-10/001 ephysData.raw.ap 30000 60000 -o second.npy
    one slice IBL_123/2019-08-10/001 ephysData.raw.ap 0 90000 --channels 0:96 -c '*/probe00' -o part.npy
    """
    import io

    import numpy as np

    from one_client.files import write_atomically

    with options.open() as one:
        found = one.load_slice(session, recording, start, stop, channels, collection, revision)
    data = io.BytesIO()
    np.save(data, found)
    with disk_errors(out):
        write_atomically(out, data.getvalue())
    click.echo(f"{out}: {found.shape[0]:,} samples x {found.shape[1]} channels, {found.dtype}")


def register(group: click.Group) -> None:
    """Add the command."""
    group.add_command(slice_)
