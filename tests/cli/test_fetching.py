"""How evidence is fetched, and how much of it is kept, as the assessor wishes."""


def test_wishes_are_kept_one_by_one_and_taken_back(command):
    usual = {"paused": False, "on_metered": False, "bytes_per_s": None, "room_bytes": None}
    assert command("fetching") == usual
    assert command("fetching", "--pause") == {**usual, "paused": True}
    assert command("fetching", "--resume", "--limit", "500") == {**usual, "bytes_per_s": 500_000}
    assert command("fetching", "--no-limit", "--metered", "yes") == {**usual, "on_metered": True}
    assert command("fetching", "--metered", "no") == usual


def test_evidence_is_given_so_much_room_and_no_more(command):
    assert command("fetching", "--room", "40")["room_bytes"] == 40_000_000_000
    assert command("fetching", "--pause")["room_bytes"] == 40_000_000_000
    command("fetching", "--room", "0", code=2)
    assert command("fetching", "--all-room", "--resume")["room_bytes"] is None
