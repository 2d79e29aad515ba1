"""Runs the benchmarks and writes their figures. What each measures lies in the modules beside this one."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    library,
    media,
    migration,
    network,
    pages,
    platform,
    playing,
    preflight,
    report,
    search,
    syncing,
    vault,
    window,
)
from tests.benchmarks.measuring import run

BENCHMARKS = (
    *window.BENCHMARKS,
    *media.BENCHMARKS,
    *playing.BENCHMARKS,
    *pages.BENCHMARKS,
    *library.BENCHMARKS,
    *search.BENCHMARKS,
    *vault.BENCHMARKS,
    *migration.BENCHMARKS,
    *network.BENCHMARKS,
    *syncing.BENCHMARKS,
    *platform.BENCHMARKS,
    *preflight.BENCHMARKS,
    *report.BENCHMARKS,
)


def main() -> int:
    """Runs all benchmarks, or the one that is named."""
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE")
    parser.add_argument("--only", metavar="NAME")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    chosen = [each for each in BENCHMARKS if arguments.only in {None, each.name}]
    if not chosen:
        print(f"No benchmark '{arguments.only}'; there is: {', '.join(each.name for each in BENCHMARKS)}")
        return 2
    rows = []
    for benchmark in chosen:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            row = run(benchmark, Path(folder))
        rows.append(row)
        print(
            f"{row['name']:<18} {row['value']:>10.3f} {row['unit']:<5} baseline {row['baseline']:>10.3f}   "
            f"ratio {row['ratio']:.2f} ({row['better']} is better)  {row['text']}",
            flush=True,
        )
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(rows, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
