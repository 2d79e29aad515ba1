"""What encryption costs where evidence is read: through and through, and here and there."""

import os
import random
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from mcassess.store.vault_files import VaultReader
from tests.benchmarks.measuring import Benchmark, Measure
from tests.support.library import add_account, open_library, put, submission, video

_MEGABYTE = 1_000_000
_FILM_BYTES = 200 * _MEGABYTE
_PIECE = 32 << 10
_READS = 400
_BUFFER = 1 << 20


@contextmanager
def _packed(folder: Path) -> Iterator[tuple[Path, VaultReader]]:
    """Gives a file in plain and a reader of the same in the vault, both in the system's memory already."""
    plain, content = folder / "plain", random.Random(1).randbytes(_FILM_BYTES)
    plain.write_bytes(content)
    digest = sha256(content).hexdigest()
    library = open_library(folder / "home")
    try:
        put(library, add_account(library), submission(evidence=(video(digest, _FILM_BYTES),)))
        writer = library.vault.writer(digest, _FILM_BYTES)
        writer.write(content)
        writer.finish()
        reader = library.vault.reader(digest)
        yield plain, reader
        reader.close()
    finally:
        library.close()


@contextmanager
def _vault_read(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _packed(folder) as (_, reader):
        buffer = memoryview(bytearray(_BUFFER))

        def ours() -> float:
            reader.seek(0)
            begun = time.perf_counter()
            total = 0
            while count := reader.readinto(buffer):
                total += count
            assert total == _FILM_BYTES
            return total / _MEGABYTE / (time.perf_counter() - begun)

        yield ours, _openssl_rate


def _openssl_rate() -> float:
    """Returns the machine's AES-256-GCM rate in MB/s, in blocks as large as the vault's chunks, one second long."""
    command = ["openssl", "speed", "-mr", "-seconds", "1", "-bytes", str(256 << 10), "-evp", "aes-256-gcm"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rates = re.findall(r"^\+F:\d+:[^:]*:([0-9.]+)$", printed, re.MULTILINE)
    return float(rates[-1]) / _MEGABYTE


@contextmanager
def _vault_random(folder: Path) -> Iterator[tuple[Measure, Measure]]:
    with _packed(folder) as (plain, reader):
        chance = random.Random(7)
        descriptor = os.open(plain, os.O_RDONLY)

        def places() -> list[int]:
            # New ones each time: a place that was read before may still lie in the processor's cache.
            return [chance.randrange(_FILM_BYTES - _PIECE) for _ in range(_READS)]

        def ours() -> float:
            times = []
            for place in places():
                begun = time.perf_counter()
                reader.seek(place)
                piece = reader.read(_PIECE)
                times.append(time.perf_counter() - begun)
                assert len(piece) == _PIECE
            return statistics.median(times) * 1_000_000

        def baseline() -> float:
            times = []
            for place in places():
                begun = time.perf_counter()
                piece = os.pread(descriptor, _PIECE, place)
                times.append(time.perf_counter() - begun)
                assert len(piece) == _PIECE
            return statistics.median(times) * 1_000_000

        try:
            yield ours, baseline
        finally:
            os.close(descriptor)


BENCHMARKS = (
    Benchmark(
        name="vault-read",
        unit="MB/s",
        better="higher",
        text="A packed file of 200 MB read through in one buffer, checked and decrypted; opening and disk not counted.",
        prepare=_vault_read,
    ),
    Benchmark(
        name="vault-random",
        unit="µs",
        better="lower",
        text="32 KiB from a random place of a packed file, the median of 400; opening and disk are not counted.",
        prepare=_vault_random,
    ),
)
