"""score, completeness, note, feedback, undo, redo: what is recorded, and what is refused with nothing changed."""

from mcassess.clock import SystemClock
from mcassess.jobs.reviewing import MAX_COMMENT
from tests.support.command import open_home


def review(command, name="s-0001"):
    return command("show", name)["review"]


def test_scoring_again_replaces_the_level_and_leaves_comment_and_citations(filled):
    filled("score", "s-0001", "c1", "low", "--comment", "Wait longer.", "--cite", "v1@00:00:01-00:00:02")
    given = filled("score", "s-0001", "c1", "high")["review"]["scores"]["c1"]
    assert given == {"level": "high", "comment": "Wait longer.", "citations": ["v1@00:00:01-00:00:02"]}


def test_a_comment_and_citations_that_are_given_replace_the_old_ones(filled):
    filled("score", "s-0001", "c1", "low", "--comment", "old", "--cite", "v1@00:01", "--cite", "d1#page=1")
    given = filled("score", "s-0001", "c1", "low", "--comment", "", "--cite", "t1")["review"]["scores"]["c1"]
    assert given == {"level": "low", "comment": "", "citations": ["t1"]}


FITTING = {
    "v1@00:07:14-00:07:48": "v1@00:07:14-00:07:48",
    "v1@7:14": "v1@00:07:14-00:07:14",
    "v@1:02:03.5": "v1@01:02:03.500-01:02:03.500",
    "d1#page=2": "d1#page=2",
    "d1#page=2&rect=0.1,0.2,0.5,0.1": "d1#page=2&rect=0.1,0.2,0.5,0.1",
    "i1#rect=0,0,1,1": "i1#rect=0.0,0.0,1.0,1.0",
    "t1": "t1",
}


def test_citations_are_kept_in_their_written_form(filled):
    cited = [word for citation in FITTING for word in ("--cite", citation)]
    done = filled("score", "s-0001", "c1", "high", *cited)
    assert done["review"]["scores"]["c1"]["citations"] == list(FITTING.values())


UNFIT = [
    "", "@00:01", "x1@00:01", "v1@", "v1@00:99", "v1@00:02-00:01", "v1@-1", "v1@aa", "v1#page=1", "v1#",
    "d1@00:01", "d1#page=0", "d1#page=x", "d1#page=1&rect=0,0,2,1", "d1#page=1&rect=0,0,1", "d1#rect=0,0,1,1",
    "d1#page=1&rect=nan,0,1,1", "d1#page=1&page=2", "i1#page=1", "t1#rect=0,0,1,1", "v1 @00:01",
    "v1@9999:00:00", "v1@00:01\x00",
]  # fmt: skip


def test_a_citation_that_does_not_fit_is_refused_and_nothing_of_the_command_is_kept(filled):
    for citation in UNFIT:
        words = ("score", "s-0001", "c1", "high", "--comment", "lost?", "--cite", "v1@00:01", "--cite", citation)
        assert filled(*words, code=2)["text"], citation
    assert review(filled)["scores"] == {}


WRONG = [
    ("score", "s-0001", "c9", "high"),
    ("score", "s-0001", "c", "high"),
    ("score", "s-0001", "", "high"),
    ("score", "s-0001", "c1", "2"),
    ("score", "s-0001", "c1", ""),
    ("score", "s-0001", "c1"),
    ("score", "nothing", "c1", "high"),
    ("completeness", "s-0001", "k9", "yes"),
    ("completeness", "s-0001", "k1", "maybe"),
    ("note", "s-0001"),
    ("feedback", "s-0001"),
    ("seal", "s-0001", "perhaps"),
    ("seal", "s-0001", "return", "--condition", "rain"),
]


def test_what_is_not_there_or_not_allowed_is_wrong_usage_and_changes_nothing(filled):
    for words in WRONG:
        assert filled(*words, code=2)["text"], words
    assert review(filled)["undo"] == 0


def test_the_sentence_names_what_there_is(filled):
    assert "c1, c2, c3" in filled("score", "s-0001", "c9", "high", code=2)["text"]
    assert "low, high" in filled("score", "s-0001", "c1", "x", code=2)["text"]


def test_a_completeness_check_is_answered_and_answered_again(filled):
    assert filled("completeness", "s-0001", "k1", "yes")["review"]["completeness"] == {"k1": True}
    assert filled("completeness", "s-0001", "k", "no")["review"]["completeness"] == {"k1": False}


