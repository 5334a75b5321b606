"""One reading for all: `mllc score`, the Python scorer, score.html and onnxruntime give a row the same answer, alone and in any
company and order, whatever its cells look like. What does not read is refused with its line by all."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from judge import Bundle
from odd_tables import OddTable, parts, table
from services import PROGRAMS, copied, fastapi

HERE = Path(__file__).parent
N_TABLES = 2000 if os.environ.get("WORKBENCH_TEST_LONG") == "1" else 200


@pytest.fixture(scope="module")
def odd(request) -> list[Bundle]:
    folders = request.config.odd_folders
    if not folders or request.config.mllc is None:
        pytest.skip("no bundles of our own")
    return [Bundle(folder) for folder in folders]


@pytest.fixture(scope="module")
def tables(odd) -> list[tuple[Bundle, OddTable]]:
    rng = random.Random(20)
    found = []
    for k in range(N_TABLES):
        bundle = odd[k % len(odd)]
        whole = table(rng, bundle.contract)
        found += [(bundle, each) for each in [whole, *parts(rng, whole)]]
    return found


@pytest.fixture(scope="module")
def truth(odd, tables) -> list[list[list]]:
    """What onnxruntime says of the values that the cells mean: rows of fields, as a scored file has them."""
    sessions = {bundle.name: bundle.session() for bundle in odd}
    return [answers(bundle, sessions[bundle.name], each.good) for bundle, each in tables]


def answers(bundle: Bundle, session, rows: list[dict]) -> list[list]:
    if not rows:
        return []
    feeds = {}
    for spec in bundle.contract["inputs"]:
        cells = [row[spec["name"]] for row in rows]
        feeds[spec["name"]] = np.array(cells, dtype=object if spec["type"] == "string" else np.float64).reshape(-1, 1)
    names = [output["name"] for output in bundle.contract["outputs"]]
    results = dict(zip(names, session.run(names, feeds)))
    if bundle.classes is None:
        return [[float(value)] for value in results[bundle.output("prediction")][:, 0]]
    rows_of = zip(results[bundle.output("label")], results[bundle.output("probabilities")])
    return [[str(label), *map(float, row)] for label, row in rows_of]


def check(bundle: Bundle, text: str, expected: list[list], what: str) -> None:
    header, *rows = csv.reader(text.splitlines())
    assert len(rows) == len(expected), f"{what}: {len(rows)} rows for {len(expected)}"
    tolerance = 1e-9 if bundle.is_unbounded else bundle.contract["tolerance"]
    for row, (fields, want) in enumerate(zip(rows, expected)):
        got = [field if isinstance(value, str) else float(field) for field, value in zip(fields, want, strict=True)]
        near = all(a == b or (not isinstance(a, str) and abs(a - b) <= tolerance * max(1.0, abs(b))) for a, b in zip(got, want))
        assert near, f"{what}, row {row}: {got} is not {want}"


def test_the_tables_are_of_all_kinds(tables):
    assert sum(bool(each.refused) for _, each in tables) > len(tables) / 20
    assert sum(len(each.rows) == 1 for _, each in tables) >= N_TABLES
    assert {each.delimiter for _, each in tables} == set(",;\t|")


def test_mllc_score(tables, truth, tmp_path):
    orders = []
    for k, (bundle, each) in enumerate(tables):
        data = tmp_path / f"{k}.csv"
        data.write_text(each.text, encoding="utf-8", newline="")
        order = {"bundle": str(bundle.folder), "data": str(data), "out": str(tmp_path / f"{k}.out")}
        orders += [{**order, "skip_rejected": skip} for skip in (False, True)]
    program = PROGRAMS / "examples" / "score_files"
    lines = "".join(json.dumps(order) + "\n" for order in orders)
    found = subprocess.run([str(program)], input=lines, capture_output=True, text=True, check=True)
    results = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(results) == len(orders)
    for k, ((bundle, each), expected) in enumerate(zip(tables, truth)):
        strict, lenient = results[2 * k : 2 * k + 2]
        what = f"{bundle.name}, table {k}:\n{each.text}"
        assert strict["code"] == (1 if each.refused else 0), f"{what}\n{strict}"
        if each.refused:
            assert f"Line {each.refused[0]}" in strict["says"], f"{what}\n{strict}"
        assert lenient["code"] == 0 and lenient["left_out"] == each.refused, f"{what}\n{lenient}"
        check(bundle, (tmp_path / f"{k}.out").read_text(encoding="utf-8"), expected, what)


def test_the_python_scorer(odd, tables, truth, tmp_path):
    sys.path.insert(0, str(odd[0].folder / "code"))
    from tabular_cells import InputError
    from tabular_scorer import TabularScorer

    scorers = {bundle.name: TabularScorer(bundle.folder) for bundle in odd}
    data, out = tmp_path / "data.csv", tmp_path / "out.csv"
    for k, ((bundle, each), expected) in enumerate(zip(tables, truth)):
        data.write_text(each.text, encoding="utf-8", newline="")
        scorer, what = scorers[bundle.name], f"{bundle.name}, table {k}:\n{each.text}"
        if each.refused:
            with pytest.raises(InputError) as refused:
                scorer.score_csv(data, out)
            assert refused.value.errors[0]["line"] == each.refused[0], what
        found = scorer.score_csv(data, out, skip_rejected=True)
        assert sorted({each["line"] for each in found.rejected}) == each.refused, f"{what}\n{found}"
        check(bundle, out.read_text(encoding="utf-8"), expected, what)


def test_the_page(odd, tables, truth, tmp_path):
    for bundle in odd:
        own = [k for k, (of, _) in enumerate(tables) if of is bundle]
        (tmp_path / "in.json").write_text(json.dumps([tables[k][1].text for k in own]), encoding="utf-8")
        command = ["node", HERE / "score_page.mjs", bundle.folder / "score.html", "tables", tmp_path / "in.json", tmp_path / "out.json"]
        found = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert found.returncode == 0, found.stderr
        results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        for k, result in zip(own, results, strict=True):
            each, what = tables[k][1], f"{bundle.name}, table {k}:\n{tables[k][1].text}"
            if each.refused:
                assert result.get("error", "").startswith(f"Line {each.refused[0]}"), f"{what}\n{result}"
            else:
                assert "error" not in result, f"{what}\n{result}"
                check(bundle, result["csv"], truth[k], what)
            lenient = result["lenient"]
            left_out = [int(re.match(r"Line (\d+)", words)[1]) for words in lenient["rejected"]]
            assert left_out == each.refused, f"{what}\n{lenient}"
            check(bundle, lenient["csv"], truth[k], what)


def test_the_service(odd, tables, truth, tmp_path):
    for name in ("odd_boost_binary", "odd_forest_regression"):
        bundle = next(bundle for bundle in odd if bundle.name == name)
        with fastapi(copied(bundle.folder, tmp_path / name), tmp_path / f"{name}.log") as client:
            for (of, each), expected in zip(tables, truth):
                records = [(sent, row) for sent, row in zip(each.texts, each.rows) if sent is not None]
                if of is not bundle or not records:
                    continue
                status, answer = client.post("/predict", {"records": [sent for sent, _ in records]})
                refused = [at for at, (_, row) in enumerate(records) if row is None]
                if refused:
                    assert status == 422 and sorted({each["row"] for each in answer["details"]}) == refused, (each.texts, answer)
                    continue
                assert status == 200, (each.texts, answer)
                for got, want in zip(answer["predictions"], expected, strict=True):
                    fields = [got["label"], *got["probabilities"].values()] if bundle.classes else [got["prediction"]]
                    n_words = 1 if bundle.classes else 0
                    assert fields[:n_words] == list(want[:n_words]), each.texts
                    close = pytest.approx(list(want[n_words:]), rel=1e-12, abs=bundle.contract["tolerance"])
                    assert fields[n_words:] == close, each.texts


def test_golden_cells_of_odd_bundles(odd):
    for bundle in odd:
        records = bundle.golden()[0]
        for spec in bundle.contract["inputs"]:
            for level in spec.get("categories") or ():
                assert any(record[spec["name"]] == level for record in records), (bundle.name, level)
        text = (bundle.folder / "samples" / "cells.csv").read_text(encoding="utf-8")
        assert " income " in text and ',"' in text
        command = [sys.executable, bundle.folder / "code" / "tabular_scorer.py", "check"]
        found = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert found.returncode == 0, found.stdout
