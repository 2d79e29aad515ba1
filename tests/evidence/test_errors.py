from mcassess.errors import ExitCode, WorldError
from mcassess.evidence.errors import EvidenceError, damaged


def test_damage_is_told_in_the_reader_s_own_words_where_it_has_any() -> None:
    told = damaged(WorldError("The stored evidence is damaged at piece 3. Sync to fetch it again."))
    assert (told.code, told.text) == ("damaged", "The stored evidence is damaged at piece 3. Sync to fetch it again.")
    assert "no answer" in damaged(OSError("no answer")).text


def test_evidence_that_cannot_be_opened_is_the_world_s_fault() -> None:
    assert EvidenceError("broken", "It is broken.").exit_code is ExitCode.WORLD
