"""What whoever watches the platform is told: that it is well, and numbers, never whose."""

import json
import subprocess
import sys

import httpx

from mcassess.server.admin import add_assessor
from mcassess.server.metrics import CELLS, Metrics


def numbers(answer: httpx.Response) -> dict[str, float]:
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_says_that_it_is_well_to_everybody(platform):
    answer = httpx.get(f"{platform.url}/health")
    assert answer.json()["status"] == "ok"
    assert answer.json()["seq"] > 0


def test_numbers_are_for_coordinators(platform, client):
    ada, cora = client(), client("Cora", role="coordinator")
    ada.push(ada.decision(), ada.decision("s-9999", seq=2))
    ada.get("/submissions/none")

    def asked(person) -> httpx.Response:
        return httpx.get(f"{platform.url}/metrics", headers={"Authorization": f"Bearer {person.token}"})

    assert httpx.get(f"{platform.url}/metrics").status_code == 401
    assert (asked(ada).status_code, asked(ada).json()["code"]) == (403, "forbidden")
    told = numbers(asked(cora))
    assert told['mcassess_submissions{state="decided"}'] == 1
    assert told["mcassess_decisions"] == 1
    assert told["mcassess_operations"] == 2
    assert told["mcassess_unapplied_operations"] == 1
    assert told['mcassess_requests_total{route="/mcsync/v1/ops",status="2xx"}'] == 1
    assert told['mcassess_requests_total{route="/mcsync/v1/submissions/{submission_id}",status="4xx"}'] == 1
    assert "Ada" not in asked(cora).text


def test_processes_count_into_one_table():
    cells = [0.0] * (CELLS * 2)
    both = [Metrics(cells, part) for part in (0, 1)]
    for metrics in both:
        metrics.know(["/a", "/b"])
    both[0].count("/a", 200, 0.5)
    both[1].count("/a", 204, 0.25)
    both[1].count("/b", 503, 1.0)
    both[1].count("/nowhere", 404, 0.0)
    for metrics in both:
        told = {asked.route: (asked.counts, asked.seconds) for asked in metrics.asked()}
        assert told["/a"] == ((0, 2, 0, 0, 0), 0.75)
        assert told["/b"] == ((0, 0, 0, 0, 1), 1.0)
        assert told["other"] == ((0, 0, 0, 1, 0), 0.0)


def test_all_workers_are_counted_wherever_one_asks(tmp_path):
    token = add_assessor(tmp_path / "data", "Cora", "coordinator")
    command = [sys.executable, "-m", "mcassess", "serve", "--data", str(tmp_path / "data"), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = json.loads(process.stdout.readline())["url"]
            for _ in range(20):
                assert httpx.get(f"{url}/health").status_code == 200
            told = numbers(httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {token}"}))
            assert told['mcassess_requests_total{route="/health",status="2xx"}'] == 20
        finally:
            process.terminate()
