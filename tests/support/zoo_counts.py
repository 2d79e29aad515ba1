"""What the zoo's tests have tried and found, for a report. They judge nothing by it.

Each test appends one line of JSON to the file that MCASSESS_ZOO_COUNTS names, so that many processes can share it;
``python -m tests.support.zoo_counts FILE`` adds the lines up.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from mcassess.evidence.worker import KILLS
from tests.support.zoo import Specimen

OPENED = "opened"


class ZooCounts:
    """The counts of one test.

    Attributes:
        forms: How many files of each format were tried.
        damages: How many were damaged in each way.
        outcomes: How many got each sentence, by its code.
        kills: Which files ended a child, and how.
        worst_gap_ms: The longest that the window did not beat, by the clock; on a busy computer this grows.
        worst_work_ms: The most that the window's thread itself worked from one beat to the next.
        peak_bytes: The most memory that a child had.
    """

    def __init__(self) -> None:
        self.forms: Counter[str] = Counter()
        self.damages: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.kills: Counter[str] = Counter()
        self.worst_gap_ms = 0.0
        self.worst_work_ms = 0.0
        self.peak_bytes = 0

    def note(self, specimen: Specimen, codes: Iterable[str]) -> None:
        """Counts a file and what was said of it; nothing means that it simply opened."""
        self.forms[specimen.form] += 1
        self.damages[specimen.damage.partition(" called")[0]] += 1
        said = list(codes)
        self.outcomes.update(said or [OPENED])
        self.kills.update(f"{specimen.name}: {code}" for code in said if code in KILLS)

    def append(self, test: str) -> None:
        """Appends the counts to the file that the environment names, if it does and there are any."""
        place = os.environ.get("MCASSESS_ZOO_COUNTS")
        if not place or not self.forms:
            return
        line = json.dumps({"test": test, **vars(self)}) + "\n"
        file = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, line.encode())  # at once, so that no other process writes in the middle of it
        finally:
            os.close(file)


def summed(lines: Iterable[str]) -> ZooCounts:
    """Returns the sum of such lines, and the worst of what has no sum."""
    total = ZooCounts()
    for line in lines:
        row = json.loads(line)
        for name in ("forms", "damages", "outcomes", "kills"):
            getattr(total, name).update(row[name])
        for name in ("worst_gap_ms", "worst_work_ms", "peak_bytes"):
            setattr(total, name, max(getattr(total, name), row[name]))
    return total


if __name__ == "__main__":
    found = summed(Path(sys.argv[1]).read_text().splitlines())
    print(f"{sum(found.forms.values())} files of {len(found.forms)} formats")
    counted_by = {"format": found.forms, "damage": found.damages, "said": found.outcomes, "ended": found.kills}
    for title, counted in counted_by.items():
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counted.most_common()))
    print(f"worst gap of the window: {found.worst_gap_ms:.0f} ms, its own work in one: {found.worst_work_ms:.0f} ms")
    print(f"most memory of a child: {found.peak_bytes >> 20} MiB")
