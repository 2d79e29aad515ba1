"""In the child of kind ``preflight``: what a photograph says of itself beside its pixels."""

import io
import warnings
from dataclasses import dataclass, field

from PIL import ExifTags, Image

from mcassess.evidence.photos import photo

_THUMBNAIL_PIXELS = 64
_WHO = (ExifTags.Base.Artist, ExifTags.Base.Copyright, ExifTags.Base.XPAuthor, ExifTags.Base.CameraOwnerName)
_LYING = frozenset({5, 6, 7, 8})  # orientations in which the camera was held upright
_MOST_VALUE = 200


@dataclass(slots=True)
class PhotoSurvey:
    """What was found.

    Attributes:
        width: Pixels in a row, upright.
        height: Rows, upright.
        where: Whether the file says where it was taken.
        who: What it says of its maker, by property.
    """

    width: int = 0
    height: int = 0
    where: bool = False
    who: dict[str, str] = field(default_factory=dict)


def survey_photo(content: bytes) -> PhotoSurvey:
    """Opens a picture, and returns what it says of itself.

    Raises:
        EvidenceError: As ``photo``.
    """
    photo(content, _THUMBNAIL_PIXELS)
    found = PhotoSurvey()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content)) as opened:
                found.width, found.height = opened.size
                _read_properties(opened.getexif(), found)
        except Exception:  # noqa: BLE001 - properties are an addition: a picture that opens is fine without them
            return found
    return found


def _read_properties(exif: Image.Exif, found: PhotoSurvey) -> None:
    if exif.get(ExifTags.Base.Orientation) in _LYING:
        found.width, found.height = found.height, found.width
    found.where = bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for tag in _WHO:
        value = exif.get(tag) or details.get(tag)
        if isinstance(value, bytes):
            value = value.decode("utf-16-le", errors="replace")
        if isinstance(value, str) and (said := value.strip("\0 ")):
            found.who[tag.name] = said[:_MOST_VALUE]
