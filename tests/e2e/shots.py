"""Every screen, light and dark, as PNG, from practice data."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from mcassess.domain.changes import ChangeKind
from mcassess.domain.citation import Area, PageRegion
from mcassess.domain.kinds import Condition, Outcome
from mcassess.jobs import annotating, attaching, fetching, reviewing, sealing, syncing
from mcassess.ui.desk.evidence_card import EvidenceCard
from mcassess.ui.kit.buttons import Button
from mcassess.ui.sync.presenter import Contact
from mcassess.ui.unlock import UnlockScreen
from mcassess.ui.viewers.caption_track import CaptionState
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
    _video(driver)
    driver.click(driver.find(EvidenceCard, "Activity plans"))
    driver.settle(2500)
    driver.picture("desk-document")
    driver.key(Qt.Key.Key_Backslash)
    driver.settle(2500)
    driver.picture("desk-side-by-side")
    driver.key(Qt.Key.Key_Backslash)
    _papers(driver)
    for tab in ("feedback", "notes"):
        running.shell.desk.right.tabs.set_chosen(tab)
        driver.picture(f"desk-{tab}")
    _files(driver, running)
    running.shell.show_screen("sync")
    driver.picture("sync")


def _files(driver: Driver, running: Any) -> None:
    """A marked document and a file of her own go with the decision; it is sealed, and the files wait."""
    library, desk = running.library, running.shell.desk
    key = desk.presenter.contents.stored.key
    pieces = desk.presenter.contents.submission.evidence
    plans = next(each.id for each in pieces if each.title.startswith("Activity plans"))
    area = Area(x=0.1, y=0.2, width=0.5, height=0.1)
    place, words = PageRegion(page=1, area=area), "How long do the pairs have?"
    running.work.announce(annotating.annotate(library, key, plans, place, text=words))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Sentence starters for pair talk.pdf"
        path.write_bytes(bytes(700_000))
        running.work.announce(attaching.attach(library, key, path))
        desk.right.tabs.set_chosen("feedback")
        section = desk.right.feedback.files
        driver.until(lambda: len(section.lines()) == 1 and section.copy_buttons(), "the file below the letter")
        driver.picture("desk-files")
        section.copy_buttons()[0].click()
        driver.until(lambda: len(section.lines()) == 2, "the copy with marks", 60)
    fetching.wish(library, paused=True)
    reviewing.write_text(library, key, ChangeKind.FEEDBACK, "Please send the whole lesson; the second half is missing.")
    sealing.seal_decision(library, key, Outcome.RETURNED, condition=Condition.UNPLAYABLE)
    running.syncing.sync()
    driver.until(lambda: len(running.syncing.state.files) == 2, "the decision's arrival", 120)
    with library.write() as writing:
        owed = writing.attachments.owed()
        writing.attachments.arrived(owed[0].key, owed[0].size * 2 // 5)
    running.work.announce(writing.change_set)
    driver.until(lambda: "40 % sent" in section.lines()[0].accessibleName(), "the file on its way")
    desk.right.say("")
    driver.picture("desk-files-sending")


def _video(driver: Driver) -> None:
    """The video as it opens, then with what an assessor does to it."""
    running: Any = driver.application
    area = running.shell.desk.area
    video = area.pane.timed
    driver.until(lambda: video.captions.state is CaptionState.THERE and video.canvas.frame is not None, "the video")
    driver.settle(2000)
    driver.picture("desk-video")
    review = running.shell.desk.presenter
    for from_ms, to_ms in ((312_000, 380_000), (434_000, 468_000)):
        for at_ms, key in ((from_ms, Qt.Key.Key_I), (to_ms, Qt.Key.Key_O)):
            video.seek(at_ms)
            driver.key(key)
        for key in (Qt.Key.Key_M, Qt.Key.Key_E, Qt.Key.Key_Tab):
            driver.key(key)
    driver.until(lambda: len(review.contents.review.citations) == 2, "the citations")
    driver.write_into(driver.find(QLineEdit, "Search what is said"), "partner")
    driver.key(Qt.Key.Key_Return)
    video.seek(445_000)
    driver.settle(2000)
    driver.picture("desk-video-marked")
    video.stretch.clear()
    driver.key(Qt.Key.Key_Escape)


def _papers(driver: Driver) -> None:
    """Each kind of paper, and what lies beside the pages of a document."""
    pieces = {
        "pages": "Activity plans",
        "word": "Justification statement",
        "picture": "Student reflection 1",
        "text": "Reflection",
        "link": "Class page",
    }
    running: Any = driver.application
    desk = running.shell.desk
    for name, title in pieces.items():
        driver.click(driver.find(EvidenceCard, title))
        driver.settle(2500)
        viewer = desk.area.pane.viewer
        if name == "pages":
            viewer.controls.side.setChecked(True)
            viewer.search_words()
            driver.type_text("meeting")
            driver.settle(2500)
        driver.picture(f"desk-{name}")
        if name == "picture":
            viewer.controls.grid.setChecked(True)
            driver.settle(2500)
            driver.picture("desk-contact-sheet")
            viewer.controls.grid.setChecked(False)


def _unlocking(out: Path) -> None:
    for new in (False, True):
        screen = UnlockScreen(new=new)
        screen.resize(1440, 900)
        screen.grab().save(str(out / f"unlock-{'new' if new else 'known'}.png"))


if __name__ == "__main__":
    sys.exit(main())
