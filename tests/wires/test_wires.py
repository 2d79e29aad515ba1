"""Real wires, real processes: through cuts, drips, resets, doubles and sudden death, all arrives, and once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.jobs import attaching
from mcassess.server.admin import decisions
from mcassess.store.outbox import OpState
from tests.support.platform_process import PlatformProcess, platform_process
from tests.support.syncing import Laptop, write_pack
from tests.support.wires import FAULTS, Wires, wires

SECONDS = 12.0
SIZES = {"v1": 6_300_000, "v2": 5_000_001, "d1": 40_000, "d2": 300_000}
SUBMISSIONS = 9
PAPER = 700_000
_SYNC = (
    "import sys; from pathlib import Path; from tests.support.syncing import Laptop; "
    "laptop = Laptop(Path(sys.argv[1])); print('begun', flush=True); laptop.sync(); laptop.close()"
)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[PlatformProcess]:
    pack = write_pack(tmp_path / "pack", SIZES, submissions=SUBMISSIONS)
    with platform_process(tmp_path / "data", pack) as running:
        yield running


def run(laptop: Laptop, home: Path, wire: Wires, chance: random.Random, platform: PlatformProcess) -> Laptop:
    """Makes a run through the faults; a third of them in a process that is killed, a fifth with a platform that is."""
    kind = chance.random()
    if kind < 0.35:
        laptop.close()
        with subprocess.Popen([sys.executable, "-c", _SYNC, str(home)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0, 0.3))
            child.send_signal(signal.SIGKILL)
        wire.met["laptop killed"] += 1
        return Laptop(home)
    if kind < 0.55:
        platform.kill()
        wire.met["platform killed"] += 1
        laptop.sync()
        platform.start()
    laptop.sync()
    return laptop


def test_through_all_of_it_decisions_arrive_once_and_evidence_and_files_whole(
    tmp_path: Path, platform: PlatformProcess
) -> None:
    seed = int(os.environ.get("MCASSESS_SEED", random.randrange(10**9)))
    seconds = max(SECONDS, 60 * float(os.environ.get("MCASSESS_LONG_MINUTES", "0")))
    chance, home, sealed = random.Random(seed), tmp_path / "home", dict[str, bytes]()
    paper = tmp_path / "annotated.pdf"
    paper.write_bytes(chance.randbytes(PAPER))
    with wires(platform.url, seed) as wire:
        laptop = Laptop(home)
        laptop.join(wire.url, platform.token)
        laptop.sync(evidence=False)
        until, to_seal = time.monotonic() + seconds, [f"s-{number:04d}" for number in range(2, SUBMISSIONS + 1)]
        try:
            while time.monotonic() < until or to_seal:
                if to_seal:
                    identifier = to_seal.pop()
                    if identifier == "s-0002":
                        attaching.attach(laptop.library, laptop.key(identifier), paper)
                    op_id = laptop.seal(identifier)
                    sealed[op_id] = laptop.op(op_id).payload
                wire.rate = chance.choice([0.2, 0.5, 0.8])
                laptop = run(laptop, home, wire, chance, platform)
            wire.rate = 0.0
            report = laptop.sync()
            assert (report.failed, report.needs_you) == ([], []), f"seed {seed}"
            assert {op_id: laptop.op(op_id).payload for op_id in sealed} == sealed, f"seed {seed}"
            assert {laptop.op(op_id).state for op_id in sealed} == {OpState.SETTLED}, f"seed {seed}"
            counts = laptop.library.vault.verify()
            assert (counts.ok, counts.missing, counts.damaged) == (len(SIZES) + 1, 0, 0), f"seed {seed}"
        finally:
            laptop.close()
    accepted = decisions(platform.data)
    assert sorted(each.op_id for each in accepted) == sorted(sealed), f"seed {seed}"
    assert [each.attachments_pending for each in accepted if each.attachments_pending] == [], f"seed {seed}"
    print(f"seed {seed}: {sum(wire.met.values())} requests, met {dict(wire.met)}")
    assert set(FAULTS) & set(wire.met), "faults were met"
