"""What opening evidence can fail with: one kind of error, told apart by its code."""

from mcassess.errors import McassessError, WorldError
from mcassess.texts import tr


class EvidenceError(WorldError):
    """A piece of evidence cannot be opened, shown or played.

    Attributes:
        code: One stable word or two for programs, such as ``password`` or ``too_slow``.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def damaged(error: Exception) -> EvidenceError:
    """Returns what to tell when the bytes of a file cannot be read because of ``error``."""
    if isinstance(error, McassessError):
        return EvidenceError("damaged", error.text)
    reason = str(error).rstrip(".")
    return EvidenceError("damaged", tr("The file cannot be read: {reason}. Fetch it again.").format(reason=reason))
