"""The parts of an Office Open XML package and how they refer to one another. What is in them is read elsewhere."""

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET  # its parser loads nothing from outside and stops at entities that blow up

from mcassess.evidence.converted import check_package

_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class OfficePackage:
    """An open package.

    Args:
        content: The file.

    Raises:
        EvidenceError: ``too_big``.
        zipfile.BadZipFile: It is no package.
    """

    def __init__(self, content: bytes) -> None:
        check_package(content)
        self._package = zipfile.ZipFile(BytesIO(content))
        self._names = frozenset(self._package.namelist())

    def __contains__(self, part: str) -> bool:
        return part in self._names

    def bytes_of(self, part: str) -> bytes:
        """Returns a part's bytes; raises KeyError where it is missing."""
        return self._package.read(part)

    def xml(self, part: str) -> ET.Element:
        """Returns a part's root; raises KeyError or ParseError where there is none."""
        return ET.fromstring(self.bytes_of(part))  # noqa: S314 - see the import

    def relations(self, part: str) -> dict[str, str]:
        """Returns the parts that a part refers to, by the id that it uses; those outside the package are left out."""
        folder, name = posixpath.split(part)
        beside = posixpath.join(folder, "_rels", f"{name}.rels")
        if beside not in self:
            return {}
        return {
            relation.get("Id", ""): _joined(folder, relation.get("Target", ""))
            for relation in self.xml(beside)
            if relation.get("TargetMode") != "External"
        }


def name_of(element: ET.Element) -> str:
    """Returns an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def each(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Returns the elements of a name below an element, in the order of the document."""
    return element.iterfind(f".//{{*}}{name}")


def first(element: ET.Element, name: str) -> ET.Element | None:
    """Returns the first element of a name below an element, or None."""
    return next(each(element, name), None)


def relation_id(element: ET.Element, name: str = "id") -> str:
    """Returns the id by which an element refers to another part; empty for none."""
    return element.get(f"{_RELATIONS}{name}", "")


def _joined(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
