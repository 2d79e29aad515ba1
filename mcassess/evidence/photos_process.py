"""In the child of kind ``photos``: keeps one file of pictures open and gives each as pixels."""

from typing import Any

from mcassess.evidence.errors import EvidenceError
from mcassess.evidence.photos import jpeg_of, photo, picture_sizes
from mcassess.evidence.picture import Picture
from mcassess.evidence.reader import read_all
from mcassess.evidence.worker import RemoteReader
from mcassess.texts import tr

_PHOTO_BYTES = 400 << 20
_PAGE_PIXELS = 3600


class PhotosHandler:
    """Keeps the file that was opened last."""

    def __init__(self) -> None:
        self._content = b""
        self._pixels = memoryview(b"")  # what was answered last lives as long as this

    def handle(self, request: dict[str, Any], reader: RemoteReader) -> tuple[dict[str, Any], bytes | memoryview]:
        """Answers ``open``, ``draw``, ``photo`` and ``convert``.

        Raises:
            EvidenceError: ``broken`` or ``too_big``.
        """
        match request["do"]:
            case "open":
                if reader.size > _PHOTO_BYTES:
                    raise EvidenceError("too_big", tr("The picture is too big to be shown."))
                self._content = read_all(reader, _PHOTO_BYTES)
                return {"sizes": picture_sizes(self._content)}, b""
            case "convert":
                return _scans(read_all(reader, _PHOTO_BYTES))
            case "photo":
                return self._answer(photo(read_all(reader, _PHOTO_BYTES), request["most"]))
            case "draw":
                picture = photo(self._content, request["most"], int(request["page"]), int(request["quarters"]))
                return self._answer(picture)
        raise ValueError(request["do"])

    def _answer(self, picture: Picture) -> tuple[dict[str, Any], memoryview]:
        self._pixels = picture.pixels
        return {"width": picture.width, "height": picture.height, "stride": picture.stride}, picture.pixels


def _scans(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Returns all pictures of a file as JPEG, as ``render_process`` makes pages of them."""
    sizes, pictures = [], []
    for page in range(len(picture_sizes(content))):
        picture = photo(content, _PAGE_PIXELS, page)
        sizes.append([picture.width, picture.height])
        pictures.append(jpeg_of(picture))
    return {"scans": [[*size, len(picture)] for size, picture in zip(sizes, pictures, strict=True)]}, b"".join(pictures)
