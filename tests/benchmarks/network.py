"""How fast evidence comes into the vault."""

import hashlib
import os
import re
import shutil
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

_BYTES = 1 << 30
_BLOCK = 1 << 20
_MOST_MORE_MEMORY = 64 << 20


@contextmanager
def _download(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    file = folder / "lesson.bin"
    with file.open("wb") as out:
        block = os.urandom(_BLOCK)
        for number in range(_BYTES // _BLOCK):
            out.write(number.to_bytes(8) + block[8:])
    pack = pack_with_file(folder / "pack", file)
    with file.open("rb") as whole:
        sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
    file.unlink()
    with platform_process(folder / "data", pack) as platform:
        address = f"{platform.url}/mcsync/v1/submissions/s-1/evidence/v1/content?attempt=1"
        homes = iter(range(1000))

        def ours() -> float:
            home = folder / f"home-{next(homes)}"
            library = Library.open(home, KEYS, SystemClock())
            try:
                syncing.connect(library, platform.url, platform.token)
                syncing.sync(library, evidence=False, on_event=lambda _event: None, cancel=Cancel())
                before = _most_memory()
                begun = time.perf_counter()
                report = syncing.sync(library, on_event=lambda _event: None, cancel=Cancel())
                seconds = time.perf_counter() - begun
                if report.failed or library.vault.reader(sha256).size != _BYTES:
                    raise RuntimeError(f"the file did not arrive: {report.failed}")
                if (more := _most_memory() - before) > _MOST_MORE_MEMORY:
                    raise RuntimeError(f"memory grew by {more} bytes")
            finally:
                library.close()
                shutil.rmtree(home)
            return _BYTES / 1e6 / seconds

        def baseline() -> float:
            headers = ("-H", f"Authorization: Bearer {platform.token}", "-H", "Mcassess-Device: bench")
            begun = time.perf_counter()
            subprocess.run(["curl", "-sSf", *headers, "-o", str(folder / "curl.bin"), address], check=True)
            return _BYTES / 1e6 / (time.perf_counter() - begun)

        yield ours, baseline


def _most_memory() -> int:
    """Returns how many bytes of memory this process has had at most; 0 where the system does not say."""
    status = Path("/proc/self/status")  # of Linux
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


BENCHMARKS = (
    Benchmark(
        name="download",
        unit="MB/s",
        better="higher",
        text="1 GiB from the platform into the vault, verified, in flat memory, feed included; against curl to a file.",
        prepare=_download,
        rounds=5,
    ),
)
