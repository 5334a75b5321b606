"""Large requests are worked on by a process of their own: nothing else of them is different."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from services import APPS, copied, fastapi, records_like_training
from test_services import lines, names, retagged, tensors

N_ROWS = 1500


@pytest.fixture
def copy(model, tmp_path) -> Path:
    return copied(model.folder, tmp_path / "bundle")


def helpers(client) -> list[int]:
    """The processes that the service started, by any of its threads."""
    folder = Path(f"/proc/{client.process.pid}/task")
    return [int(child) for task in folder.iterdir() for child in (task / "children").read_text().split()]


def eventually(what, seconds: float = 20):
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def is_gone(pid: int) -> bool:
    """Also one that nobody has waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def counts(client) -> dict[str, str]:
    """Counters of rows and of what is in them."""
    kinds = "rows|missing_values|unknown_categories|outlier_rows|rule_violations|requests"
    text = client.get("/metrics")[1]
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if re.match(rf"model_({kinds})_total", line) and "/metrics" not in line)


def without(line: dict, *fields: str) -> dict:
    return {name: value for name, value in line.items() if name not in fields}


def conversation(client, model, records: list[dict]) -> list:
    """Large requests of all kinds, and what is left of them."""
    slug = model.contract["model"]["slug"]
    said = [
        client.post("/predict", {"records": records, "key": "a"}, {"x-request-id": "large-1"}),
        client.post("/predict", {"records": [{**each, "zz": 1} for each in records]}, {"x-request-id": "large-2", "x-sticky-key": "b"}),
        client.post(f"/v2/models/{slug}/infer", {"id": "large-3", "inputs": tensors(model, records)}, {"x-request-id": "other"}),
        client.post("/predict", {"records": records * 2}, {"x-request-id": "large-4"}),
        client.post("/predict", {"records": [*records[:700], {names(model, "double")[0]: "abc"}, *records]}, {"x-request-id": "large-5"}),
        client.post("/predict", {"records": records, "zz": 1}, {"x-request-id": "large-6"}),
        client.post("/predict", json.dumps({"records": records}).encode() + b"x", {"x-request-id": "large-7"}),
        client.post("/v2/models/nope/infer", {"inputs": tensors(model, records)}, {"x-request-id": "large-8"}),
        client.post("/outcomes", {"request_id": "large-1", "row": 1200, "outcome": (model.classes or [1.5])[0]}),
        client.post("/outcomes", {"key": "b", "row": 3, "outcome": (model.classes or [1.5])[0]}),
    ]
    return [*said, client.headers["x-model-sha256"], counts(client), without(client.get("/drift")[1], "since")]


@pytest.mark.parametrize("app", list(APPS))
def test_answers_counts_and_logs_are_the_same(app, model, copy, tmp_path):
    records = records_like_training(model.contract, N_ROWS, seed=3)
    text = names(model, "string")
    for row, record in enumerate(records[::7]):
        record.update({name: f"new {row % 3}" for name in text})
    found = {}
    for process in ("1", "0"):
        folder = tmp_path / process
        folder.mkdir()
        log, errors = folder / "requests.jsonl", folder / "errors.jsonl"
        options = {"REQUEST_LOG": str(log), "ERROR_LOG": str(errors), "LOG_INPUTS": "1", "MAX_ROWS": "2500", "SPLIT_SALT": "s"}
        options |= {"CHALLENGER_DIR": str(model.folder), "CHALLENGER_PERCENT": "0", "SHADOW": "1"}
        with APPS[app](copy, folder / "server.log", BATCH_PROCESS=process, **options) as client:
            said = conversation(client, model, records)
            assert len(helpers(client)) == int(process)
            if process == "0":
                eventually(lambda: len(lines(log)) >= 12)
        written = [without(line, "ts", "latency_ms") for line in lines(log)]
        written.sort(key=lambda line: (line["request_id"], line["shadow"], line["first_row"]))
        found[process] = said, written, [without(line, "ts") for line in lines(errors)]
        assert [status for status, _ in said[:10]] == [200, 200, 200, 413, 422, 422, 400, 404, 200, 200]
        assert len(written) == 12, "two lines for each of three requests, and as many of the shadow"
        assert said[0][1]["request_id"] == "large-1" and said[2][1]["parameters"]["request_id"] == "large-3"
    assert found["1"] == found["0"]


