"""attach, detach: files that go with a decision are added, listed and removed; nothing of them lies there in plain."""

WORDS = b"Sentence starters for the pairs"


def test_a_file_is_attached_listed_and_removed(filled, home, tmp_path):
    path = tmp_path / "starters.pdf"
    path.write_bytes(WORDS)
    (file,) = filled("attach", "s-0001", path, "--for", "d1")
    assert file == {
        "name": "starters.pdf",
        "size": len(WORDS),
        "media_type": "application/pdf",
        "for": "evidence:d1",
        "state": "attached",
        "arrived": 0,
    }
    assert not any(WORDS in each.read_bytes() for each in home.rglob("*") if each.is_file())
    assert filled("attach", "s-0001") == [file]
    assert filled("detach", "s-0001", "starters.pdf") == []
    assert filled("attach", "s-0001") == []


def test_what_cannot_be_attached_is_refused_with_a_sentence(filled, tmp_path):
    assert "cannot be read" in filled("attach", "s-0001", tmp_path / "nothing.pdf", code=3)["text"]
    assert "No file 'x'" in filled("detach", "s-0001", "x", code=2)["text"]
    assert "Name the file" in filled("attach", "s-0001", "--for", "d1", code=2)["text"]
    assert "no pages to mark" in filled("attach", "s-0001", "--annotated", "t1", code=2)["text"]
