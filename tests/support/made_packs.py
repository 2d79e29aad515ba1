"""Packs made for one test or benchmark."""

import json
import shutil
from pathlib import Path
from typing import Any

LEVELS = [{"id": "no", "title": "Not yet"}, {"id": "yes", "title": "Meets", "points": 1}]


def microcredential(**changes: Any) -> dict[str, Any]:
    """Returns a small micro-credential: one criterion, two levels."""
    return {
        "id": "m",
        "title": "Wait Time",
        "policy": {"blind": True},
        "rubric": {
            "id": "r",
            "version": 1,
            "title": "Wait Time",
            "requirements": [
                {
                    "id": "q",
                    "title": "Questions",
                    "criteria": [{"id": "c1", "title": "Waits", "pass_level": "yes", "levels": LEVELS}],
                }
            ],
            "award_rule": {"kind": "all"},
        },
        **changes,
    }


def pack_with_file(folder: Path, file: Path) -> Path:
    """Writes a pack of one submission with this file as its video, and returns the pack's folder."""
    (folder / "files").mkdir(parents=True)
    shutil.copyfile(file, folder / "files" / "lesson.mp4")
    evidence = {"id": "v1", "title": "Lesson video", "kind": "video", "file": "files/lesson.mp4"}
    submission = {
        "id": "s-1",
        "microcredential": "m",
        "educator": {"id": "e-1", "alias": "Educator 1"},
        "attempt": 1,
        "submitted_at": "2026-11-02T09:12:00Z",
        "evidence": [evidence],
    }
    pack = {
        "format": "mcassess-pack",
        "version": 1,
        "microcredentials": [microcredential()],
        "submissions": [submission],
    }
    (folder / "pack.json").write_text(json.dumps(pack))
    return folder
