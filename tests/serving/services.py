"""Starts a bundle's services on loopback, talks to them, and ends them by their own process id."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from bisect import bisect_right
from pathlib import Path

import numpy as np

START_SECONDS = 60
# Programs and examples of the native tests.
PROGRAMS = Path(os.environ.get("TEST_PROGRAMS") or Path(__file__).resolve().parents[2] / "target" / "debug")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Client:
    """One connection after the other; every answer is (status, JSON or text)."""

    def __init__(self, port: int, process: subprocess.Popen, log: Path):
        self.port, self.process, self.log = port, process, log

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
            self.headers = {name.lower(): value for name, value in response.getheaders()}
            try:
                return response.status, json.loads(text)
            except ValueError:
                return response.status, text
        finally:
            connection.close()

    def get(self, path: str):
        return self.call("GET", path)

    def post(self, path: str, body, headers=None):
        return self.call("POST", path, body, headers)

    def predict(self, records: list[dict], **more) -> dict:
        status, answer = self.post("/predict", {"records": records, **more})
        assert status == 200, answer
        return answer


def stop(process: subprocess.Popen) -> int:
    process.terminate()
    try:
        return process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextlib.contextmanager
def serve(command: list, cwd: Path, log: Path, env: dict | None = None, ready: str = "/v2/health/ready"):
    """`command` has PORT where the port goes."""
    port = free_port()
    command = [str(part).replace("PORT", str(port)) for part in command]
    with open(log, "w", encoding="utf-8") as out:
        variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
        process = subprocess.Popen(command, cwd=cwd, env=variables, stdout=out, stderr=subprocess.STDOUT)
        client = Client(port, process, log)
        try:
            end = time.monotonic() + START_SECONDS
            while True:
                assert process.poll() is None and time.monotonic() < end, log.read_text(encoding="utf-8")[-3000:]
                try:
                    if client.get(ready)[0] == 200:
                        break
                except OSError:
                    time.sleep(0.05)
            yield client
        finally:
            code = stop(process)
    assert "Traceback" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")[-3000:]
    assert code in (0, -15), code


def fastapi(bundle: Path, log: Path, **env):
    command = [sys.executable, "-m", "uvicorn", "app:app", "--app-dir", bundle / "serving"]
    return serve([*command, "--host", "127.0.0.1", "--port", "PORT", "--no-access-log"], log.parent, log, env)


def flask(bundle: Path, log: Path, **env):
    path = {"PYTHONPATH": str(bundle / "serving")}
    command = [sys.executable, "-m", "waitress", "--listen=127.0.0.1:PORT", "--threads=8", "flask_app:app"]
    return serve(command, log.parent, log, {**path, **env})


APPS = {"fastapi": fastapi, "flask": flask}


def copied(bundle: Path, target: Path) -> Path:
    """A copy to change, with a baseline beside the model."""
    shutil.copytree(bundle, target)
    write_baseline(target)
    return target


def write_baseline(bundle: Path) -> None:
    """`monitoring/baseline.json` of rows drawn from the contract, in the form that the service reads; types as the bundle's
    own has them."""
    contract = json.loads((bundle / "contract.json").read_text(encoding="utf-8"))
    rng = np.random.default_rng(1)
    columns = [reference(column["name"], column["type"] == "string", draw(column, 2000, rng)) for column in contract["inputs"]]
    path = bundle / "monitoring" / "baseline.json"
    own = json.loads(path.read_text(encoding="utf-8"))["columns"] if path.exists() else []
    types = {column["name"]: column["type"] for column in own}
    columns = [{**column, "type": types.get(column["name"], column["kind"])} for column in columns]
    rules = {"psi_warning": 0.1, "psi_alarm": 0.25, "min_rows": 200, "share_of_columns": 0.3}
    importance = [[column["name"], 1 / len(columns)] for column in columns]
    baseline = {"format": 1, "n_rows": 2000, "columns": columns, "prediction": None, "target": None}
    text = json.dumps({**baseline, "importance": importance, "rules": rules})
    path.write_text(text, encoding="utf-8")


def draw(column: dict, n_rows: int, rng) -> list:
    """Cells like those of training, as far as the contract tells: 5 % missing."""
    if column["type"] == "string":
        cells = [str(cell) for cell in rng.choice(column["categories"], n_rows)]
    else:
        span = column["range"]
        cells = [float(cell) for cell in rng.uniform(max(span["min"], -8e307), min(span["max"], 8e307), n_rows)]
    return [None if missing else cell for cell, missing in zip(cells, rng.random(n_rows) < 0.05)]


def reference(name: str, is_text: bool, cells: list) -> dict:
    present = [cell for cell in cells if cell is not None]
    n_missing = len(cells) - len(present)
    if is_text:
        levels = sorted(set(present), key=lambda level: (-present.count(level), level))
        counts = [[level, present.count(level)] for level in levels]
        return {"name": name, "kind": "category", "n_missing": n_missing, "levels": counts, "n_other": 0}
    edges = sorted({float(edge) for edge in np.quantile(present, np.arange(1, 10) / 10)})
    counts = [0] * (len(edges) + 1)
    for cell in present:
        counts[bisect_right(edges, cell)] += 1
    return {"name": name, "kind": "number", "n_missing": n_missing, "edges": edges, "counts": counts}


def records_like_training(contract: dict, n_rows: int, seed: int) -> list[dict]:
    rng = np.random.default_rng(seed)
    columns = {column["name"]: draw(column, n_rows, rng) for column in contract["inputs"]}
    return [{name: cells[row] for name, cells in columns.items()} for row in range(n_rows)]
