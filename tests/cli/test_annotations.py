"""annotate, annotated-copy: marks are part of the review, and a copy of them leaves by the policy's leave."""

import hashlib
from dataclasses import replace

from mcassess.domain.kinds import EvidenceKind
from mcassess.domain.submission import Evidence, Policy
from tests.support.command import open_home
from tests.support.documents import pdf
from tests.support.library import content, microcredential, put, raw, submission


def with_plans(home, **policy):
    """Puts a submission with a document that is here into the home."""
    data = pdf()
    sha256 = hashlib.sha256(data).hexdigest()
    piece = Evidence(
        id="d1", title="Plans", kind=EvidenceKind.DOCUMENT, content=content(sha256, len(data), "application/pdf")
    )
    library = open_home(home)
    with library.read() as reading:
        account = reading.accounts.list()[0].key
    put(library, account, submission("plans", evidence=(piece,)))
    allowed = replace(microcredential(), policy=Policy(**policy))
    with library.write() as writing:
        writing.submissions.put_microcredential(account, allowed, 2, raw(allowed))
    writer = library.vault.writer(sha256, len(data))
    writer.write(data)
    writer.finish()
    library.close()


def test_a_mark_is_in_the_review_and_undo_takes_it_back(filled):
    review = filled("annotate", "s-0001", "d1#page=2&rect=0.1,0.2,0.5,0.1", "--text", "Whose plan?")["review"]
    (mark,) = review["annotations"]
    assert mark.pop("id")
    assert mark == {"at": "d1#page=2&rect=0.1,0.2,0.5,0.1", "style": "region", "quote": "", "text": "Whose plan?"}
    assert filled("undo", "s-0001")["review"]["annotations"] == []


def test_only_pages_and_pictures_can_be_marked(filled):
    assert "marked" in filled("annotate", "s-0001", "t1", code=2)["text"]
    assert "cannot be cited" in filled("annotate", "s-0001", "v1#page=1", code=2)["text"]


def test_a_copy_is_written_where_the_policy_lets_files_leave(filled, home, tmp_path):
    with_plans(home, files_may_leave=True)
    filled("annotate", "plans", "d1#page=1", "--style", "note")
    path = tmp_path / "copy.pdf"
    done = filled("annotated-copy", "plans", "d1", "-o", path)
    assert done == {"path": str(path), "evidence": "d1", "annotations": 1}
    assert path.read_bytes().startswith(b"%PDF-")


def test_a_copy_is_refused_where_the_policy_keeps_files_in(filled, home, tmp_path):
    with_plans(home)
    filled("annotate", "plans", "d1#page=1")
    assert (
        "does not let evidence leave" in filled("annotated-copy", "plans", "d1", "-o", tmp_path / "x", code=4)["text"]
    )
    assert not (tmp_path / "x").exists()


def test_a_copy_goes_with_the_decision_whatever_may_leave(filled, home):
    with_plans(home)
    filled("annotate", "plans", "d1#page=1", "--style", "note")
    (file,) = filled("attach", "plans", "--annotated", "d1")
    assert (file["name"], file["for"], file["state"]) == ("Plans, annotated.pdf", "evidence:d1", "attached")


def test_a_copy_of_what_is_withheld_goes_with_it_and_is_not_sent(filled, home):
    with_plans(home)
    filled("annotate", "plans", "d1#page=1", "--style", "note")
    filled("attach", "plans", "--annotated", "d1")
    filled("withhold", "plans", "d1")
    assert filled("attach", "plans") == []
    library = open_home(home)
    assert library.vault.verify().ok == 0
    library.close()
    assert list((home / "vault").iterdir()) == []
