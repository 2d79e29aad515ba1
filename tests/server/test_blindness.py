"""What a blind policy hides never leaves the platform, by any end point, in any state; what may be shown, does."""

import json

import pytest

from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK

FILES = [path.name for path in (SMALL_PACK / "files").iterdir()]
BLIND = ["Wilhelmina", "Quackenbush", "Thaddeus", "Brambleforth", '"e-1"', '"e-2"']
OPEN_NAME = "Perpetua Nightingale-Okafor"


@pytest.fixture
def kind():
    """What is told of a submission is made of its document, wherever that lies."""
    return "sqlite"


@pytest.fixture
def pack(tmp_path):
    """The tiny pack, with the educator's name and file names wherever a blind submission could leak them."""
    return changed_pack(tmp_path / "named", name_her)


def name_her(document):
    first = document["submissions"][0]
    first["evidence"][1]["title"] = "quackenbush_plans.pdf"
    first["evidence"][2]["title"] = "Statement of Wilhelmina  QUACKENBUSH"
    first["evidence"][4]["text"] += " Signed, Wilhelmina Quackenbush."
    first["evidence"][0]["pointers"][0]["text"] = "wilhelmina quackenbush speaks"
    first["evidence"][1]["pointers"] = [
        {"page": 1, "text": "Write to w.quackenbush@school.example, or ask Wilhelmina."}
    ]
    first["evidence"][4]["text"] += " Ms QUACKENBUSH was here; so was Quackenbush's class."
    first["earlier"][0]["decision"]["feedback"] = "Dear Wilhelmina\nQuackenbush, go on."
    first["earlier"][0]["decision"]["scores"]["c2"]["comment"] = "Wilhelmina Quackenbush asks."
    del document["submissions"][1]["educator"]["alias"]


def everything_told(people):
    """All that the platform says to these people: headers and bodies, evidence itself left out."""
    for person in people:
        paths = ["/server", "/me", "/changes", "/snapshot", "/digest", f"/ops?device={person.device}"]
        for submission in ("s-0001", "s-0002", "s-0003"):
            paths.append(f"/submissions/{submission}")
            for evidence in ("v1", "d1", "d2", "i1", "t1", "l1"):
                place = f"/submissions/{submission}/evidence/{evidence}"
                paths += [f"{place}/chunks", f"{place}/content", f"{place}/content?attempt=1", f"{place}/captions"]
        for path in paths:
            answer = person.get(path)
            yield path, str(answer.headers)
            if not path.partition("?")[0].endswith(("/content", "/captions")) or answer.status_code >= 400:
                yield path, answer.text


def test_no_blind_name_and_no_file_name_leaves_the_platform(client):
    ada, bea = client(), client("Bea")
    people = [ada, bea, client("Cora", role="coordinator"), client("Ann", role="approver")]
    told = list(everything_told(people))
    told.append(("/ops", json.dumps(ada.push(ada.decision()))))
    told.append(("/ops", json.dumps(bea.push(bea.decision()))))
    told += everything_told([ada, bea])
    for path, text in told:
        for secret in [*BLIND, *FILES]:
            assert secret.lower() not in text.lower(), (path, secret)
    assert any(OPEN_NAME in text for _, text in told), "who is not hidden is named"
    assert any("velvet comet" in text or "Educator 7F31 speaks" in text for _, text in told)


def test_an_educator_without_an_alias_gets_a_lasting_one(client):
    shown = client().rows()["s-0002"]["data"]["educator"]
    assert shown["alias"].startswith("Educator ")
    assert shown["name"] is None
    assert client("Bea").rows()["s-0002"]["data"]["educator"] == shown


def test_earlier_scores_do_not_come_where_the_policy_says_never(platform, client, tmp_path):
    def never(document):
        name_her(document)
        document["microcredentials"][0]["policy"]["earlier_scores"] = "never"

    assert client().rows()["s-0001"]["data"]["earlier"][0]["decision"]["scores"]
    platform.load(changed_pack(tmp_path / "never", never))
    decision = client("Bea").rows()["s-0001"]["data"]["earlier"][0]["decision"]
    assert decision["scores"] == {}
    assert decision["outcome"] == "not_yet"


def test_evidence_without_consent_to_scoring_is_withheld(platform, client, tmp_path):
    def withhold(document):
        name_her(document)
        document["submissions"][2]["evidence"][1]["consent"] = {"scoring": False, "training": False}

    platform.load(changed_pack(tmp_path / "withheld", withhold))
    ada = client()
    pieces = {piece["id"]: piece["available"] for piece in ada.rows()["s-0003"]["data"]["evidence"]}
    assert pieces == {"d1": True, "i1": False}
    assert ada.get("/submissions/s-0003/evidence/i1/content").json()["code"] == "withheld"
    assert ada.get("/submissions/s-0003/evidence/i1/chunks").status_code == 403
    assert ada.get("/submissions/s-0003/evidence/d1/content").status_code == 200
