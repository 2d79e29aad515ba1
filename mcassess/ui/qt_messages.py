"""Qt's own messages: which function of Qt complained goes into our log, and not what it said."""

import logging
import re

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_FUNCTION = re.compile(r"Q[A-Z]\w*(::\w+)*")


def log_qt_messages() -> None:
    """Sends Qt's warnings and errors to our log instead of standard error."""
    qInstallMessageHandler(_take)


def stop_logging_qt_messages() -> None:
    """Gives Qt its own way back."""
    qInstallMessageHandler(None)


def _take(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    level = _LEVELS.get(kind)
    if level is not None:
        # A message may quote a file's name or a text that was shown; the function that complains begins it.
        found = _FUNCTION.match(message or "")
        _LOG.log(level, "Qt complains: %s (%s)", found[0] if found else "?", context.category or "?")
