"""The bundle as an MLflow model: loaded and served by MLflow itself, without a tracking server or a network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from judge import differences, random_records, run
from services import serve

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """MLflow's stores in a folder of this test."""
    folder = tmp_path_factory.mktemp("mlflow")
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    os.environ.update(variables)
    return variables


def answers_of(model, rows: list[dict]) -> list[dict]:
    if model.classes is None:
        return [{"prediction": float(row["prediction"])} for row in rows]
    probabilities = [{name: float(row[f"probability_{name}"]) for name in model.classes} for row in rows]
    return [{"label": row["label"], "probabilities": each} for row, each in zip(rows, probabilities)]


def test_pyfunc(model, offline):
    import mlflow.pyfunc
    import pandas
    from mlflow.models import Model

    signature = Model.load(str(model.folder)).signature
    names = [column["name"] for column in model.contract["inputs"]]
    assert [column.name for column in signature.inputs] == names
    loaded = mlflow.pyfunc.load_model(str(model.folder))
    records, expected, tolerance = model.golden()
    frame = pandas.DataFrame(records, columns=names)
    numbers = [column["name"] for column in model.contract["inputs"] if column["type"] == "double"]
    forms = {
        "as it is": frame,
        "objects": frame.astype(object).where(frame.notna(), None),
        "other order, more columns": frame[names[::-1]].assign(extra=1),
        "one row": frame.iloc[:1],
        "another index": frame.set_index(np.arange(len(frame))[::-1] + 7),
    }
    for form, rows in forms.items():
        found = loaded.predict(rows)
        assert list(found.index) == list(rows.index), form
        assert differences(answers_of(model, found.to_dict("records")), expected[: len(rows)], tolerance) == [], form
    whole = frame.iloc[:3].assign(**{name: pandas.array([1, 2, 3], dtype="int32") for name in numbers})
    assert len(loaded.predict(whole)) == 3
    assert len(loaded.predict(frame.drop(columns=names[-1:]))) == len(frame)
    rows = random_records(model, 1000, seed=2)
    truth = run(model, model.session(), rows)
    assert differences(answers_of(model, loaded.predict(pandas.DataFrame(rows, columns=names)).to_dict("records")), truth, 0.0) == []
    import mlflow.onnx

    assert mlflow.onnx.load_model(str(model.folder)) is not None


def test_served(model, offline, tmp_path):
    names = [column["name"] for column in model.contract["inputs"]]
    records, expected, tolerance = model.golden()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", model.folder, "--env-manager", "local", "-h", "127.0.0.1", "-p", "PORT"]
    with serve(command, tmp_path, tmp_path / "server.log", {**offline, "PATH": path}, ready="/ping") as client:
        bodies = [
            {"dataframe_records": records},
            {"dataframe_split": {"columns": names, "data": [[record[name] for name in names] for record in records]}},
        ]
        for body in bodies:
            status, answer = client.post("/invocations", body)
            assert status == 200, answer
            assert differences(answers_of(model, answer["predictions"]), expected, tolerance) == []
        example = (model.folder / "serving_input_example.json").read_bytes()
        assert client.post("/invocations", example)[0] == 200
        rows = random_records(model, 1000, seed=6)
        status, answer = client.post("/invocations", {"dataframe_records": rows})
        assert status == 200
        assert differences(answers_of(model, answer["predictions"]), run(model, model.session(), rows), 0.0) == []
        number = next(column["name"] for column in model.contract["inputs"] if column["type"] == "double")
        assert client.post("/invocations", {"dataframe_records": [{**records[0], number: "abc"}]})[0] == 400
        assert client.post("/invocations", b"{")[0] == 400
