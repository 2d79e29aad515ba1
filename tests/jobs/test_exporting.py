"""Exporting: pictures of the evidence leave only by the policy's leave, and never without names."""

import hashlib
from dataclasses import replace

import pytest

from mcassess.domain.submission import Policy
from mcassess.errors import RefusedError
from mcassess.jobs import exporting, reviewing
from tests.support.library import microcredential, put, raw, submission, video
from tests.support.media import make_video


@pytest.fixture
def cited(library, account, tmp_path):
    """A submission whose video is here and cited."""
    data = make_video(tmp_path / "lesson.mp4", frames=60).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    (key,) = put(library, account, submission("s-9", evidence=(video(sha256, len(data)),)))
    writer = library.vault.writer(sha256, len(data))
    writer.write(data)
    writer.finish()
    reviewing.score(library, key, "c1", "high", cite=["v1@00:00:01-00:00:02"])
    return key


def allow_stills(library, account):
    allowed = replace(microcredential(), policy=Policy(stills_may_leave=True))
    with library.write() as writing:
        writing.submissions.put_microcredential(account, allowed, 2, raw(allowed))


def printed(library, key, path, **options):
    return exporting.export(library, [key], "pdf", path, **options).read_bytes()


def test_pictures_leave_only_where_the_policy_lets_them(library, account, cited, tmp_path):
    without = printed(library, cited, tmp_path / "without.pdf")
    allow_stills(library, account)
    with_stills = printed(library, cited, tmp_path / "with.pdf")
    assert b"/Subtype/Image" not in without.replace(b" ", b"")
    assert b"/Subtype/Image" in with_stills.replace(b" ", b"")
    assert b"/Subtype/Image" not in printed(library, cited, tmp_path / "x.pdf", deidentify=True).replace(b" ", b"")


def test_a_video_that_is_damaged_costs_its_picture_and_not_the_summary(library, account, cited, tmp_path):
    allow_stills(library, account)
    for path in (library.home / "vault").rglob("*"):
        if path.is_file():
            broken = bytearray(path.read_bytes())
            broken[len(broken) // 2] ^= 1
            path.write_bytes(broken)
    assert printed(library, cited, tmp_path / "x.pdf").startswith(b"%PDF-")


def test_nothing_is_not_exported(library, tmp_path):
    with pytest.raises(RefusedError, match="no sealed review"):
        exporting.export(library, [], "pdf", tmp_path / "x.pdf")
    assert list(tmp_path.glob("*.pdf")) == []
