"""Several processes on one socket, PostgreSQL restarted beneath them, and TLS."""

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from mcassess.errors import UsageError, WorldError
from mcassess.server.admin import add_assessor, decisions, load_pack
from mcassess.server.listening import Tls, listen
from tests.support.assessor import Client
from tests.support.certificates import write_certificate
from tests.support.packs import changed_pack
from tests.support.platform import SMALL_PACK
from tests.support.postgres import running_postgres


@contextmanager
def serving(*words: object, may_say: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "mcassess", "serve", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield process, json.loads(line)["url"]
            process.terminate()
            out, err = process.communicate(timeout=30)
            assert out == ""
            assert {line for line in err.splitlines() if line != may_say} == set()
            assert process.returncode == 0
        finally:
            process.kill()


MANY = 12


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def many_submissions(document):
    first = document["submissions"][0]
    document["submissions"] = [first | {"id": f"s-{number:04d}"} for number in range(MANY)]


def test_of_many_who_decide_at_once_in_several_processes_each_submission_has_one(tmp_path, data_dir):
    load_pack(data_dir, changed_pack(tmp_path / "pack", many_submissions))
    tokens = {name: add_assessor(data_dir, name) for name in ("Ada", "Bea", "Cem", "Dot")}
    with serving("--data", data_dir, "--workers", 2) as (_, url):
        all_read = Barrier(4)

        def decide_all(name: str) -> list[str]:
            assessor = Client(url, tokens[name], f"device-{name}")
            with closing(assessor.http):
                _, cursor = assessor.changes()
                all_read.wait(30)  # nobody decides before everybody knows from where on to read
                told = [assessor.push(assessor.decision(f"s-{n:04d}", seq=n + 1))[0]["status"] for n in range(MANY)]
                seen = {row["seq"] for row in assessor.changes(cursor)[0]}
            assert len(seen) == MANY, "every change came by the feed"
            return told

        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(decide_all, tokens))
    assert sum(status == "applied" for each in told for status in each) == MANY
    assert sorted(record.submission for record in decisions(data_dir)) == [f"s-{n:04d}" for n in range(MANY)]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_a_worker_that_is_killed_is_replaced_and_all_end_with_whoever_watches(tmp_path, wait_until):
    with serving("--data", tmp_path / "data", "--workers", 2) as (process, url):
        first, second = children(process.pid)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(children(process.pid)) == 2 and first not in children(process.pid))
        assert second in children(process.pid)
        os.kill(second, signal.SIGKILL)
        for _ in range(5):
            assert httpx.get(f"{url}/mcsync/v1/server", timeout=20).status_code == 200


UNWATCHED = """
import multiprocessing, sys
from pathlib import Path
from mcassess.server import workers
from mcassess.server.listening import listen
from mcassess.server.metrics import CELLS
from mcassess.server.serve import Place
context = multiprocessing.get_context("spawn")
ours, theirs = context.Pipe()
ours.close()
place = Place(host="127.0.0.1", port=0)
task = (Path(sys.argv[1]), place, listen(place.host, place.port, None), theirs, context.RawArray("d", CELLS), 0)
worker = context.Process(target=workers._work, args=task)
worker.start()
theirs.close()
worker.join()
sys.exit(worker.exitcode)
"""


def test_a_worker_that_nobody_watches_any_more_ends_quietly(tmp_path):
    command = [sys.executable, "-c", UNWATCHED, str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_decisions_come_through_a_restart_of_the_database_once(tmp_path):
    with running_postgres() as server:
        data_dir = tmp_path / "data"
        address = server.database()
        complaint = "the database does not answer: OperationalError"
        with serving("--data", data_dir, "--database", address, may_say=complaint) as (_, url):
            load_pack(data_dir, changed_pack(tmp_path / "pack", many_submissions))
            ada = Client(url, add_assessor(data_dir, "Ada"))
            assert ada.push(ada.decision("s-0000", seq=1))[0]["status"] == "applied"
            for number in (signal.SIGINT, signal.SIGQUIT):
                server.stop(number)
                answer = ada.get("/me")
                assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
                assert answer.json()["retryable"]
                assert int(answer.headers["Retry-After"]) > 0
                server.start()
                assert ada.get("/me").status_code == 200
                assert ada.push(ada.decision("s-0000", seq=1))[0]["status"] == "duplicate"
            ada.http.close()
        assert len(decisions(data_dir)) == 1


def test_with_tls_it_listens_for_others_too(tmp_path):
    certificate, key = write_certificate(tmp_path / "tls")
    words = ["--data", tmp_path / "data", "--host", "0.0.0.0", "--tls-cert", certificate, "--tls-key", key]
    with serving(*words) as (_, url):
        assert url.startswith("https://")
        trusting = ssl.create_default_context(cafile=str(certificate))
        address = f"https://127.0.0.1:{url.rpartition(':')[2]}/mcsync/v1/server"
        with httpx.Client(verify=trusting) as client:
            assert client.get(address).status_code == 200
        with pytest.raises(httpx.HTTPError):
            httpx.get(address.replace("https", "http"))


def test_a_certificate_that_cannot_be_used_is_named_in_a_sentence(tmp_path):
    certificate, key = write_certificate(tmp_path / "one")
    _, other = write_certificate(tmp_path / "other")
    _, locked = write_certificate(tmp_path / "locked", b"open sesame")
    for cert_file, key_file in [(certificate, other), (certificate, locked), (key, key), (tmp_path / "none", key)]:
        with pytest.raises(WorldError, match="cannot be used"):
            Tls(certificate=cert_file, key=key_file).context()
    with pytest.raises(UsageError, match="TLS"):
        listen("192.0.2.1", 0, None)


@pytest.mark.parametrize("words", [["--workers", "0"], ["--workers", "many"], ["--tls-cert", "cert.pem"]])
def test_options_that_make_no_sense_are_refused(tmp_path, words):
    command = [sys.executable, "-m", "mcassess", "serve", "--data", str(tmp_path / "data"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert not (tmp_path / "data").exists()


def test_workers_that_cannot_start_are_one_sentence(tmp_path):
    load_pack(tmp_path / "data", SMALL_PACK)
    (tmp_path / "data" / "signing.key").write_bytes(b"")
    command = [sys.executable, "-m", "mcassess", "serve", "--data", str(tmp_path / "data"), "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "signing key" in done.stderr
