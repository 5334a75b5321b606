"""Measures a bundle's services on this machine; one JSON object a figure, goals in `goal`.

    python serving.py BUNDLE [--python PYTHON_WITH_SERVICE] [--mlflow PYTHON_WITH_MLFLOW] [--spark PYTHON_WITH_SPARK]

PYTHON_WITH_SERVICE has tests/serving/requirements.txt, the others their requirements-*.txt (default: this interpreter). The
figures of the service and of MLflow come from one run, one after the other, with 8 clients on loopback.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from pathlib import Path

CLIENTS = 8
SECONDS = 6.0
SPARK_ROWS = 200_000
MIB = 1 << 20


def figure(name: str, value: float, unit: str, goal: str = "", **more) -> None:
    print(json.dumps({"figure": name, "value": round(value, 4), "unit": unit, "goal": goal, **more}), flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(command: list[str], ready: str, env: dict, cwd: Path):
    """The port, once it answers, and the seconds until then."""
    port = free_port()
    start = time.perf_counter()
    with open(cwd / "server.log", "w", encoding="utf-8") as log:
        words = [word.replace("PORT", str(port)) for word in command]
        process = subprocess.Popen(words, env={**os.environ, **env}, cwd=cwd, stdout=log, stderr=subprocess.STDOUT)
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None:
                        sys.exit((cwd / "server.log").read_text(encoding="utf-8"))
                    time.sleep(0.01)
            yield port, time.perf_counter() - start
        finally:
            process.terminate()
            process.wait(30)


def load(port: int, path: str, bodies: list[bytes], n_clients: int, seconds: float) -> list[float]:
    """Latencies of all answers, sorted. Every client keeps its connection."""
    requests = [
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        for body in bodies
    ]
    latencies: list[list[float]] = [[] for _ in range(n_clients)]
    end = time.perf_counter() + seconds

    def client(k: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            at = k
            while (start := time.perf_counter()) < end:
                connection.sendall(requests[at % len(requests)])
                read_answer(connection)
                latencies[k].append(time.perf_counter() - start)
                at += n_clients

    threads = [threading.Thread(target=client, args=(k,)) for k in range(n_clients)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(latency for each in latencies for latency in each)


def read_answer(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), data[:500]
    missing = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))


def measured(name: str, port: int, path: str, bodies: list[bytes], goal: str = "") -> float:
    load(port, path, bodies, 2, 1.0)
    alone = load(port, path, bodies, 1, SECONDS / 2)
    figure(f"{name}: p50 of one client", statistics.median(alone) * 1e3, "ms")
    figure(f"{name}: p99 of one client", alone[len(alone) * 99 // 100] * 1e3, "ms", goal)
    together = load(port, path, bodies, CLIENTS, SECONDS)
    figure(f"{name}: p99 of {CLIENTS} clients", together[len(together) * 99 // 100] * 1e3, "ms", goal)
    rate = len(together) / SECONDS
    figure(f"{name}: requests a second, {CLIENTS} clients", rate, "1/s")
    return rate


def uvicorn(python: str, bundle: Path) -> list[str]:
    return [python, "-m", "uvicorn", "app:app", "--app-dir", str(bundle / "serving"), "--host", "127.0.0.1", "--port", "PORT", "--no-access-log"]


def first_answer(bundle: Path, python: str, scratch: Path) -> None:
    """From the zip to the first answer that is compared with the golden ones; packages are there already."""
    archive = scratch / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(bundle))
    start = time.perf_counter()
    folder = scratch / "unzipped"
    with zipfile.ZipFile(archive) as source:
        source.extractall(folder)
    subprocess.run([python, str(folder / "code" / "tabular_scorer.py"), "check"], check=True, capture_output=True)
    figure("unzip to golden rows checked", time.perf_counter() - start, "s")
    with server(uvicorn(python, folder), "/v2/health/ready", {}, scratch) as (port, seconds):
        figure("cold start of the service", seconds, "s", "< 3")
        body = (folder / "samples" / "requests.json").read_bytes()
        load(port, "/predict", [body], 1, 0.01)
        figure("unzip to first answer over HTTP", time.perf_counter() - start, "s", "< 300")


def image_layer(bundle: Path, python: str) -> None:
    """Bytes that the requirements add to the base image."""
    pins = [line.split("==")[0] for line in (bundle / "serving" / "requirements.txt").read_text(encoding="utf-8").splitlines() if "==" in line]
    program = (
        "import importlib.metadata as m, json, sys\n"
        "print(json.dumps({p: sum(f.locate().stat().st_size for f in m.distribution(p).files or []"
        " if f.locate().exists() and '__pycache__' not in f.parts) for p in sys.argv[1:]}))"
    )
    sizes = json.loads(subprocess.run([python, "-c", program, *pins], check=True, capture_output=True, text=True).stdout)
    own = sum(path.stat().st_size for name in ("code", "serving", "monitoring", "samples") for path in (bundle / name).rglob("*") if path.is_file())
    own += sum((bundle / name).stat().st_size for name in ("model.onnx", "contract.json"))
    largest = dict(sorted(sizes.items(), key=lambda item: -item[1])[:4])
    largest = {name: round(size / MIB, 1) for name, size in largest.items()}
    figure("image over its base", (sum(sizes.values()) + own) / MIB, "MiB", "< 200", largest=largest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--mlflow")
    parser.add_argument("--spark")
    chosen = parser.parse_args()
    bundle = chosen.bundle.resolve()
    scratch = Path(tempfile.mkdtemp(prefix="bench-serving-"))
    records = json.loads((bundle / "samples" / "requests.json").read_text(encoding="utf-8"))["records"]
    try:
        first_answer(bundle, chosen.python, scratch)
        image_layer(bundle, chosen.python)
        bodies = [json.dumps({"records": [record]}).encode() for record in records]
        options = {"REQUEST_LOG": str(scratch / "requests.jsonl")}
        with server(uvicorn(chosen.python, bundle), "/v2/health/ready", options, scratch) as (port, _):
            ours = measured("FastAPI with its log", port, "/predict", bodies, "< 20")
        waitress = [chosen.python, "-m", "waitress", "--listen=127.0.0.1:PORT", "--threads=8", "flask_app:app"]
        with server(waitress, "/v2/health/ready", {"PYTHONPATH": str(bundle / "serving")}, scratch) as (port, _):
            measured("Flask", port, "/predict", bodies)
        if chosen.mlflow:
            path = f"{Path(chosen.mlflow).parent}{os.pathsep}{os.environ['PATH']}"
            offline = {"PATH": path, "MLFLOW_TRACKING_URI": f"sqlite:///{scratch}/m.db", "MLFLOW_DISABLE_TELEMETRY": "true"}
            command = [chosen.mlflow, "-m", "mlflow", "models", "serve", "-m", str(bundle), "--env-manager", "local", "-h", "127.0.0.1", "-p", "PORT"]
            bodies = [json.dumps({"dataframe_records": [record]}).encode() for record in records]
            with server(command, "/ping", offline, scratch) as (port, seconds):
                figure("cold start of mlflow models serve", seconds, "s")
                theirs = measured("mlflow models serve", port, "/invocations", bodies)
            figure("FastAPI over MLflow, requests a second", ours / theirs, "x", ">= 3")
        if chosen.spark:
            spark(bundle, chosen.spark, records, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def spark(bundle: Path, python: str, records: list[dict], scratch: Path) -> None:
    program = """
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
records, types, n, target = json.loads(sys.stdin.read())
place = pa.array([k % len(records) for k in range(n)])
columns = {name: pa.array([r[name] for r in records], pa.string() if of == "string" else pa.float64()).take(place) for name, of in types.items()}
table = pa.table(columns)
for part in range(4):
    pq.write_table(table.slice(part * n // 4, n // 4), f"{target}/{part}.parquet")
"""
    source = scratch / "rows"
    source.mkdir()
    contract = json.loads((bundle / "contract.json").read_text(encoding="utf-8"))
    types = {column["name"]: column["type"] for column in contract["inputs"]}
    given = json.dumps([records, types, SPARK_ROWS, str(source)])
    subprocess.run([python, "-c", program], input=given, text=True, check=True)
    settings = "--master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 --conf spark.driver.memory=2g pyspark-shell"
    env = {**os.environ, "PYSPARK_PYTHON": python, "PYSPARK_DRIVER_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_SUBMIT_ARGS": settings}
    command = [python, str(bundle / "spark" / "batch_score.py"), "--model", str(bundle), "--input", str(source), "--output", str(scratch / "scored")]
    start = time.perf_counter()
    subprocess.run(command, check=True, env=env, cwd=scratch, capture_output=True)
    figure("Spark on local[2], start included", SPARK_ROWS / (time.perf_counter() - start), "rows/s", rows=SPARK_ROWS)


if __name__ == "__main__":
    main()
