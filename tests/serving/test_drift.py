"""The service's drift check and `mllc drift` say the same of the same rows: one set of rules, in monitoring/rules.json."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "public" / "samples"
# Rules that one window can answer; outcomes and the rows of whole files are the workbench's.
OF_THE_SERVICE = {"data_drift", "prediction_drift", "missing_growth", "unseen_levels", "out_of_range"}
CASES = {
    "churn": ("churn.csv", "churned", "logistic_regression"),
    "diabetes": ("diabetes.csv", "progression", "ridge"),
    "wine": ("wine.csv", "cultivar", "decision_tree"),
}


@pytest.fixture(scope="module", params=list(CASES))
def trained(request, mllc, tmp_path_factory):
    if mllc is None:
        pytest.skip("needs the command-line tool")
    name, target, algorithm = CASES[request.param]
    folder = tmp_path_factory.mktemp(request.param)

    def run(*command):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert result.returncode in (0, 3), result.stderr

    run(mllc, "init", SAMPLES / name, "--target", target, "--out", folder / "proposed.json")
    pipeline = json.loads((folder / "proposed.json").read_text(encoding="utf-8"))
    pipeline["models"] = [{"algorithm": algorithm}]
    (folder / "pipeline.json").write_text(json.dumps(pipeline), encoding="utf-8")
    run(mllc, "run", folder / "pipeline.json", "--data", SAMPLES / name, "--out", folder / "out")
    with open(SAMPLES / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return folder / "out" / "bundle", rows, target


def changed(rows: list[dict], inputs: list[dict], kind: int, rng) -> list[dict]:
    """A batch: as it is, or with one column or all of them changed, slightly or much."""
    rows = [dict(row) for row in rows]
    one = inputs[rng.integers(len(inputs))]
    for column in inputs if kind == 4 else [one]:
        name, is_text = column["name"], column["type"] == "string"
        for row in rows:
            draw = rng.random()
            if kind == 1 and draw < 0.15 or kind == 5:
                row[name] = ""
            elif kind in (2, 4) and row[name] != "":
                span = (column.get("range") or {"min": 0, "max": 1})
                if not is_text:
                    row[name] = repr(float(row[name]) + 0.2 * (span["max"] - span["min"])) if not _is_time(row[name]) else row[name]
                elif draw < 0.3:
                    row[name] = column["categories"][0]
            elif kind == 3 and is_text and draw < 0.2:
                row[name] = row[name].upper() + "!"
    return rows


def _is_time(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return True
    return False


def test_the_service_and_the_command_line_say_the_same(trained, mllc, tmp_path):
    bundle, rows, target = trained
    for name in [name for name in sys.modules if name.split(".")[0] in ("service", "tabular_scorer", "tabular_cells", "tabular_values")]:
        del sys.modules[name]
    sys.path[:0] = [str(bundle / "serving"), str(bundle / "code")]
    from service.drift import Drift
    from tabular_scorer import TabularScorer

    scorer = TabularScorer(bundle)
    baseline = bundle / "monitoring" / "baseline.json"
    assert "rules" not in json.loads(baseline.read_text(encoding="utf-8")), "they stand in one file only"
    contract = scorer.contract
    kind_of_prediction = json.loads(baseline.read_text(encoding="utf-8"))["prediction"]["kind"]
    rng = np.random.default_rng(11)
    seen = {"drift": 0, "ok": 0}
    for number in range(24):
        kind = number % 6
        n_rows = int(rng.choice([12, 60, 199, 200, 350, 900]))
        picked = [rows[at] for at in rng.integers(len(rows), size=n_rows)]
        batch = changed(picked, contract["inputs"], kind, rng)
        batch = [{name: cell for name, cell in row.items() if name != target} for row in batch]
        path = tmp_path / f"batch{number}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, batch[0])
            writer.writeheader()
            writer.writerows(batch)
        result = subprocess.run([str(mllc), "drift", str(bundle), "--data", str(path), "--json"], capture_output=True, text=True)
        assert result.returncode in (0, 4), result.stderr
        expected = json.loads(result.stdout)
        drift = Drift(baseline, 5000, {column.name for column in scorer.columns}, scorer.classes is None or "positive_class" in contract)
        cells = scorer.read_records(batch)
        answers = scorer.answers(cells)
        if scorer.classes is None:
            predicted = [answer["prediction"] for answer in answers]
        elif kind_of_prediction == "number":
            predicted = [answer["probabilities"][contract["positive_class"]] for answer in answers]
        else:
            predicted = [answer["label"] for answer in answers]
        drift.add(cells, predicted)
        report = drift.report()
        about = (number, kind, n_rows)
        verdicts = {column["name"]: (column["verdict"], column["missing"]["grew"]) for column in expected["columns"]}
        assert {name: (each["verdict"], each["missing_grew"]) for name, each in report["columns"].items()} == verdicts, about
        assert report["verdict"] == expected["verdict"], about
        assert report["prediction"]["verdict"] == expected["prediction"]["verdict"], about
        for column in expected["columns"]:
            own = report["columns"][column["name"]]
            assert own["method"] == column["method"], about
            if column["effect"] is not None:
                assert own["effect"] == pytest.approx(column["effect"], abs=1e-5), (about, column["name"])
        alarms = [alarm["rule"] for alarm in expected["alarms"] if alarm["rule"] in OF_THE_SERVICE]
        assert sorted(alarm["rule"] for alarm in report["alarms"]) == sorted(alarms), about
        assert (report["status"] == "drift") == bool(alarms), about
        seen["drift" if alarms else "ok"] += 1
    assert min(seen.values()) > 3, seen


def test_one_extreme_value_of_training_hides_no_other(trained):
    bundle, _, _ = trained
    sys.path[:0] = [str(bundle / "serving"), str(bundle / "code")]
    from service.checks import Checks

    contract = {"inputs": [{"name": "x", "type": "number", "range": {"min": 0.0, "max": 1e9}}]}
    ecdf = {"values": [*map(float, range(100)), 1e9], "cumulative": list(range(1, 102))}
    rows = {"x": [50.0, 150.0, 99999.0, -500.0, 1e9, float("nan")]}
    assert Checks(contract).unusual(rows) == []
    known = {"columns": [{"name": "x", "ecdf": ecdf}]}
    assert [each["row"] for each in Checks(contract, known).unusual(rows)] == [2, 3, 4]
