"""Word from the system that the computer is about to sleep: logind's PrepareForSleep on the system's D-Bus."""

from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

_SERVICE = "org.freedesktop.login1"
_PATH = "/org/freedesktop/login1"
_INTERFACE = "org.freedesktop.login1.Manager"


class SuspendWatch(QObject):
    """Listens for the computer going to sleep. Where there is no logind it hears nothing.

    Signals:
        suspending: The computer is about to sleep.

    Args:
        bus: The system's bus.
        service: Who may say so.
    """

    suspending = Signal()

    def __init__(
        self, bus: QDBusConnection | None = None, service: str = _SERVICE, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        bus = bus if bus is not None else QDBusConnection.systemBus()
        slot: Any = SLOT("_prepare(bool)")  # PySide takes text alone here, although it declares bytes
        self.listens = bus.isConnected() and bus.connect(service, _PATH, _INTERFACE, "PrepareForSleep", self, slot)

    @Slot(bool)
    def _prepare(self, begins: bool) -> None:  # noqa: FBT001 - a signal's value
        if begins:
            self.suspending.emit()
