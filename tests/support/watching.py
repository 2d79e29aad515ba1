"""What is to be seen in a video viewer: the number burnt into its picture, or the sentence in its place."""

from pytestqt.qtbot import QtBot

from mcassess.ui.kit.states import ErrorState
from mcassess.ui.viewers.video import VideoViewer
from tests.support.media import number_of

PATIENCE_MS = 20_000
"""A busy machine takes seconds to start the child process that decodes single pictures."""


def shown_number(video: VideoViewer) -> int | None:
    frame = video.canvas.frame
    return number_of(frame) if frame is not None else None


def wait_for_number(qtbot: QtBot, video: VideoViewer, number: int) -> None:
    qtbot.waitUntil(lambda: shown_number(video) == number, timeout=PATIENCE_MS)


def error_of(video: VideoViewer) -> str:
    statement = video.findChild(ErrorState)
    return statement.sentence() if statement is not None and statement.isVisible() else ""
