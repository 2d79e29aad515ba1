"""Every screen, light and dark, as PNG, from practice data."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from mcassess.jobs import syncing
from mcassess.ui.desk.evidence_card import EvidenceCard
from mcassess.ui.kit.buttons import Button
from mcassess.ui.sync.presenter import Contact
from mcassess.ui.unlock import UnlockScreen
from tests.e2e.driver import Driver
from tests.e2e.stage import application, practice, window
from tests.support.platform_process import PlatformProcess


def main() -> int:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(prog="dev.py shots")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = parser.parse_args().out
    for look in ("light", "dark"):
        qt = application(dark=look == "dark")
        with tempfile.TemporaryDirectory(prefix="shots-") as name:
            folder = Path(name)
            with practice(folder) as platform, window(folder, out / look) as driver:
                _screens(driver, platform)
        _unlocking(out / look)
        del qt
    print(f"The pictures lie in {out}")
    return 0


def _screens(driver: Driver, platform: PlatformProcess) -> None:
    running: Any = driver.application
    driver.until(lambda: running.shell is not None and driver.has(Button, "Connect to a platform"), "the empty queue")
    driver.picture("empty")
    syncing.connect(running.library, platform.url, platform.token)
    running.syncing.sync()
    driver.until(lambda: running.syncing.state.contact is Contact.ONLINE, "the sync", 120)
    running.shell.queue.activated()
    driver.until(lambda: running.shell.queue.model.rowCount() >= 10, "the queue")
    driver.picture("queue")
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    driver.until(lambda: running.shell.desk.presenter.contents is not None, "the desk")
    driver.settle(2000)
    driver.picture("desk-video")
    driver.click(driver.find(EvidenceCard, "Activity plans"))
    driver.settle(2500)
    driver.picture("desk-document")
    driver.key(Qt.Key.Key_Backslash)
    driver.settle(2500)
    driver.picture("desk-side-by-side")
    for tab in ("feedback", "notes"):
        running.shell.desk.right.tabs.set_chosen(tab)
        driver.picture(f"desk-{tab}")
    running.shell.show_screen("sync")
    driver.picture("sync")


def _unlocking(out: Path) -> None:
    for new in (False, True):
        screen = UnlockScreen(new=new)
        screen.resize(1440, 900)
        screen.grab().save(str(out / f"unlock-{'new' if new else 'known'}.png"))


if __name__ == "__main__":
    sys.exit(main())
