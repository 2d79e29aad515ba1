"""Claims from the laptop: what is promised is known by the feed alone, so a lost answer loses nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mcassess.errors import UsageError
from mcassess.jobs import claiming
from mcassess.jobs.claiming import ClaimWish
from tests.support.faults import Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop


@pytest.fixture
def other(platform: Platform, tmp_path: Path) -> Iterator[Laptop]:
    """A second laptop of the same assessor."""
    opened = Laptop(tmp_path / "other")
    opened.join(platform.url, platform.token)
    opened.sync(evidence=False)
    yield opened
    opened.close()


def change(laptop: Laptop, name: str, action, wish: ClaimWish = ClaimWish()):  # noqa: B008
    [told] = claiming.change_claims(laptop.library, [laptop.key(name)], action, wish, laptop.connect)
    return told


def held(laptop: Laptop) -> dict[str, int]:
    with laptop.library.read() as reading:
        return {name: claim.fence for name, claim in reading.claims.known(laptop.account().key).items()}


def test_a_claim_is_taken_known_at_once_and_given_back(joined: Laptop) -> None:
    joined.sync(evidence=False)
    told = change(joined, "s-0003", "claim", ClaimWish(days=30))
    assert told["claimed"]
    assert held(joined) == {"s-0003": told["fence"]}
    again = change(joined, "s-0003", "renew")
    assert (again["claimed"], again["fence"]) == (True, told["fence"])
    assert not change(joined, "s-0003", "release")["claimed"]
    assert held(joined) == {}
    assert change(joined, "s-0003", "renew")["problem"]["code"] == "claim-lost"


def test_a_lost_answer_grants_once(joined: Laptop, network: FaultProxy) -> None:
    joined.sync(evidence=False)
    network.first("/claims", Fault(lost=True))
    told = change(joined, "s-0003", "claim")
    assert network.count("/claims") == 2
    assert held(joined) == {"s-0003": told["fence"]}
    bodies = {asked.body for asked in network.seen if asked.path.endswith("/claims")}
    assert len(bodies) == 1


def test_a_claim_that_is_given_back_offline_is_given_back_by_the_next_sync(joined: Laptop) -> None:
    joined.sync(evidence=False)
    change(joined, "s-0003", "claim")
    claiming.release_later(joined.library, [joined.key("s-0003")])
    assert joined.sync(evidence=False).needs_you == []
    assert held(joined) == {}


def test_the_next_ones_come_by_their_due_dates(joined: Laptop) -> None:
    joined.sync(evidence=False)
    told = claiming.take_next(joined.library, 2, connect=joined.connect)
    assert len(told) == 2
    assert sorted(held(joined)) == sorted(each["submission"] for each in told)


def test_without_a_platform_there_is_nothing_to_take(laptop: Laptop) -> None:
    with pytest.raises(UsageError, match="No platform"):
        claiming.take_next(laptop.library, 2, connect=laptop.connect)


def test_another_laptop_of_hers_takes_over_only_when_told_to(joined: Laptop, other: Laptop) -> None:
    joined.sync(evidence=False)
    change(joined, "s-0003", "claim")
    assert change(other, "s-0003", "claim")["problem"]["code"] == "claimed-on-other-device"
    assert change(other, "s-0003", "claim", ClaimWish(take_over=True))["claimed"]


def test_a_claim_is_handed_over(joined: Laptop, platform: Platform) -> None:
    platform.add("Grace")
    joined.sync(evidence=False)
    change(joined, "s-0003", "claim")
    assert change(joined, "s-0003", "hand_over", ClaimWish(to="Nobody"))["problem"]["code"] == "policy"
    assert change(joined, "s-0003", "hand_over", ClaimWish(to="Grace"))["problem"] is None
    assert "s-0003" not in held(joined)


def test_a_sync_renews_what_is_half_over_and_leaves_the_rest(joined: Laptop, network: FaultProxy) -> None:
    joined.sync(evidence=False)
    change(joined, "s-0001", "claim", ClaimWish(days=1))
    change(joined, "s-0003", "claim", ClaimWish(days=30))
    before = claims(joined)
    account = joined.account().key
    with joined.library.write() as writing:
        writing.settings.set(f"claims_looked_at:{account}", None)
    joined.sync(evidence=False)
    after = claims(joined)
    assert after["s-0001"] - before["s-0001"] > timedelta(days=5)
    assert after["s-0003"] == before["s-0003"]
    network.seen.clear()
    joined.sync(evidence=False)
    assert network.count("/claims") == 0


def test_a_decision_under_a_claim_arrives_and_ends_it(joined: Laptop, platform: Platform) -> None:
    joined.sync(evidence=False)
    change(joined, "s-0003", "claim")
    op_id = joined.seal("s-0003")
    assert joined.sync(evidence=False).needs_you == []
    assert [each.op_id for each in platform.decisions()] == [op_id]
    assert held(joined) == {}


def claims(laptop: Laptop):
    with laptop.library.read() as reading:
        return {name: claim.expires_at for name, claim in reading.claims.known(laptop.account().key).items()}
