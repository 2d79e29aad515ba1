"""Photographs and drawings as pixels, opened by the child process of kind ``stills``."""

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.picture import Picture, PixelLayout
from mcassess.evidence.reader import Reader
from mcassess.evidence.worker import Worker
from mcassess.texts import tr

IMAGE_SECONDS = 10.0


def open_image(
    reader: Reader, *, most: int | None = None, seconds: float = IMAGE_SECONDS, worker: Worker | None = None
) -> Picture:
    """Returns a picture's pixels, upright; waits for the child, so it is called off the window's thread.

    Args:
        reader: The evidence; read, not closed.
        most: The longer side in pixels is at most this; None for the full size.
        seconds: Time limit.
        worker: A child of kind ``stills`` to use, which stays the caller's; None starts one for this picture.

    Raises:
        EvidenceError: ``empty``, ``broken``, ``too_big``, ``unsupported``, ``too_slow``, ``crashed``, ``damaged``.
    """
    if reader.size == 0:
        raise EvidenceError("empty", tr("The file is empty: it has no bytes at all. Ask for it to be sent again."))
    child = worker if worker is not None else Worker("stills")
    try:
        message = child.call({"do": "photo", "most": most, "size": reader.size}, seconds, reader)
    finally:
        if worker is None:
            child.close()
    done = message.header["done"]
    return Picture(
        width=int(done["width"]),
        height=int(done["height"]),
        stride=int(done["stride"]),
        layout=PixelLayout.RGB,
        pixels=message.payload,
    )
