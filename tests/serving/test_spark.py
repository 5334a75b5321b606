"""Batch scoring with Spark on local[2]: equal row by row, from Parquet and from CSV, with the bundle in place or shipped."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

import numpy as np
import pytest

from judge import random_records, run

pytestmark = pytest.mark.heavy
N_ROWS = 20_000


def spark(model, *arguments, cwd):
    settings = "--master local[2] --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 --conf spark.driver.memory=1g pyspark-shell"
    variables = {
        **os.environ,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": settings,
    }
    command = [sys.executable, model.folder / "spark" / "batch_score.py", "--model", model.folder, *arguments]
    return subprocess.run(list(map(str, command)), cwd=cwd, env=variables, capture_output=True, text=True, timeout=400)


def test_parquet(model, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    records = [*model.golden()[0], *random_records(model, 1000, seed=8)]
    truth = run(model, model.session(), records)
    place = np.arange(N_ROWS) % len(records)
    columns = {"row id": pa.array(np.arange(N_ROWS))}
    for column in model.contract["inputs"]:
        of = pa.string() if column["type"] == "string" else pa.float64()
        columns[column["name"]] = pa.array([record[column["name"]] for record in records], of).take(pa.array(place))
    table = pa.table(columns)
    (tmp_path / "in").mkdir()
    for part in range(4):
        piece = table.slice(part * N_ROWS // 4, N_ROWS // 4)
        pq.write_table(piece, tmp_path / "in" / f"{part}.parquet")
    found = spark(model, "--input", tmp_path / "in", "--output", tmp_path / "out", "--keep", "row id", "--ship", cwd=tmp_path)
    assert found.returncode == 0, found.stderr[-3000:]
    out = pq.read_table(tmp_path / "out").to_pandas().sort_values("row id")
    assert (out["row id"].to_numpy() == np.arange(N_ROWS)).all()
    if model.classes is None:
        expected = np.array([row["prediction"] for row in truth])[place]
        assert (out["prediction"].to_numpy() == expected).all()
        return
    assert (out["label"].to_numpy(dtype=object) == np.array([row["label"] for row in truth], dtype=object)[place]).all()
    for name in model.classes:
        expected = np.array([row["probabilities"][name] for row in truth])[place]
        assert (out[f"probability_{name}"].to_numpy() == expected).all()


def test_csv(model, tmp_path):
    import pyarrow.parquet as pq

    records = model.golden()[0]
    truth = model.golden()[1]
    names = [column["name"] for column in model.contract["inputs"]]
    with open(tmp_path / "rows.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *names])
        writer.writerows([[k, *("" if record[name] is None else record[name] for name in names)] for k, record in enumerate(records)])
    found = spark(model, "--input", tmp_path / "rows.csv", "--output", tmp_path / "out", "--keep", "id", cwd=tmp_path)
    assert found.returncode == 0, found.stderr[-3000:]
    rows = sorted(pq.read_table(tmp_path / "out").to_pylist(), key=lambda row: int(row["id"]))
    for row, answer in zip(rows, truth, strict=True):
        numbers = {f"probability_{name}": p for name, p in answer.get("probabilities", {}).items()} or answer
        assert row.get("label") == answer.get("label")
        assert all(abs(row[name] - value) <= model.contract["tolerance"] for name, value in numbers.items())
