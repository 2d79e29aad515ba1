"""Whatever educators send, whole, damaged or made to do harm: it opens, or one sentence says why it does not.

The damaged are sampled at random for some seconds; MCASSESS_LONG_MINUTES goes on for that time.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.preflight import Findings
from mcassess.evidence.confinement import MEMORY_BYTES
from mcassess.evidence.preflight import Preflight
from mcassess.evidence.reader import BytesReader
from tests.support import zoo
from tests.support.zoo import Specimen
from tests.support.zoo_counts import ZooCounts

SECONDS = 20 + 60 * float(os.environ.get("MCASSESS_LONG_MINUTES") or 0)
FILE_SECONDS = 5.0
TRIES = 6
HARMFUL = dict(zoo.harmful())
CUTS = (1, 10, 50, 90, 99)
CODES = frozenset(
    [
        "broken",
        "broken_parts",
        "busy",
        "crashed",
        "cut_off",
        "empty",
        "location",
        "mended",
        "names",
        "no_pages",
        "no_sound",
        "not_text",
        "password",
        "quiet",
        "silent",
        "too_big",
        "too_slow",
        "unfinished",
        "unsupported",
    ]
)


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[ZooCounts]:
    counted = ZooCounts()
    yield counted
    counted.append(request.node.name)


@pytest.fixture
def preflight(counts: ZooCounts) -> Iterator[Preflight]:
    checking = Preflight(FILE_SECONDS)
    yield checking
    counts.peak_bytes = peak_bytes(checking)
    checking.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zoo")


def settled(preflight: Preflight, counts: ZooCounts, specimen: Specimen) -> Findings:
    """Checks a specimen: it opens, or a sentence says why not, and nothing of the program shows through."""
    findings = preflight.check(BytesReader(specimen.content), f"file.{specimen.ending}" if specimen.ending else "")
    counts.note(specimen, (problem.code for problem in findings.problems))
    told = f"{specimen.name}: {findings}"
    assert findings.opens or findings.problems, told
    assert findings.opens or findings.plays is not True, told
    for problem in findings.problems:
        assert problem.code in CODES, told
        assert problem.text.endswith("."), told
        assert not any(sign in problem.text for sign in ("Traceback", "Error", "0x", "/tmp")), told
    return findings


def peak_bytes(preflight: Preflight) -> int:
    """The most memory that one of the children had so far."""
    peaks = [0]
    for worker in preflight._workers.values():
        status = Path(f"/proc/{worker.process_id}/status")
        if worker.process_id is not None and status.exists():
            lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            peaks += [int(line.split()[1]) << 10 for line in lines]
    return max(peaks)


def own_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_every_format_opens_whole(preflight: Preflight, counts: ZooCounts, folder: Path) -> None:
    for specimen in (*zoo.media(folder), *zoo.paper()):
        findings = settled(preflight, counts, specimen)
        assert findings.opens, f"{specimen.name}: {findings}"
        assert not findings.has("crashed", "broken", "cut_off", "mended"), f"{specimen.name}: {findings}"
        if specimen.kind in {EvidenceKind.VIDEO, EvidenceKind.AUDIO}:
            assert findings.plays, f"{specimen.name}: {findings}"
            assert findings.duration_ms == pytest.approx(3000, abs=400), specimen.name
            assert findings.sound is not specimen.form.endswith("mute"), specimen.name


@pytest.mark.timeout(300 + SECONDS)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_whatever_is_damaged_opens_or_says_why_within_its_memory(
    preflight: Preflight, counts: ZooCounts, folder: Path
) -> None:
    whole = [*zoo.media(folder), *zoo.paper()]
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    print(f"seed {seed}")
    before, until, tried = own_bytes(), time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        specimen = chance.choice(whole)
        ways = [lambda one, at=at: zoo.cut(one, at) for at in CUTS]
        ways += [lambda one: zoo.flipped(one, chance), lambda one: zoo.blanked(one, chance)] * 2
        ways += [lambda one: zoo.misnamed(one, chance), zoo.empty]
        settled(preflight, counts, chance.choice(ways)(specimen))
        tried += 1
    assert tried > 10
    assert peak_bytes(preflight) <= MEMORY_BYTES
    assert own_bytes() - before < 200 << 20


@pytest.mark.parametrize("name", HARMFUL)
def test_what_is_made_to_do_harm_is_stopped_and_the_next_file_opens(
    preflight: Preflight, counts: ZooCounts, name: str
) -> None:
    findings = settled(preflight, counts, HARMFUL[name]())
    assert findings.opens or findings.problems[0].code in {
        "too_big",
        "too_slow",
        "busy",
        "broken",
        "crashed",
        "unsupported",
    }
    assert peak_bytes(preflight) <= MEMORY_BYTES
    after = Specimen("after it", EvidenceKind.IMAGE, "svg", zoo.svg())
    assert any(settled(preflight, counts, after).opens for _ in range(TRIES)), "a busy computer may take a few"
