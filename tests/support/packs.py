"""Packs for tests, made by changing the tiny one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.platform import SMALL_PACK


def changed_pack(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Copies the tiny pack into a new folder, with its pack.json changed in place by ``change``."""
    shutil.copytree(SMALL_PACK, folder)
    document = json.loads((folder / "pack.json").read_text())
    change(document)
    (folder / "pack.json").write_text(json.dumps(document))
    return folder
