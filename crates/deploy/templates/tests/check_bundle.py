"""Checks of this bundle for a CI job. Exit code 0: passed, 1: not.

    python tests/check_bundle.py service [--app fastapi|flask]   golden rows and bad requests over HTTP, on loopback
    python tests/check_bundle.py gate                            was the goal met, and is the model fresh?
    python tests/check_bundle.py data FILE.csv [--limit 0.05]    at most this share of the rows breaks each data rule
    python tests/check_bundle.py version                         prints the version, as it stands in labels and image tags
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "serving")]


def load(name: str) -> dict:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


def call(url: str, body: bytes | None = None) -> tuple[int, dict]:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def is_near(answer: dict, truth: dict, tolerance: float) -> bool:
    got, want = answer.get("probabilities", answer), truth.get("probabilities", truth)
    return answer.get("label") == truth.get("label") and all(abs(got[key] - want[key]) <= tolerance for key in want)


def service_faults(base: str) -> list[str]:
    expected = load("samples/expected.json")
    truths, tolerance = expected["predictions"], expected["tolerance"]
    status, found = call(f"{base}/predict", (ROOT / "samples" / "requests.json").read_bytes())
    answers = found.get("predictions", [])
    faults = [f"row {row}: {a} is not {t}" for row, (a, t) in enumerate(zip(answers, truths)) if not is_near(a, t, tolerance)]
    if status != 200 or len(answers) != len(truths):
        faults.append(f"/predict: status {status}, {len(answers)} answers to {len(truths)} rows")
    for what, body in (("no JSON", b"{"), ("no records", b"{}"), ("a list in a cell", b'{"records": [{"%s": []}]}')):
        name = json.dumps(load("contract.json")["inputs"][0]["name"])[1:-1].encode()
        status, found = call(f"{base}/predict", body.replace(b"%s", name))
        if not 400 <= status < 500 or "error" not in found:
            faults.append(f"{what}: status {status}, {found}")
    return faults


def service(chosen: argparse.Namespace) -> list[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    uvicorn = ["-m", "uvicorn", "app:app", "--app-dir", "serving", "--host", "127.0.0.1", "--port", str(port)]
    waitress = ["-m", "waitress", f"--listen=127.0.0.1:{port}", "flask_app:app"]
    command = [sys.executable, *(uvicorn if chosen.app == "fastapi" else waitress)]
    path = os.pathsep.join([str(ROOT / "serving"), os.environ.get("PYTHONPATH", "")])
    # It leaves nothing in the bundle, and asks for no token.
    options = {"STATE_STORE": "memory", "REQUEST_LOG": "", "TOKEN_PREDICT": "", "PYTHONPATH": path}
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **options})
    try:
        for _ in range(300):
            try:
                if call(f"http://127.0.0.1:{port}/v2/health/ready")[0] == 200:
                    return service_faults(f"http://127.0.0.1:{port}")
            except OSError:
                if server.poll() is not None:
                    return [f"the service ended with code {server.returncode}"]
                time.sleep(0.1)
        return ["the service was not ready within 30 s"]
    finally:
        server.terminate()
        server.wait(20)


def version() -> str:
    """`[A-Za-z0-9.-]`, at most 30."""
    text = load("contract.json")["model"]["version"]
    safe = "".join(c if c.isascii() and (c.isalnum() or c == ".") else "-" for c in text[:30])
    return safe.strip("-.") or "0"


def gate(chosen: argparse.Namespace) -> list[str]:
    training = load("contract.json")["training"]
    goal = training.get("goal")
    faults = []
    if goal and goal["verdict"] == "not_met":
        faults.append(f"{goal['metric']} is {goal['value']:.4g}, {goal['required']:.4g} is needed")
    if training.get("is_stale"):
        faults.append("data or recipe were changed after this model was trained")
    return faults


def data(chosen: argparse.Namespace) -> list[str]:
    from service.checks import Checks
    from tabular_cells import InputError
    from tabular_scorer import TabularScorer
    from tabular_table import FileError

    scorer = TabularScorer(ROOT)
    try:
        cells, found = scorer.read_csv(chosen.file, chosen.delimiter)
    except (InputError, FileError) as error:
        return [str(error)]
    if found.rejected:
        return [str(InputError(found.rejected))]
    if not found.n_rows:
        return [f"{chosen.file} has no rows"]
    for note in found.warnings[:20]:
        print(InputError([note]))
    counts: dict[str, int] = {}
    for each in Checks(scorer.contract).broken(cells):
        counts[each["rule"]] = counts.get(each["rule"], 0) + 1
    for rule, n in sorted(counts.items()):
        print(f"{n} of {found.n_rows} rows break the rule: {rule}")
    return [f"{rule}: {n / found.n_rows:.1%} of the rows break it" for rule, n in counts.items() if n > chosen.limit * found.n_rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("service").add_argument("--app", choices=["fastapi", "flask"], default="fastapi")
    commands.add_parser("gate")
    commands.add_parser("version")
    rules = commands.add_parser("data")
    rules.add_argument("file", type=Path)
    rules.add_argument("--limit", type=float, default=0.05)
    rules.add_argument("--delimiter", help="found by the header when it is not given")
    chosen = parser.parse_args()
    if chosen.command == "version":
        print(version())
        return 0
    faults = {"service": service, "gate": gate, "data": data}[chosen.command](chosen)
    print("\n".join(faults[:20]) or f"{chosen.command}: passed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
