"""The laptop dies in the middle of runs, again and again: the decision arrives once, the evidence whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.store.outbox import OpState
from tests.support.syncing import Laptop, Served, served, write_pack

KILLS = 8
_SYNC = (
    "import sys; from pathlib import Path; from tests.support.syncing import Laptop; "
    "laptop = Laptop(Path(sys.argv[1])); print('begun', flush=True); laptop.sync(); laptop.close()"
)
SIZES = {f"f{number}": 3_000_000 + number for number in range(6)}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, write_pack(tmp_path / "pack", SIZES, submissions=3)) as running:
        yield running


def test_killed_at_any_point_a_decision_arrives_once_and_the_evidence_is_verified(
    tmp_path: Path, platform: Served
) -> None:
    home = tmp_path / "killed"
    laptop = Laptop(home)
    laptop.join(platform.url, platform.token)
    laptop.sync(evidence=False)
    sealed = [laptop.seal("s-0002"), laptop.seal("s-0003")]
    payloads = [laptop.op(op_id).payload for op_id in sealed]
    laptop.close()
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    for _ in range(KILLS):
        with subprocess.Popen([sys.executable, "-c", _SYNC, str(home)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"begun\n"
            time.sleep(chance.uniform(0, 0.25))
            os.kill(child.pid, signal.SIGKILL)
    laptop = Laptop(home)
    try:
        report = laptop.sync()
        assert report.failed == [], f"seed {seed}"
        assert report.needs_you == [], f"seed {seed}"
        assert [laptop.op(op_id).state for op_id in sealed] == [OpState.SETTLED] * 2, f"seed {seed}"
        assert [laptop.op(op_id).payload for op_id in sealed] == payloads
        assert sorted(each.op_id for each in platform.decisions()) == sorted(sealed), f"seed {seed}"
        counts = laptop.library.vault.verify()
        assert (counts.ok, counts.missing, counts.damaged) == (len(SIZES), 0, 0), f"seed {seed}"
    finally:
        laptop.close()
