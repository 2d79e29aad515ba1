"""The main job by itself, through the real window: sync, play, read, score, cite, offline, seal, back, sync, export."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from mcassess.server.admin import decisions
from mcassess.ui.desk.evidence_card import EvidenceCard
from mcassess.ui.desk.sealed_bar import SealedBar
from mcassess.ui.desk.surfaces import WordLink
from mcassess.ui.kit.buttons import Button
from mcassess.ui.kit.choice import SegmentedChoice
from mcassess.ui.kit.fields import GrowingEdit
from mcassess.ui.kit.states import LoadingState
from mcassess.ui.sync.presenter import Contact
from mcassess.ui.viewers.sheet_view import SheetView
from mcassess.ui.viewers.video_canvas import VideoCanvas
from tests.e2e.driver import Driver
from tests.e2e.stage import application, practice, window
from tests.support.platform_process import PlatformProcess

COMMENTS = (
    "The purpose is named at 01:02 and students repeat it in their own words.",
    "Everyone greets and is greeted; nobody is passed over.",
    "The order of the meeting is on the wall and students follow it without being told.",
    "Partners answer one another with a sentence of their own.",
    "The reflection names one thing that worked and one to change.",
)
FEEDBACK = (
    "Thank you for this second round. The pair talk that we asked for is there, and the students use it. "
    "A next step could be a sentence starter on the wall, so that the quiet ones have a first word."
)


class Tour:
    """One way through the program, a step after the other; each is timed and noted."""

    def __init__(self, driver: Driver, platform: PlatformProcess, out: Path) -> None:
        self.driver = driver
        self.platform = platform
        self.out = out
        self.steps: list[dict[str, Any]] = []

    def run(self) -> bool:
        """Goes all steps; stops at the first that does not work, and tells whether all did."""
        steps: tuple[Callable[[], None], ...] = (
            *(self.connect, self.sync, self.open_review, self.play, self.cite_moment, self.read_document),
            *(self.side_by_side, self.check_completeness, self.score, self.write_feedback),
            *(self.go_offline, self.seal, self.come_back, self.save_summary),
        )
        for step in steps:
            begun = time.perf_counter()
            problem = ""
            try:
                step()
            except Exception as error:  # noqa: BLE001 - whatever fails, the tour says at which step
                problem = f"{type(error).__name__}: {error}"
                self.driver.picture("failed")
            row = {"name": step.__name__, "ok": not problem, "seconds": round(time.perf_counter() - begun, 3)}
            self.steps.append(row | ({"problem": problem} if problem else {}))
            print(f"{'ok  ' if not problem else 'FAIL'} {step.__name__} {row['seconds']} s {problem}", flush=True)
            if problem:
                return False
        return True

    @property
    def desk(self) -> Any:
        """The desk."""
        assert self.driver.application.shell is not None
        return self.driver.application.shell.desk

    @property
    def syncing(self) -> Any:
        """What runs the syncs."""
        return self.driver.application.syncing

    def connect(self) -> None:
        """Opens the empty library, and connects it to the platform."""
        driver = self.driver
        driver.until(lambda: driver.application.shell is not None, "the library to open")
        driver.until(lambda: driver.has(Button, "Connect to a platform"), "the empty queue")
        driver.picture("empty")
        driver.press("Connect to a platform")
        driver.write_into(driver.find(QLineEdit, "Address"), self.platform.url)
        driver.write_into(driver.find(QLineEdit, "Access token"), self.platform.token)
        driver.press("Connect")

    def sync(self) -> None:
        """Waits until the queue and all evidence are here."""
        driver = self.driver
        driver.until(lambda: self.syncing.state.contact is Contact.ONLINE, "the first sync", 120)
        driver.press("Queue")
        driver.until(lambda: driver.application.shell.queue.model.rowCount() >= 10, "the queue")
        driver.picture("queue")

    def open_review(self) -> None:
        """Opens the second attempt of the morning meeting."""
        driver = self.driver
        queue = driver.application.shell.queue
        rows = range(queue.model.rowCount())
        wanted = next(row for row in rows if (each := queue.model.row_at(row)) is not None and each.id == "s-0001")
        for _ in range(wanted):
            driver.key(Qt.Key.Key_Down)
        driver.key(Qt.Key.Key_Return)
        driver.until(lambda: self.desk.presenter.contents is not None, "the submission")
        driver.until(lambda: driver.find(VideoCanvas).frame is not None, "the first picture of the video")
        driver.picture("desk")

    def play(self) -> None:
        """Plays the lesson video at the place where the educator points."""
        driver = self.driver
        canvas, there = driver.find(VideoCanvas), 7 * 60_000
        driver.click(driver.find(WordLink, "“see 07:00"))
        driver.until(lambda: canvas.frame is not None and canvas.frame.time_ms >= there - 100, "the educator's pointer")
        driver.key(Qt.Key.Key_Space)
        driver.until(lambda: canvas.frame is not None and canvas.frame.time_ms > there + 2_000, "two seconds of play")
        driver.key(Qt.Key.Key_Space)
        driver.picture("playing")

    def cite_moment(self) -> None:
        """Cites the moment to the criterion in hand, by one key."""
        before = self.citations()
        self.driver.key(Qt.Key.Key_E)
        self.driver.until(lambda: self.citations() == before + 1, "the citation")

    def read_document(self) -> None:
        """Reads the plans, and cites the page."""
        driver = self.driver
        driver.click(driver.find(EvidenceCard, "Activity plans"))
        driver.until(lambda: driver.has(SheetView, "") and driver.find(SheetView).readable(), "the page")
        before = self.citations()
        driver.key(Qt.Key.Key_E)
        driver.until(lambda: self.citations() == before + 1, "the citation of the page")
        driver.picture("document")

    def side_by_side(self) -> None:
        """Puts a second piece of evidence beside it, and away again."""
        driver = self.driver
        driver.key(Qt.Key.Key_Backslash)
        driver.until(lambda: len(self.desk.area.panes) == 2, "the second pane")
        driver.until(lambda: not driver.has(LoadingState, ""), "both pieces of evidence")
        driver.picture("side-by-side")
        driver.key(Qt.Key.Key_Backslash)
        driver.until(lambda: len(self.desk.area.panes) == 1, "one pane again")

    def check_completeness(self) -> None:
        """Answers every completeness check."""
        driver = self.driver
        checks = self.desk.presenter.contents.rubric.completeness
        for number, check in enumerate(checks, start=1):
            driver.press("Yes", driver.find(SegmentedChoice, check.text))
            driver.until(lambda number=number: len(self.review().completeness) == number, "the answer")

    def score(self) -> None:
        """Scores every criterion by its digit, with a comment, going on with Tab."""
        driver = self.driver
        criteria = list(self.desk.presenter.contents.rubric.criteria)
        while self.desk.presenter.hand.criterion != criteria[0].id:
            driver.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        for number, (criterion, comment) in enumerate(zip(criteria, COMMENTS, strict=True), start=1):
            driver.until(lambda each=criterion: self.desk.presenter.hand.criterion == each.id, "the criterion in hand")
            driver.key(Qt.Key(Qt.Key.Key_0 + len(criterion.levels)))
            driver.until(lambda number=number: len(self.review().scores) == number, "the score")
            driver.key(Qt.Key.Key_Return)
            driver.until(lambda: isinstance(driver.focus(), GrowingEdit), "the comment")
            driver.type_text(comment)
            driver.key(Qt.Key.Key_Escape)
            driver.until(lambda number=number: len(self.review().comments) == number, "the comment on the disk")
            if number == 4:
                driver.picture("scoring")
            if number < len(criteria):
                driver.key(Qt.Key.Key_Tab)

    def write_feedback(self) -> None:
        """Writes the letter to the educator."""
        driver = self.driver
        self.desk.right.tabs.set_chosen("feedback")
        driver.write_into(driver.find(QPlainTextEdit, "Letter to the educator"), FEEDBACK)
        driver.until(lambda: self.review().feedback == FEEDBACK, "the feedback on the disk")
        driver.picture("feedback")
        self.desk.right.tabs.set_chosen("rubric")

    def go_offline(self) -> None:
        """Loses the platform."""
        self.platform.stop()
        self.syncing.sync()
        self.driver.until(lambda: self.syncing.state.contact is Contact.OFFLINE, "offline", 120)
        self.driver.picture("offline")

    def seal(self) -> None:
        """Awards, while offline."""
        driver = self.driver
        driver.press("Award")
        driver.until(lambda: self.syncing.state.waiting, "the outbox")
        driver.until(lambda: driver.has(SealedBar, ""), "the sealed review")
        driver.picture("sealed-offline")

    def come_back(self) -> None:
        """Finds the platform again; the decision arrives once."""
        driver = self.driver
        driver.settle(11_000)  # sending is held for ten seconds, so that a slip can be taken back
        self.platform.start()
        driver.press("Sync")
        sync_now = driver.find(Button, "Sync now")
        driver.until(sync_now.isEnabled, "the end of the sync under way")
        driver.click(sync_now)
        driver.until(lambda: not self.syncing.state.waiting, "the receipt", 120)
        driver.until(sync_now.isEnabled, "the end of the sync")
        driver.picture("sent")

    def save_summary(self) -> None:
        """Saves the review summary as a PDF."""
        driver = self.driver
        driver.press("Desk")
        driver.press("Summary")
        field = driver.find(QLineEdit, "File for the summary")
        field.selectAll()
        driver.write_into(field, str(self.out / "summary.pdf"))
        driver.press("Save summary")
        driver.until((self.out / "summary.pdf").exists, "the summary")
        driver.picture("summary-saved")

    def review(self) -> Any:
        """The review as the desk has it."""
        return self.desk.presenter.contents.review

    def citations(self) -> int:
        """How many citations there are."""
        return sum(len(each) for each in self.review().citations.values())


def main() -> int:
    """Runs the tour and writes screenshots, summary.pdf and tour.json."""
    parser = argparse.ArgumentParser(prog="dev.py tour")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.pdf").unlink(missing_ok=True)
    qt = application(dark=False)
    with tempfile.TemporaryDirectory(prefix="tour-") as name:
        folder = Path(name)
        with practice(folder) as platform, window(folder, out) as driver:
            tour = Tour(driver, platform, out)
            ok = tour.run()
        accepted = [record.model_dump(mode="json") for record in decisions(folder / "platform")]
    ok = ok and len(accepted) == 1 and (out / "summary.pdf").exists()
    document = {"ok": ok, "steps": tour.steps, "decisions": accepted}
    (out / "tour.json").write_text(json.dumps(document, indent=2))
    print(f"{'The tour worked' if ok else 'The tour failed'}: {out}")
    del qt
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
