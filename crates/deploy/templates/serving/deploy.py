"""Which bundle serves: activate a version, go back to the one before, ask. Works on the running service.

    python serving/deploy.py activate VERSION_DIR [--pointer FILE] [--url http://localhost:8080]
    python serving/deploy.py rollback             [--pointer FILE] [--url http://localhost:8080]
    python serving/deploy.py status               [--pointer FILE] [--url http://localhost:8080]
    python serving/deploy.py drift                --url http://localhost:8080      exit code 4 on drift
    python serving/deploy.py salt                 the salt of all pseudonyms, for `mllc drift --key-salt`

The service has to be started with MODEL_POINTER=FILE; it notices a change within POLL_SECONDS. A bundle of another model
is never activated, nor one whose golden rows are not answered as they should be. With --url the command waits until the
service answers with the new version; where the service asks for a token, TOKEN_ADMIN has it. In Kubernetes a version is an image: `kubectl rollout undo deployment/NAME` goes back.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "serving")]

from service import state  # noqa: E402
from service.live import difference  # noqa: E402
from service.pointer import Pointer  # noqa: E402
from service.settings import Settings, SettingsError  # noqa: E402
from tabular_scorer import BundleError, TabularScorer  # noqa: E402

DRIFT = 4


class CommandError(RuntimeError):
    pass


def checked(folder: str, serving: str | None) -> str:
    """SHA-256 of the folder's bundle. Errors: CommandError when it is no version of the model that serves, or when its golden
    rows are not answered."""
    scorer = TabularScorer(folder)
    contract = Path(serving) / "contract.json" if serving else None
    # One that is gone cannot be compared with.
    if contract and contract.exists():
        if found := difference(json.loads(contract.read_text(encoding="utf-8")), scorer.contract):
            raise CommandError(f"{folder} is another model than {serving}: {found}. Start a service of its own for it")
    if found := scorer.differences():
        raise CommandError(f"{folder}: {len(found)} golden rows are not answered as expected; the first: {found[0]}")
    return scorer.bundle_sha256


def ask(url: str, path: str) -> dict:
    token = os.environ.get("TOKEN_ADMIN", "").replace(",", " ").split()
    headers = {"Authorization": f"Bearer {token[0]}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url.rstrip("/") + path, headers=headers), timeout=10) as response:
        return json.load(response)


def wait(url: str, sha256: str, seconds: float) -> None:
    """Until the service answers with this model. Errors: CommandError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = ask(url, "/v2/health/ready")
        except OSError as error:
            state = {"fault": str(error)}
        if state.get("sha256") == sha256:
            print(f"{url} serves version {state['version']}")
            return
        time.sleep(0.1)
    raise CommandError(f"{url} still serves another model after {seconds:g} s: {state.get('fault')}")


def switch(chosen: argparse.Namespace) -> None:
    pointer = Pointer.read(chosen.pointer)
    serving = None
    if chosen.command == "activate":
        serving = pointer.active if pointer else str(ROOT)
        folder = str(Path(chosen.version_dir).resolve())
        before = [*pointer.previous, pointer.active] if pointer else [str(ROOT)]
        new = Pointer(folder, before)
        if pointer and pointer.active == folder:
            new = pointer
    elif pointer and pointer.previous:
        new = Pointer(pointer.previous[-1], pointer.previous[:-1])
    else:
        raise CommandError(f"{chosen.pointer} names no version before the one that serves")
    sha256 = checked(new.active, serving)
    new.write(chosen.pointer)
    print(f"active: {new.active}")
    if chosen.url:
        wait(chosen.url, sha256, chosen.seconds)


def salt() -> str:
    """Of the service that has the same environment as this command."""
    settings = Settings.from_env(os.environ, ROOT)
    name = json.loads((ROOT / "contract.json").read_text(encoding="utf-8"))["model"]["name"]
    return settings.split_salt or state.opened(settings.state_address(ROOT), name, settings.outcome_rows).salt()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("activate", "rollback", "status", "drift", "salt"):
        command = commands.add_parser(name)
        if name == "activate":
            command.add_argument("version_dir")
        command.add_argument("--pointer", type=Path, default=os.environ.get("MODEL_POINTER") or ROOT / "active.json")
        command.add_argument("--url", required=name == "drift")
        command.add_argument("--seconds", type=float, default=30, help="how long to wait for the service")
    chosen = parser.parse_args()
    try:
        if chosen.command == "drift":
            report = ask(chosen.url, "/drift")
            print(json.dumps(report))
            return DRIFT if report["status"] == "drift" else 0
        if chosen.command == "salt":
            print(salt())
            return 0
        if chosen.command == "status":
            pointer = Pointer.read(chosen.pointer)
            print(json.dumps({"pointer": vars(pointer) if pointer else None}))
            if chosen.url:
                print(json.dumps(ask(chosen.url, "/v2/health/ready")))
            return 0
        switch(chosen)
        return 0
    except (CommandError, BundleError, SettingsError, state.StateError, OSError, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
