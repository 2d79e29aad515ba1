"""How fast evidence comes into the vault."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mcassess.clock import SystemClock
from mcassess.jobs import syncing
from mcassess.store.library import Library
from mcassess.sync.runner import Cancel
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.key_stub import KEYS
from tests.support.made_packs import pack_with_file
from tests.support.platform_process import platform_process

_BYTES = 256 << 20


@contextmanager
def _download(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    file = folder / "lesson.bin"
    with file.open("wb") as out:
        for _ in range(_BYTES >> 20):
            out.write(os.urandom(1 << 20))
    pack = pack_with_file(folder / "pack", file)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with platform_process(folder / "data", pack) as platform:
        address = f"{platform.url}/mcsync/v1/submissions/s-1/evidence/v1/content?attempt=1"
        homes = iter(range(1000))

        def ours() -> float:
            library = Library.open(folder / f"home-{next(homes)}", KEYS, SystemClock())
            try:
                syncing.connect(library, platform.url, platform.token)
                syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
                begun = time.perf_counter()
                report = syncing.sync(library, on_event=lambda _event: None, cancel=Cancel())
                seconds = time.perf_counter() - begun
                if report.failed or library.vault.reader(sha256).size != _BYTES:
                    raise RuntimeError(f"the file did not arrive: {report.failed}")
            finally:
                library.close()
            return _BYTES / 1e6 / seconds

        def baseline() -> float:
            headers = ("-H", f"Authorization: Bearer {platform.token}", "-H", "Mcassess-Device: bench")
            begun = time.perf_counter()
            subprocess.run(["curl", "-sSf", *headers, "-o", str(folder / "curl.bin"), address], check=True)
            return _BYTES / 1e6 / (time.perf_counter() - begun)

        yield ours, baseline


BENCHMARKS = (
    Benchmark(
        name="download",
        unit="MB/s",
        better="higher",
        text="A file of 268 MB from the platform into the vault, verified, feed included; against curl to a file.",
        prepare=_download,
        rounds=5,
    ),
)
