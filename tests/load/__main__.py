"""Run benchmarks and print one table row for each: `python -m tests.load [--only NAME] [--quick]`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.load import codecs, copies, filters, reads, report, slices, tables, transfers, waits, writes
from tests.load.house import Bench

BENCHES: dict[str, Callable[[Bench], list[report.Row]]] = {
    "register": writes.register,
    "batch": writes.batch,
    "search": reads.search,
    "detail": reads.detail,
    "mixed": reads.mixed,
    "filters": filters.filters,
    "cache": tables.cache,
    "large": transfers.large,
    "small": transfers.small,
    "immediacy": waits.immediacy,
    "cached": waits.cached,
    "memory": waits.memory,
    "codecs": codecs.codecs,
    "plan": copies.plan,
    "copies": copies.copies,
    "slices": slices.slices,
}


def _options() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    words.add_argument("--only", action="append", choices=BENCHES, help="run this benchmark only (may be repeated)")
    words.add_argument("--quick", action="store_true", help="fewer rounds and no ten-times catalogue: under 3 minutes")
    words.add_argument(
        "--home", type=Path, help="folder that keeps the servers' data for the next run; default: a temporary one"
    )
    words.add_argument(
        "--json", type=Path, default=Path("build/bench.json"), help="where the figures go (default %(default)s)"
    )
    words.add_argument("--page", type=Path, help="page whose table is brought up to date: docs/dev/performance.md")
    words.add_argument(
        "--ten-times", action="store_true", help="only generate the catalogue of ten times the data (with --home)"
    )
    return words.parse_args()


def main() -> int:
    """Run what was asked for; the exit code says whether every target held."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bregma-bench-") as temporary:
        home = (options.home or Path(temporary)).absolute()
        home.mkdir(parents=True, exist_ok=True)
        Path(temporary).chmod(0o755)  # PostgreSQL runs under another account when root starts it
        bench = Bench(home, options.quick, lambda text: print(f"  {text}", file=sys.stderr, flush=True))
        try:
            if options.ten_times:
                bench.catalogue(10)
                return 0
            return _run(bench, options)
        finally:
            bench.close()


def _run(bench: Bench, options: argparse.Namespace) -> int:
    about = {**report.machine(), "quick": options.quick}
    rows: list[report.Kept] = []
    for name in options.only or BENCHES:
        begin = time.monotonic()
        for row in BENCHES[name](bench):
            print(f"{row.what}: {row.measured}  [{row.target}]  {row.limit}", flush=True)
            rows.append(report.kept(row, {**about, "load": os.getloadavg()[0]}))
        bench.say(f"{name}: {time.monotonic() - begin:.0f} s, load average {os.getloadavg()[0]:.1f}")
        merged = report.save(options.json, rows, list(BENCHES), about)
        if options.page:
            report.write_page(options.page, merged, about)
    print("\n".join(["", *report.lines(rows)]))
    return 0 if all(row["held"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