def test_undo_and_redo_go_through_all_that_was_recorded_and_not_beyond(filled):
    filled("score", "s-0001", "c1", "low", "--comment", "Wait longer.", "--cite", "v1@00:01")
    filled("note", "s-0001", "mine")
    filled("completeness", "s-0001", "k1", "yes")
    before = review(filled)
    for _ in range(3):
        last = filled("undo", "s-0001")["review"]
    assert (last["scores"], last["notes"], last["completeness"]) == ({}, "", {})
    assert "nothing to undo" in filled("undo", "s-0001", code=4)["text"]
    for _ in range(3):
        filled("redo", "s-0001")
    assert review(filled) == before
    assert "nothing to redo" in filled("redo", "s-0001", code=4)["text"]


def test_undo_never_reaches_into_another_submission(filled):
    filled("score", "s-0001", "c1", "low")
    filled("undo", "s-0002", code=4)
    assert review(filled)["scores"]["c1"]["level"] == "low"


ODD = {
    "emoji of several parts": "👩🏽‍🏫 ok",
    "right to left": "אבג \u202eabc\u202c",
    "combining": "Zoe\u0308",
    "no-break and line separators": "a\u00a0b\u2028c\u2029d\x85e",
    "several lines": "one\n\n  two\t\n",
    "quotes": "' \" \\ ; DROP TABLE review; -- %s {0} \\u0000",
    "control characters": "a\x00b\x1b[31m\x7f\x08",
    "not a character, yet a code point": "\ufffe\uffff\U0010ffff",
    "markup": "<b>#set page()</b> $x^2$ *",
    "begins like an option": "-x",
}


def test_words_of_all_kinds_come_back_as_they_were_given(filled, tmp_path):
    for name, text in ODD.items():
        (tmp_path / "letter").write_bytes(text.encode())
        filled("score", "s-0001", "c1", "low", f"--comment={text}")
        filled("note", "s-0001", f" {text}")
        filled("feedback", "s-0001", "--file", tmp_path / "letter")
        found = review(filled)
        assert found["scores"]["c1"]["comment"] == text, name
        assert found["notes"] == f" {text}", name
        assert found["feedback"] == text.rstrip("\n"), name


def test_a_note_may_begin_like_an_option_after_two_dashes(filled):
    assert filled.text("note", "s-0001", "--", "-x") == "Saved.\n"
    assert review(filled)["notes"] == "-x"


def test_half_a_character_is_refused_in_words(filled):
    for words in (("note", "s-0001", "a\udcff"), ("score", "s-0001", "c1", "low", "--comment", "\ud83d")):
        assert "UTF-8" in filled(*words, code=2)["text"]
    for words in (("show", "s-\udcff"), ("score", "s-0001", "c\udcff", "low")):
        assert filled(*words, code=2)["text"]


def test_a_text_of_20000_characters_is_taken_and_one_more_is_refused(filled, tmp_path):
    letter = tmp_path / "letter"
    letter.write_text("🎈" * MAX_COMMENT)
    assert len(filled("feedback", "s-0001", "--file", letter)["review"]["feedback"]) == MAX_COMMENT
    letter.write_text("x" * (MAX_COMMENT + 1))
    assert "20001" in filled("feedback", "s-0001", "--file", letter, code=2)["text"]
    assert "20001" in filled("note", "s-0001", "x" * (MAX_COMMENT + 1), code=2)["text"]
    letter.write_bytes(b"x" * (2 << 20))
    assert "too long" in filled("feedback", "s-0001", "--file", letter, code=2)["text"]
    assert review(filled)["feedback"] == "🎈" * MAX_COMMENT


def test_a_letter_from_a_windows_editor_is_read_as_its_writer_saw_it(filled, tmp_path):
    (tmp_path / "letter.txt").write_bytes("\ufeffLiebe Zoë,\r\ngut.\r\n".encode())
    assert filled("feedback", "s-0001", "--file", tmp_path / "letter.txt")["review"]["feedback"] == "Liebe Zoë,\ngut."


def test_a_letter_that_cannot_be_read_is_the_worlds_fault(filled, tmp_path):
    (tmp_path / "latin").write_bytes("Zoë".encode("latin-1"))
    assert "UTF-8" in filled("feedback", "s-0001", "--file", tmp_path / "latin", code=3)["text"]
    assert "cannot be read" in filled("feedback", "s-0001", "--file", tmp_path, code=3)["text"]
    assert "cannot be read" in filled("feedback", "s-0001", "--file", tmp_path / "none", code=3)["text"]


def test_changes_bear_the_time_of_their_making(filled):
    before = SystemClock().now()
    filled("note", "s-0001", "x")
    library = open_home(filled.home)
    with library.read() as reading:
        (change,) = reading.reviews.changes(1)
    library.close()
    assert abs((change.at - before).total_seconds()) < 60
