"""The programme notes a lost laptop: its evidence goes at the next contact, and what was written stays."""

from mcassess.domain.changes import ChangeKind, Entry
from mcassess.domain.kinds import DestroyReason
from mcassess.errors import ExitCode
from mcassess.server.admin import lose_laptop
from mcassess.store.states import EvidenceState
from tests.support.faults import Fault, FaultProxy
from tests.support.platform import Platform
from tests.support.syncing import Laptop


def test_a_lost_laptop_destroys_its_evidence_and_keeps_the_words(
    joined: Laptop, platform: Platform, network: FaultProxy
) -> None:
    joined.sync()
    key = joined.key(joined.ids()[0])
    with joined.library.write() as writing:
        writing.reviews.append(key, [Entry(kind=ChangeKind.NOTE, value="Half a thought.")])
    packed = joined.library.vault.verify().ok
    assert packed
    token = lose_laptop(platform.data_dir, joined.account().assessor_name)

    network.rule = lambda _asked: Fault(headers={"Mcassess-Server": "somebody-else"})
    joined.sync()
    assert joined.library.vault.verify().ok == packed, "nobody but the platform may say so"

    network.rule = lambda _asked: None
    report = joined.sync()
    assert report.exit_code() is ExitCode.REFUSED
    assert "lost" in report.failed[0]["text"]
    assert list((joined.library.home / "vault").iterdir()) == []
    with joined.library.read() as reading:
        assert {each.reason for each in reading.holdings.destructions()} == {DestroyReason.LOST_LAPTOP}
        assert reading.reviews.get(key).begun
        assert reading.evidence.in_state(EvidenceState.READY) == []

    joined.join(network.url, token)  # it was found again
    assert joined.sync().failed == []
    assert joined.library.vault.verify().ok == packed
