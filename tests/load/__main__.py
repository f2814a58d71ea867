"""Run benchmarks and print one table row for each: `python -m tests.load [--only NAME] [--quick]`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.load import reads, report, transfers, waits, writes
from tests.load.house import Bench

BENCHES: dict[str, Callable[[Bench], list[report.Row]]] = {
    "register": writes.register,
    "batch": writes.batch,
    "search": reads.search,
    "detail": reads.detail,
    "mixed": reads.mixed,
    "large": transfers.large,
    "small": transfers.small,
    "immediacy": waits.immediacy,
    "cached": waits.cached,
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
        about, rows = report.machine(), []
        try:
            if options.ten_times:
                bench.catalogue(10)
                return 0
            for name in options.only or BENCHES:
                begin = time.monotonic()
                found = BENCHES[name](bench)
                rows += found
                for row in found:
                    print(f"{row.what}: {row.measured}  [{row.target}]  {row.limit}", flush=True)
                bench.say(f"{name}: {time.monotonic() - begin:.0f} s, load {os.getloadavg()[0]:.1f}")
        finally:
            bench.close()
    print("\n".join(["", *report.lines(rows)]))
    report.save(options.json, rows, about)
    return 0 if all(row.held is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
