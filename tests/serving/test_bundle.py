"""Every bundle against the real onnxruntime: equal to the project's own answers within the bundle's tolerance."""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys

import numpy as np
import pytest

from judge import UNSEEN, differences, feeds, form_faults, random_records, random_tolerance, run


def test_form(bundle):
    assert form_faults(bundle) == []


def test_the_contract_names_inputs_and_outputs(bundle):
    session = bundle.session()
    types = {"double": "tensor(double)", "float": "tensor(float)", "string": "tensor(string)"}
    assert [(i.name, i.type) for i in session.get_inputs()] == [(c["name"], types[c["type"]]) for c in bundle.contract["inputs"]]
    assert [(o.name, o.type) for o in session.get_outputs()] == [(c["name"], types[c["type"]]) for c in bundle.contract["outputs"]]
    assert [o.shape for o in session.get_outputs()] == [c["shape"] for c in bundle.contract["outputs"]]


def test_golden_rows_cover_what_services_get_wrong(bundle):
    records, expected, _ = bundle.golden()
    assert len(records) == len(expected)
    for column in bundle.contract["inputs"][:24]:
        cells = [record[column["name"]] for record in records]
        assert None in cells and any(cell is not None for cell in cells), f"{column['name']}: missing and present"
        if column["type"] == "string":
            assert set(cells) - {None, *column["categories"]}, f"{column['name']}: an unseen level"
        elif column["kind"] != "boolean":
            numbers = [cell for cell in cells if cell is not None]
            span = column["range"]
            is_wide = span["max"] - span["min"] > 1e300
            is_beyond = min(numbers) < span["min"] or max(numbers) > span["max"]
            assert is_beyond or is_wide, f"{column['name']}: a number outside the training range"


@pytest.mark.parametrize("n_threads", [1, 4])
def test_golden_rows(bundle, n_threads):
    records, expected, tolerance = bundle.golden()
    assert tolerance == bundle.contract["tolerance"]
    assert differences(run(bundle, bundle.session(n_threads), records), expected, tolerance) == []


def test_golden_rows_one_by_one(bundle):
    records, expected, tolerance = bundle.golden()
    session = bundle.session()
    answers = [answer for record in records for answer in run(bundle, session, [record])]
    assert differences(answers, expected, tolerance) == []


def test_random_rows(bundle, mllc, tmp_path):
    rows = bundle.random()
    if rows is None:
        if mllc is None:
            pytest.skip("no random rows beside the bundle, and no MLLC to score some")
        records = random_records(bundle, 1000, seed=1)
        rows = records, scored(bundle, mllc, records, tmp_path)
    records, expected = rows
    assert len(records) >= 1000
    tolerance = random_tolerance(bundle, expected)
    session = bundle.session()
    answers = run(bundle, session, records)
    assert differences(answers, expected, tolerance) == []
    pieces = [answer for start in range(0, len(records), 37) for answer in run(bundle, session, records[start : start + 37])]
    assert differences(pieces, expected, tolerance) == []


def scored(bundle, mllc, records, tmp_path):
    """The answers of `mllc score`."""
    names = [column["name"] for column in bundle.contract["inputs"]]
    with open(tmp_path / "rows.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([["" if record[name] is None else record[name] for name in names] for record in records])
    command = [mllc, "score", bundle.folder, "--data", tmp_path / "rows.csv", "--out", tmp_path / "scored.csv"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=120)
    with open(tmp_path / "scored.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if bundle.classes is None:
        return [{"prediction": float(row["prediction"])} for row in rows]
    return [
        {"label": row["label"], "probabilities": {name: float(row[f"probability_{name}"]) for name in bundle.classes}} for row in rows
    ]


def test_zero_rows(bundle):
    assert run(bundle, bundle.session(), []) == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, -1e308, 1e-320, 0.0])
def test_extreme_rows_have_an_answer(bundle, value):
    records = [{c["name"]: (value if c["type"] == "double" else None) for c in bundle.contract["inputs"]}]
    session = bundle.session()
    (answer,) = run(bundle, session, records)
    numbers = list(answer.get("probabilities", {"prediction": answer.get("prediction")}).values())
    assert not any(math.isnan(number) for number in numbers)
    if bundle.classes:
        assert answer["label"] in bundle.classes
        assert abs(sum(numbers) - 1) < 1e-5 and min(numbers) >= 0
    if not math.isfinite(value):
        missing = [{c["name"]: None for c in bundle.contract["inputs"]}]
        assert run(bundle, session, missing) == [answer], "an infinite number is a missing one"


def test_unseen_levels_are_one_and_the_same(bundle):
    texts = [column["name"] for column in bundle.contract["inputs"] if column["type"] == "string"]
    record = bundle.golden()[0][0]
    answers = run(bundle, bundle.session(), [{**record, **dict.fromkeys(texts, level)} for level in UNSEEN])
    assert answers[0] == answers[1] == answers[2]


def test_the_label_follows_from_the_probabilities(bundle):
    if bundle.classes is None:
        pytest.skip("regression")
    for answer in run(bundle, bundle.session(), random_records(bundle, 500, seed=2)):
        values = [answer["probabilities"][name] for name in bundle.classes]
        if len(values) == 2:
            assert bundle.contract["positive_class"] == bundle.classes[1]
            expected = bundle.classes[int(values[1] >= bundle.contract["decision_threshold"])]
        else:
            expected = bundle.classes[int(np.argmax(values))]
        assert answer["label"] == expected


def test_none_is_never_sent_as_text(bundle):
    for tensor in feeds(bundle.contract, [{c["name"]: None for c in bundle.contract["inputs"]}]).values():
        assert tensor[0, 0] == "" or math.isnan(tensor[0, 0])


def test_the_readme_runs(bundle):
    readme = (bundle.folder / "README.md").read_text(encoding="utf-8")
    program = re.search(r"python - <<'PYTHON'\n(.*?)\nPYTHON\n", readme, re.DOTALL).group(1)
    result = subprocess.run([sys.executable, "-c", program], cwd=bundle.folder, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()] == [o["name"] for o in bundle.contract["outputs"]]
