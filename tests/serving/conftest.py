"""Bundles to judge.

`--bundles FOLDER` (may be given more than once; holds bundles as folders or zips) judges those. Without it: the bundles of
the example `make_bundles` (every step and model form), and those that the command-line tool exports: every estimator on a
binary, a multi-class and a regression file. The tool and the examples are those in the folder
TEST_PROGRAMS, else they are built.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from judge import Bundle
from services import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "public" / "samples"
# File, target, rows taken, candidates.
FILES = [
    ("churn.csv", "churned", 1200, ["baseline", "logistic_regression", "decision_tree", "random_forest", "gradient_boosting"]),
    ("wine.csv", "cultivar", 178, ["baseline", "logistic_regression", "decision_tree", "random_forest", "gradient_boosting"]),
    (
        "diabetes.csv",
        "progression",
        442,
        ["baseline", "linear_regression", "ridge", "decision_tree", "random_forest", "gradient_boosting"],
    ),
]
# Quick, and good enough to win against the baseline.
PARAMS = {
    "decision_tree": {"max_depth": 3},
    "random_forest": {"n_estimators": 30},
    "gradient_boosting": {"max_iter": 30},
}


def pytest_addoption(parser):
    parser.addoption("--bundles", action="append", type=Path, default=[])


def run(*command, allowed=(0,)):
    result = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    if result.returncode not in allowed:
        raise pytest.UsageError(f"{' '.join(map(str, command))}: {result.returncode}\n{result.stdout}\n{result.stderr}")


def unpacked(folder: Path, scratch: Path) -> list[Path]:
    found = sorted(contract.parent for contract in folder.rglob("contract.json"))
    for archive in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            if "contract.json" in opened.namelist():
                target = scratch / f"{archive.parent.name}_{archive.stem}"
                opened.extractall(target)
                found.append(target)
    return found


def of_the_command_line(mllc: Path, folder: Path) -> list[Path]:
    """One run for each estimator, so that each of them is the champion once."""
    found = []
    folder.mkdir(parents=True)
    for name, target, n_rows, algorithms in FILES:
        data = folder / name
        with open(SAMPLES / name, encoding="utf-8", newline="") as source:
            data.write_text("".join(itertools.islice(source, n_rows + 1)), encoding="utf-8")
        proposed = folder / f"{data.stem}.pipeline.json"
        run(mllc, "init", data, "--target", target, "--out", proposed)
        for algorithm in algorithms:
            pipeline = json.loads(proposed.read_text(encoding="utf-8"))
            pipeline["models"] = [{"algorithm": algorithm, "params": PARAMS.get(algorithm, {})}]
            out = folder / f"{data.stem}_{algorithm}"
            path = folder / f"{out.name}.json"
            path.write_text(json.dumps(pipeline), encoding="utf-8")
            # 3: the success threshold is not met, which is no fault here.
            run(mllc, "run", path, "--data", data, "--out", out, "--name", out.name, allowed=(0, 3))
            bundle = folder / f"cli_{out.name}"
            shutil.copytree(out / "bundle", bundle)
            if Bundle(bundle).contract["model"]["algorithm"] != algorithm:
                raise pytest.UsageError(f"{out.name}: the champion is another estimator")
            found.append(bundle)
    return found


def pytest_configure(config):
    scratch = ROOT / "target" / "serving"
    given = config.getoption("--bundles")
    shutil.rmtree(scratch / "unpacked" if given else scratch, ignore_errors=True)
    config.odd_folders = []
    if given:
        config.mllc = None
        folders = [path for folder in given for path in unpacked(folder.resolve(), scratch / "unpacked")]
    else:
        if not os.environ.get("TEST_PROGRAMS"):
            run("cargo", "test", "--quiet", "--workspace", "--no-run")
        config.mllc = PROGRAMS / "mllc"
        run(PROGRAMS / "examples" / "make_bundles", scratch / "bundles", scratch / "odd")
        folders = unpacked(scratch / "bundles", scratch / "unpacked") + of_the_command_line(config.mllc, scratch / "cli")
        # What the journeys in the browser downloaded, when they ran before.
        folders += unpacked(ROOT / "target" / "web-bundles", scratch / "unpacked")
        config.odd_folders = unpacked(scratch / "odd", scratch / "unpacked")
    if given and (PROGRAMS / "mllc").exists():
        config.mllc = PROGRAMS / "mllc"
    if not folders:
        raise pytest.UsageError(f"no bundle in {given}")
    config.bundle_folders = folders


def one_a_task(folders: list[Path]) -> dict[str, Path]:
    """A bundle of the command line for each task, with another kind of model each, where there are such."""
    wanted = {"binary": "gradient_boosting", "multiclass": "logistic_regression", "regression": "random_forest"}
    found = {}
    for task, algorithm in wanted.items():
        models = {folder: Bundle(folder).contract["model"] for folder in folders}
        of_task = [folder for folder in folders if models[folder]["task"] == task]
        of_task.sort(key=lambda folder: (models[folder]["algorithm"] != algorithm, not folder.name.startswith("cli_")))
        found.update({task: folder for folder in of_task[:1]})
    return found


def pytest_generate_tests(metafunc):
    if "model" in metafunc.fixturenames:
        models = one_a_task(metafunc.config.bundle_folders)
        metafunc.parametrize("model", [Bundle(folder) for folder in models.values()], ids=list(models), scope="module")
    if "bundle" in metafunc.fixturenames:
        folders = metafunc.config.bundle_folders
        metafunc.parametrize("bundle", [Bundle(folder) for folder in folders], ids=[folder.name for folder in folders])


def pytest_collection_modifyitems(config, items):
    """Both web frameworks carry the same service: in a quick run one of them carries a model of one task only."""
    if os.environ.get("WORKBENCH_TEST_LONG") == "1":
        return
    left_out = []
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        is_flask = "flask" in (params.get("app"), params.get("served"))
        if is_flask and "model" in params and params["model"].contract["model"]["task"] != "binary":
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def mllc(request):
    return request.config.mllc
