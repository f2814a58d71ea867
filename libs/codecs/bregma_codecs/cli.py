"""``compress``, ``decompress``, ``verify``, ``info`` and ``chop``, with mtscomp's options and more."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

READS = click.Path(dir_okay=False, path_type=Path)
_THREADS = click.option(
    "-p", "--cpus", "--threads", "n_threads", type=click.IntRange(1), help="Threads. Default: all processors."
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
_FORCE = click.option(
    "-f", "--force", "--overwrite", "overwrite", is_flag=True, help="Replace files that are there already."
)


@contextmanager
def sentences(*, debug: bool = False) -> Iterator[None]:
    """Turn what went wrong with a recording into a sentence and exit status 1; with --debug the traceback shows."""
    from bregma_codecs.errors import CodecError

    try:
        yield
    except CodecError as error:
        if debug:
            raise
        raise click.ClickException(str(error)) from None


@click.command("compress")
@click.argument("path", type=READS)
@click.argument("out", type=READS, required=False)
@click.argument("outmeta", type=READS, required=False)
@click.option("-s", "--sample-rate", type=float, help="Samples per second (Hz).")
@click.option("-n", "--n-channels", type=int, help="Number of channels, the sync included (Neuropixels: 385).")
@click.option("-d", "--dtype", help="Type of a sample, such as int16.")
@click.option("-c", "--chunk", "chunk_duration", type=float, help="Duration of a chunk (s). Default: 1.")
@click.option("--profile", help="balanced (default), fast or small.")
@click.option("--level", "comp_level", type=int, help="A zlib level (0 to 9) instead of a profile.")
@click.option("--order", "chunk_order", help="F (default: all samples of a channel together) or C.")
@click.option("--time-diff/--no-time-diff", "do_time_diff", default=None, help="Differences along time. Default: yes.")
@click.option(
    "--spatial-diff/--no-spatial-diff", "do_spatial_diff", default=None, help="Differences along channels. Default: no."
)
@click.option("--crf", type=float, help="Of a movie: quality from 0 (best) to 51. Default: 29.")
@click.option("--preset", help="Of a movie: libx264's effort, ultrafast to veryslow. Default: slow.")
@click.option("--with-ffmpeg", is_flag=True, help="Of a movie: encode with the program ffmpeg instead of PyAV.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Bytes before the first sample.")
@click.option("-nc", "--no-check", is_flag=True, help="Do not inflate and compare what was written.")
@click.option("--set-default", is_flag=True, help="Keep these options as defaults in ~/.mtscomp.")
@click.option(
    "--remove-original", is_flag=True, help="Delete the recording after the compressed files were read back whole."
)
@click.option("-v", "--debug", is_flag=True, help="Show the traceback of what went wrong.")
@_FORCE
@_THREADS
@_QUIET
def compress(
    path: Path, out: Path | None, outmeta: Path | None, *, no_check: bool, set_default: bool, remove_original: bool,
    debug: bool, overwrite: bool, quiet: bool, offset: int, crf: float | None, preset: str | None, with_ffmpeg: bool,
    **given: Any,
) -> None:  # fmt: skip
    """Compress a raw recording without loss: PATH.bin becomes PATH.cbin and PATH.ch beside it, or OUT and OUTMETA.

    A microphone's PATH.wav becomes PATH.flac, each sample of which was compared. A movie becomes PATH.mp4 (H.264, with loss), each
    picture of which was decoded and compared.

    Each chunk is inflated again and compared before the files get their names; the recording stays unless --remove-original.
    Every reader of mtscomp reads the result. Options of ~/.mtscomp hold where none is given.

    \b
    profile    size     speed   for
    balanced   -64 %    ++      everything; one channel is read without the others
    fast       -62 %    +++     a computer that records
    small      -65 %    -       archives

    Example: bregma compress probe00.ap.bin -s 30000 -n 385 -d int16
             bregma compress leftCamera.raw.avi --crf 29 --preset slow
    """  # noqa: D301 - \b is click's mark of a paragraph that keeps its lines
    from bregma_codecs import cli_media
    from bregma_codecs.mtscomp import Writer, chosen, set_defaults

    with sentences(debug=debug):
        of_movies = {"crf": crf, "preset": preset, "with_ffmpeg": with_ffmpeg}
        of_recordings = {
            **given,
            "outmeta": outmeta,
            "no_check": no_check,
            "set_default": set_default,
            "offset": offset or None,
        }
        call = cli_media.Call(path, out, overwrite=overwrite, remove_original=remove_original, quiet=quiet)
        if (said := cli_media.compress(call, of_movies, of_recordings)) is not None:
            click.echo(said)
            return
        if no_check:
            given["check_after_compress"] = False
        if remove_original and no_check:
            raise click.UsageError("--remove-original needs the check.")
        if set_default:
            set_defaults({name: value for name, value in given.items() if value is not None})
        known = chosen(given)
        writer = Writer(quiet=quiet, **known)
        writer.open(path, offset=offset)
        share = writer.write(out, outmeta, overwrite=overwrite)
        if remove_original:
            _remove(path, out, outmeta, given["n_threads"], quiet=quiet)
    click.echo(f"{path}: {1 / share:.3f} times smaller ({100 * share - 100:+.1f} %)")


def _remove(path: Path, out: Path | None, outmeta: Path | None, n_threads: int | None, *, quiet: bool) -> None:
    """Delete the recording once the files on the disk, not only what was in memory, were found whole."""
    from bregma_codecs.compressing import names_of
    from bregma_codecs.decompressing import verify_file
    from bregma_codecs.pipeline import shown

    cbin, ch = names_of(path, out, outmeta)
    with shown(path.stat().st_size, "Verifying", quiet=quiet) as progress:
        verify_file(cbin, ch, n_threads=n_threads, progress=progress)
    path.unlink()


@click.command("decompress")
@click.argument("cdata", type=READS)
@click.argument("cmeta", type=READS, required=False)
@click.option("-o", "--out", type=READS, help="Where to write the recording. Default: CDATA with the ending .bin.")
@click.option("-nc", "--no-check", is_flag=True, help="Do not compare the hashes of the header.")
@click.option("-v", "--debug", is_flag=True, help="Show the traceback of what went wrong.")
@_FORCE
@_THREADS
@_QUIET
def decompress(
    cdata: Path, cmeta: Path | None, out: Path | None, *, no_check: bool, debug: bool, overwrite: bool,
    n_threads: int | None, quiet: bool,
) -> None:  # fmt: skip
    """Write the raw recording again. CMETA is the header, the .ch beside CDATA unless said. A .flac becomes a .wav.

    The file appears only when all chunks inflate and the hash is the one that the header names.

    Example: bregma decompress probe00.ap.cbin -o /scratch/probe00.ap.bin
    """
    from bregma_codecs import cli_media
    from bregma_codecs.decompressing import decompress_file, header_of
    from bregma_codecs.pipeline import shown

    with sentences(debug=debug):
        if cli_media.is_packed(cdata):
            click.echo(cli_media.decompress(cdata, out, overwrite=overwrite, quiet=quiet))
            return
        size = header_of(cdata, cmeta).n_bytes
        with shown(size, "Decompressing", quiet=quiet) as progress:
            target = decompress_file(
                cdata, cmeta, out, overwrite=overwrite, check=not no_check, n_threads=n_threads, progress=progress
            )
    click.echo(f"{target}: {size:,} bytes")


@click.command("verify")
@click.argument("cdata", type=READS)
@click.argument("cmeta", type=READS, required=False)
@_THREADS
@_QUIET
def verify(cdata: Path, cmeta: Path | None, *, n_threads: int | None, quiet: bool) -> None:
    """Read and inflate all of a compressed recording and compare both hashes; nothing is written.

    Example: bregma verify probe00.ap.cbin
    """
    from bregma_codecs import cli_media
    from bregma_codecs.decompressing import header_of, verify_file
    from bregma_codecs.pipeline import shown

    if cli_media.is_packed(cdata):
        with sentences():
            click.echo(cli_media.verify(cdata, quiet=quiet))
        return
    with sentences(), shown(header_of(cdata, cmeta).n_bytes, "Verifying", quiet=quiet) as progress:
        found = verify_file(cdata, cmeta, n_threads=n_threads, progress=progress)
    how = "both hashes hold" if found.hashes else "every chunk inflates; the header names no hash of the whole"
    click.echo(f"{cdata}: whole ({how})")


@click.command("info")
@click.argument("cdata", type=READS)
@click.argument("cmeta", type=READS, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--plot", type=READS, help="Draw a quick look at a recording into this .png or .svg.")
@click.option("--at", type=float, help="Where the quick look begins (s). Default: in the middle.")
@click.option("--seconds", type=float, default=1.0, show_default=True, help="How much of the recording it shows.")
def info(
    cdata: Path, cmeta: Path | None, *, as_json: bool, plot: Path | None, at: float | None, seconds: float
) -> None:  # fmt: skip
    """Say what a compressed recording holds; only its header is read.

    With --plot a stretch is drawn: channels over time, how loud each channel is, and the spectrum.

    Example: bregma info probe00.ap.cbin --plot probe00.png --at 600
    """
    from bregma_codecs import cli_media

    with sentences():
        if plot is not None:
            _plot(cdata, cmeta, plot, at, seconds)
        facts = cli_media.facts(cdata) if cli_media.is_packed(cdata) else _facts(cdata, cmeta)
    units = {"sample_rate": "Hz", "duration": "s", "frame_rate": "Hz"}
    lines = [f"{name:<13}{value} {units.get(name, '')}".rstrip() for name, value in facts.items()]
    click.echo(json.dumps(facts) if as_json else "\n".join(lines))


def _plot(cdata: Path, cmeta: Path | None, plot: Path, at: float | None, seconds: float) -> None:
    from bregma_codecs.errors import BadInput
    from bregma_codecs.landing import landing
    from bregma_codecs.picture import draw, look
    from bregma_codecs.reader import Reader

    form = plot.suffix.lower().removeprefix(".")
    if form not in ("png", "svg"):
        raise BadInput(f"{plot}: a picture is a .png or .svg")
    with Reader.at(cdata, cmeta) as reader, landing(plot) as file:
        file.write(draw(look(reader, at, seconds), cdata.name, form))
        file.land()


def _facts(cdata: Path, cmeta: Path | None) -> dict[str, Any]:
    from bregma_codecs.reader import Reader

    with Reader.at(cdata, cmeta) as one:
        return {
            "dtype": str(one.dtype), "sample_rate": one.sample_rate, "n_channels": one.n_channels, "n_samples": one.n_samples,
            "duration": one.duration, "n_chunks": one.n_chunks, "raw_bytes": one.header.n_bytes,
            "bytes": one.chunk_offsets[-1], "ratio": round(one.header.n_bytes / one.chunk_offsets[-1], 3),
            "indexed": one.indexed, "written_by": one.cmeta.get("written_by", "mtscomp or another"),
        }  # fmt: skip


@click.command("chop")
@click.argument("cdata", type=READS)
@click.option("-n", "--n_chunks", "--n-chunks", "n_chunks", type=int, required=True, help="How many chunks to copy.")
@click.option("-o", "--out", type=READS, help="The new .cbin. Default: CDATA with .chopped in its name.")
def chop(cdata: Path, n_chunks: int, out: Path | None) -> None:
    """Copy the first chunks to files of their own, still compressed, to look at or to send.

    Example: bregma chop probe00.ap.cbin -n 10
    """
    from bregma_codecs.reader import Reader

    with sentences(), Reader.at(cdata) as one:
        cbin, ch = one.chop(n_chunks, out)
    click.echo(f"{cbin} and {ch.name}: the first {n_chunks} chunks")


@click.command("archive")
@click.argument("cdata", type=READS)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@_THREADS
@_QUIET
def archive(cdata: Path, folder: Path | None, *, n_threads: int | None, quiet: bool) -> None:
    """Write a compressed recording as a Zarr array (PCodec), about a third smaller, for a long time on a shelf.

    FOLDER is CDATA with the ending .zarr unless said. It appears only when all of it was read back and compared.

    Example: bregma archive probe00.ap.cbin
    """
    from bregma_codecs.archive import export_zarr
    from bregma_codecs.decompressing import header_of
    from bregma_codecs.pipeline import shown

    with sentences():
        size = header_of(cdata, None).n_bytes
        with shown(size, "Archiving", quiet=quiet) as progress:
            target = export_zarr(cdata, folder or cdata.with_suffix(".zarr"), n_threads=n_threads, progress=progress)
        kept = sum(one.stat().st_size for one in target.rglob("*") if one.is_file())
    click.echo(f"{target}: {size / kept:.3f} times smaller than the raw recording")


COMMANDS: tuple[click.Command, ...] = (compress, decompress, verify, info, chop, archive)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Compress recordings without loss, and read them."""


for _one in COMMANDS:
    main.add_command(_one)