@pytest.mark.parametrize("app", list(APPS))
def test_a_helper_that_dies_is_replaced(app, model, copy, tmp_path):
    records = records_like_training(model.contract, N_ROWS, seed=4)
    with APPS[app](copy, tmp_path / "server.log") as client:
        assert helpers(client) == [], "who sends no large request pays for no helper"
        before = client.predict(records)["predictions"]
        (first,) = helpers(client)
        # While it works: this request is not answered, by nobody, and says so.
        os.kill(first, signal.SIGSTOP)
        answers = []
        thread = threading.Thread(target=lambda: answers.append((client.post("/predict", {"records": records}), client.headers)))
        thread.start()
        time.sleep(0.5)
        assert client.predict(records[:1])["predictions"] == before[:1], "small ones go on"
        os.kill(first, signal.SIGKILL)
        thread.join(30)
        ((status, answer), headers) = answers[0]
        assert status == 503 and answer["code"] == "interrupted" and headers["retry-after"] == "1" and answer["request_id"]
        assert client.predict(records)["predictions"] == before
        (second,) = helpers(client)
        assert second != first
        # While it waits: nobody notices.
        os.kill(second, signal.SIGKILL)
        assert eventually(lambda: client.log.read_text(encoding="utf-8").count("ended with code -9") == 2)
        assert client.predict(records)["predictions"] == before
        assert "model_helper_ends_total 2.0" in client.get("/metrics")[1]
        assert client.get("/v2/health/ready")[0] == 200
        (third,) = helpers(client)
        # Signals to all processes of a group are the service's to heed: it lets its requests end.
        os.kill(third, signal.SIGTERM)
        assert client.predict(records)["predictions"] == before and helpers(client) == [third]
    assert eventually(lambda: is_gone(third)), "it ends with the service"


def test_a_helper_does_not_outlive_its_service(model, copy, tmp_path):
    records = records_like_training(model.contract, N_ROWS, seed=4)
    log = tmp_path / "requests.jsonl"
    with fastapi(copy, tmp_path / "server.log", REQUEST_LOG=str(log)) as client:
        client.predict(records)
    assert len(lines(log)) == 2, "the lines of the last request are written before the service ends"
    with pytest.raises(AssertionError, match="-9"), fastapi(copy, tmp_path / "killed.log") as client:
        client.predict(records)
        (helper,) = helpers(client)
        client.process.kill()
        assert eventually(lambda: is_gone(helper))


def test_without_a_helper_large_requests_are_answered_all_the_same(model, copy, tmp_path):
    """The bundle is another one by the time that the helper loads it: the service still has its own."""
    records = records_like_training(model.contract, N_ROWS, seed=4)
    with fastapi(copy, tmp_path / "server.log") as client:
        before = client.predict(records[:1])
        retagged(copy, {**model.contract, "model": {**model.contract["model"], "version": "next"}})
        for _ in range(2):
            answer = client.predict(records)
            assert answer["sha256"] == before["sha256"] and answer["predictions"][0] == before["predictions"][0]
        assert helpers(client) == []
    assert (tmp_path / "server.log").read_text(encoding="utf-8").count("it did not start") == 1, "it is not tried with every request"


def test_a_change_of_the_model_reaches_the_helper(model, copy, tmp_path):
    """Large requests run all the while: each is answered by one of the two, and after the change by the new one."""
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    contract = json.loads((other / "contract.json").read_text(encoding="utf-8"))
    retagged(other, {**contract, "model": {**contract["model"], "version": "next"}})
    pointer = tmp_path / "active.json"
    records = records_like_training(model.contract, N_ROWS, seed=5)
    with fastapi(copy, tmp_path / "server.log", MODEL_POINTER=str(pointer), POLL_SECONDS="0.05") as client:
        before = client.predict(records)
        (helper,) = helpers(client)
        stopping, seen = threading.Event(), []

        def ask():
            while not stopping.is_set():
                seen.append(client.predict(records))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for command, version in ((["activate", str(other)], "next"), (["rollback"], before["version"])):
                words = [sys.executable, str(copy / "serving" / "deploy.py"), *command, "--pointer", str(pointer), "--url", client.url]
                subprocess.run(words, check=True, capture_output=True, timeout=60)
                assert client.predict(records)["version"] == version
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
        assert {answer["version"] for answer in seen} == {before["version"], "next"}
        assert all(answer["predictions"] == before["predictions"] for answer in seen)
        assert helpers(client) == [helper], "it is the same process all the while"
        # One that is gone meanwhile: the service has it, the helper cannot load it.
        pointer.write_text(json.dumps({"active": str(other), "previous": []}), encoding="utf-8")
        assert eventually(lambda: client.get("/v2/health/ready")[1]["version"] == "next")
        shutil.rmtree(other)
        assert client.predict(records)["version"] == "next"
