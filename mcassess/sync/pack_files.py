"""The files of a pack, in a folder or a zip: safe names, limits, digests. What they mean is in pack.py."""

import hashlib
import lzma
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from mcassess.texts import tr

MAX_FILE_BYTES = 10 << 30
MAX_TOTAL_BYTES = 200 << 30
MAX_ENTRIES = 100_000
MAX_RATIO = 100
"""How many times smaller than its contents a zipped file may be; only files beyond ``RATIO_FREE_BYTES`` count."""
RATIO_FREE_BYTES = 4 << 20
READ_BYTES = 1 << 20

_BROKEN = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)


class FileFaultError(Exception):
    """A file of the pack cannot be used; the text says why."""


class PackFiles(Protocol):
    """Where a pack's files are read from."""

    faults: list[str]

    def open(self, name: str) -> BinaryIO:
        """Opens a file by its name in the pack.

        Raises:
            FileFaultError: It is missing, lies outside the pack or cannot be read.
        """
        ...

    def close(self) -> None:
        """Lets go of the pack."""
        ...


@contextmanager
def open_files(path: Path) -> Iterator[PackFiles]:
    """Opens a pack's files for a while.

    Raises:
        FileFaultError: There is no folder and no readable zip at this path.
    """
    files: PackFiles
    if path.is_dir():
        files = _Folder(path)
    elif path.is_file():
        files = _Zip(path)
    else:
        raise FileFaultError(tr("there is neither a folder nor a file"))
    try:
        yield files
    finally:
        files.close()


def digest_file(files: PackFiles, name: str) -> tuple[str, int]:
    """Reads a file once and returns its SHA-256 (hexadecimal) and its size in bytes.

    Raises:
        FileFaultError: It cannot be read to its end, or is too large.
    """
    digest, size = hashlib.sha256(), 0
    with files.open(name) as stream:
        for block in blocks(stream):
            digest.update(block)
            size += len(block)
            if size > MAX_FILE_BYTES:
                raise FileFaultError(tr("is larger than {limit} GiB").format(limit=MAX_FILE_BYTES >> 30))
    return digest.hexdigest(), size


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Reads a file of a pack block by block.

    Raises:
        FileFaultError: It cannot be read to its end.
    """
    try:
        while block := stream.read(READ_BYTES):
            yield block
    except _BROKEN as error:
        raise FileFaultError(tr("cannot be read: {reason}").format(reason=error)) from error


def name_fault(name: str) -> str | None:
    """Returns what is wrong with a file's name, or None: names are relative, use slashes and stay inside the pack."""
    if not name or any(ord(sign) < 32 for sign in name):
        return tr("is no file name")
    if "\\" in name:
        return tr("is written with a backslash; packs use slashes")
    parts = name.split("/")
    if name.startswith("/") or ":" in parts[0] or ".." in parts:
        return tr("lies outside the pack")
    if "" in parts or "." in parts:
        return tr("is no file name")
    return None


class _Folder:
    def __init__(self, root: Path) -> None:
        self.faults: list[str] = []
        self._root = root

    def open(self, name: str) -> BinaryIO:
        _refuse(name_fault(name))
        place, mode = self._root, 0
        try:
            for part in name.split("/"):
                place /= part
                mode = place.lstat().st_mode
                if stat.S_ISLNK(mode):
                    _refuse(tr("is a link, which may lead out of the pack"))
            if not stat.S_ISREG(mode):
                _refuse(tr("is not a file"))
            return cast(BinaryIO, os.fdopen(os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0)), "rb"))
        except (FileNotFoundError, NotADirectoryError):
            raise FileFaultError(tr("is missing")) from None
        except (OSError, ValueError) as error:
            raise FileFaultError(tr("cannot be read: {reason}").format(reason=error)) from error

    def close(self) -> None:
        pass


class _Zip:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise FileFaultError(tr("is not a readable zip: {reason}").format(reason=error)) from error
        entries = self._zip.infolist()
        self._entries = {entry.filename: entry for entry in entries}
        self._prefix = self._top_folder()
        self.faults = [*_bomb_faults(entries), *_twice_faults(entries)]

    def open(self, name: str) -> BinaryIO:
        _refuse(name_fault(name))
        entry = self._entries.get(self._prefix + name)
        if entry is None:
            raise FileFaultError(tr("is missing"))
        if stat.S_ISLNK(entry.external_attr >> 16):
            _refuse(tr("is a link, which may lead out of the pack"))
        if entry.is_dir():
            _refuse(tr("is not a file"))
        if self.faults:
            # A zip that is a bomb is not unpacked in order to find more faults.
            _refuse(tr("is not read, because the zip is refused"))
        try:
            return cast(BinaryIO, self._zip.open(entry))
        except _BROKEN as error:
            raise FileFaultError(tr("cannot be read: {reason}").format(reason=error)) from error

    def close(self) -> None:
        self._zip.close()

    def _top_folder(self) -> str:
        if "pack.json" in self._entries:
            return ""
        tops = [name for name in self._entries if name.endswith("/pack.json") and name.count("/") == 1]
        return tops[0].removesuffix("pack.json") if len(tops) == 1 else ""


def _bomb_faults(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(entries) > MAX_ENTRIES:
        yield tr("the zip holds {count} files; {limit} are allowed").format(count=len(entries), limit=MAX_ENTRIES)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        yield tr("the zip is a bomb: unpacked it is larger than {limit} GiB").format(limit=MAX_TOTAL_BYTES >> 30)
    for entry in entries:
        if entry.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * entry.compress_size):
            yield tr("the zip is a bomb: '{name}' unpacks to {size} bytes from {packed}").format(
                name=entry.filename, size=entry.file_size, packed=entry.compress_size
            )


def _twice_faults(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    for name, count in Counter(entry.filename for entry in entries).items():
        if count > 1:
            yield tr("the zip holds '{name}' {count} times").format(name=name, count=count)


def _refuse(text: str | None) -> None:
    if text is not None:
        raise FileFaultError(text)
