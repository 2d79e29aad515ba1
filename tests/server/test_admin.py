"""Loading, people and decisions from outside, while the platform serves."""


def test_an_assessor_pulls_decides_and_is_listed_once(platform, client):
    ada = client()
    assert set(ada.rows()) == {"s-0001", "s-0002", "s-0003"}
    assert ada.push(ada.decision())[0]["status"] == "applied"
    platform.stop()
    platform.start()
    assert ada.push(ada.decision())[0]["status"] == "duplicate"
    (listed,) = platform.decisions()
    assert (listed.submission, listed.attempt, listed.assessor) == ("s-0001", 2, "Ada")
    assert (listed.outcome, listed.scores) == ("award", {"c1": "c1-3", "c2": "c2-3", "c3": "c3-3"})
