"""Both apps over HTTP: the same answers as the model, clear words for bad requests, sticky variants, logs that keep what
they may, outcomes, drift, and a change of the model under way."""

from __future__ import annotations

import contextlib
import hmac
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import numpy as np
import openapi_spec_validator
import pytest

from judge import differences, random_records, run
from services import APPS, copied, fastapi, free_port, records_like_training, reference, stop

LIMITS = {"MAX_ROWS": "2000", "MAX_BODY_BYTES": "2000000"}


@pytest.fixture(scope="module", params=list(APPS))
def served(request, model, tmp_path_factory):
    """A running app on a copy of the bundle with a baseline."""
    folder = tmp_path_factory.mktemp(request.param)
    bundle = copied(model.folder, folder / "bundle")
    with APPS[request.param](bundle, folder / "server.log", **LIMITS) as client:
        yield client


def names(model, of: str) -> list[str]:
    return [column["name"] for column in model.contract["inputs"] if column["type"] == of]


def test_golden_rows(served, model):
    records, expected, tolerance = model.golden()
    answer = served.predict(records)
    assert differences(answer["predictions"], expected, tolerance) == []
    one_by_one = [served.predict([record])["predictions"][0] for record in records[:20]]
    assert differences(one_by_one, expected[:20], tolerance) == []


def test_random_rows(served, model):
    records = random_records(model, 1000, seed=5)
    truth = run(model, model.session(), records)
    assert differences(served.predict(records)["predictions"], truth, 0.0) == []


def test_every_answer_says_which_model_gave_it(served, model):
    facts = model.contract["model"]
    answer = served.predict([nothing(model)])
    assert (answer["model"], answer["version"], answer["variant"]) == (facts["name"], facts["version"], "champion")
    words = ["bash", "-c", "sha256sum contract.json model.onnx | sha256sum"]
    digest = subprocess.run(words, cwd=model.folder, capture_output=True, text=True, check=True)
    assert answer["sha256"] == digest.stdout.split()[0] == served.headers["x-model-sha256"], "it covers model and contract"
    served.post("/predict", b"{")
    assert served.headers["x-model-version"] == facts["version"]


def test_inference_protocol(served, model):
    name = model.contract["model"]["slug"]
    assert served.get("/v2/health/live") == (200, {"live": True})
    assert served.get("/v2/health/ready")[1]["ready"]
    assert served.get("/v2")[0] == 200
    status, metadata = served.get(f"/v2/models/{name}")
    assert status == 200
    assert [each["name"] for each in metadata["inputs"]] == [each["name"] for each in model.contract["inputs"]]
    assert served.get(f"/v2/models/{name}/versions/{metadata['versions'][0]}/ready")[0] == 200
    assert served.get("/v2/models/nope")[0] == served.get(f"/v2/models/{name}/versions/nope")[0] == 404
    records, expected, tolerance = model.golden()
    status, answer = served.post(f"/v2/models/{name}/infer", {"id": "abc", "inputs": tensors(model, records)})
    assert status == 200 and answer["id"] == "abc" == answer["parameters"]["request_id"]
    outputs = {each["name"]: each for each in answer["outputs"]}
    if model.classes:
        k = len(model.classes)
        assert outputs["probabilities"]["shape"] == [len(records), k]
        numbers = outputs["probabilities"]["data"]
        rows = [dict(zip(model.classes, numbers[start : start + k])) for start in range(0, len(numbers), k)]
        answers = [{"label": label, "probabilities": row} for label, row in zip(outputs["label"]["data"], rows)]
    else:
        answers = [{"prediction": number} for number in outputs["prediction"]["data"]]
    assert differences(answers, expected, tolerance) == []
    wanted = "label" if model.classes else "prediction"
    status, answer = served.post(
        f"/v2/models/{name}/infer", {"inputs": tensors(model, records[:2]), "outputs": [{"name": wanted}]}
    )
    assert status == 200 and [each["name"] for each in answer["outputs"]] == [wanted]


def tensors(model, records: list[dict]) -> list[dict]:
    return [
        {
            "name": column["name"],
            "shape": [len(records), 1],
            "datatype": "BYTES" if column["type"] == "string" else "FP64",
            "data": [record[column["name"]] for record in records],
        }
        for column in model.contract["inputs"]
    ]


def test_tensors_that_do_not_fit(served, model):
    good = tensors(model, model.golden()[0][:2])
    path = f"/v2/models/{model.contract['model']['slug']}/infer"
    other = "FP64" if good[0]["datatype"] == "BYTES" else "BYTES"
    bad = [
        [],
        "x",
        [1],
        [{**good[0], "name": "zz"}],
        [{**good[0], "name": ["a"]}],
        [{**good[0], "datatype": other}],
        [{**good[0], "datatype": {}}],
        [{**good[0], "shape": [3, 1]}],
        [{**good[0], "shape": [2, 1.5]}],
        [{**good[0], "shape": [2, 10**400]}],
        [{**good[0], "data": 5}],
        [good[0], good[0]],
        [good[0], {**good[1], "shape": [1, 1], "data": good[1]["data"][:1]}],
    ]
    for inputs in bad:
        status, answer = served.post(path, {"inputs": inputs})
        assert status == 400 and answer["error"], (inputs, answer)
    for more in ({"outputs": [{"name": "zz"}]}, {"outputs": 1}, {"id": 1}, {"parameters": 1}):
        assert served.post(path, {"inputs": good, **more})[0] == 400, more


def test_bad_requests(served, model):
    record = model.golden()[0][0]
    column = model.contract["inputs"][0]["name"]
    bad = {
        b"{oops": 400,
        b"": 400,
        b"\xff\xfe": 400,
        b"[" * 100_000: 400,
        b'{"records": [' + b"1" * 5000 + b"]}": 400,
        b"[]": 422,
        b"{}": 422,
        b'{"records": []}': 422,
        b'{"records": {"a": 1}}': 422,
        b'{"records": [1]}': 422,
        b'{"records": [{}], "foo": 1}': 422,
        b'{"records": [{}], "key": {}}': 422,
        json.dumps({"records": [{}] * 2001}).encode(): 413,
        json.dumps({"records": [{**record, column: [1, 2]}]}).encode(): 422,
        json.dumps({"records": [{**record, column: {"a": 1}}]}).encode(): 422,
    }
    for body, expected in bad.items():
        status, answer = served.post("/predict", body)
        assert status == expected and answer["error"] and answer["code"], (body[:80], status, answer)
    for number in names(model, "double")[:1]:
        status, answer = served.post("/predict", {"records": [record, {**record, number: "abc"}]})
        assert status == 422
        assert answer["details"][0]["row"] == 1 and answer["details"][0]["column"] == number
        assert "'abc'" in answer["details"][0]["problem"]
    for text in names(model, "string")[:1]:
        for wrong in ("a\0b", "\ud800"):
            status, answer = served.post("/predict", {"records": [{**record, text: wrong}]})
            assert status == 422 and answer["details"][0]["column"] == text
    assert served.get("/predict")[0] == 405
    status, answer = served.get("/nope")
    assert status == 404 and answer["code"] == "not_found" and answer.keys() == {"error", "code", "request_id"}


def test_bodies_that_are_not_read(served):
    try:
        status, answer = served.post("/predict", b'{"records": [{"x": "' + b"a" * 2_100_000 + b'"}]}')
        assert status == 413 and answer["code"] == "too_large"
    except OSError:
        pass  # refused before all of it was sent
    chunked = {"Transfer-Encoding": "chunked"}
    status, _ = served.call("POST", "/predict", b"2\r\n{}\r\n0\r\n\r\n", chunked)
    assert status in (400, 411, 422), "waitress counts the bytes itself"
    assert served.get("/v2/health/live")[0] == 200


def test_cells_that_are_forgiven(served, model):
    record = model.golden()[0][0]
    assert served.predict([nothing(model)])["predictions"]
    answer = served.predict([{**record, "zz_unknown": 1, "\ud800": 2}])
    assert "zz_unknown" in answer["ignored_columns"]
    for number in names(model, "double")[:1]:
        as_number, as_text = (served.predict([{**record, number: cell}])["predictions"] for cell in (12.5, " 12.5 "))
        assert as_number == as_text
        missing = served.predict([{**record, number: None}])["predictions"]
        literal = b'{"records": [%s]}' % json.dumps({**record, number: float("nan")}).encode()
        assert served.post("/predict", literal)[1]["predictions"] == missing
        for cell in ("", "  ", "NA", "1e999", 10**400):
            assert served.predict([{**record, number: cell}])["predictions"] == missing, cell
    for text in names(model, "string")[:1]:
        padded = served.predict([{**record, text: f" {record[text]}\t"}])["predictions"]
        assert padded == served.predict([record])["predictions"]


def nothing(model) -> dict:
    """A row whose cells are all missing: the columns are there."""
    return {column["name"]: None for column in model.contract["inputs"]}


def test_rows_without_what_the_model_needs(served, model):
    record = model.golden()[0][0]
    required = [column["name"] for column in model.contract["inputs"] if column["required"]]
    optional = [column["name"] for column in model.contract["inputs"] if not column["required"]]
    assert required, "some column of each training file is complete"
    status, answer = served.post("/predict", {"records": [{}]})
    assert status == 422 and {each["column"] for each in answer["details"]} == set(required)
    mistyped = {("x" + name if name == required[0] else name): cell for name, cell in record.items()}
    status, answer = served.post("/predict", {"records": [record, mistyped]})
    (detail,) = answer["details"]
    assert status == 422 and (detail["row"], detail["column"]) == (1, required[0])
    assert repr("x" + required[0]) in detail["problem"]
    for name in optional[:1]:
        found = served.predict([{key: cell for key, cell in record.items() if key != name}])
        assert found["predictions"] == served.predict([{**record, name: None}])["predictions"]
        assert any(each["column"] == name and "not there" in each.get("problem", "") for each in found["warnings"])


def test_rules_and_outliers_are_named(served, model):
    record = model.golden()[0][0]
    for column in model.contract["inputs"]:
        if column["kind"] == "time":
            continue
        if column["type"] == "string":
            answer = served.predict([record, {**record, column["name"]: "\u2603 never seen"}])
            rule = f"{column['name']} is a known level"
        else:
            span = column["range"]
            answer = served.predict([record, {**record, column["name"]: span["max"] + 1.5 * (span["max"] - span["min"]) + 1}])
            rule = f"{column['name']} is in the training range"
        assert {"row": 1, "column": column["name"], "rule": rule} in answer["warnings"]
        assert {"row": 1, "columns": [column["name"]]} in [
            {**each, "columns": [name for name in each["columns"] if name == column["name"]]} for each in answer["outliers"]
        ]


def test_openapi_has_the_models_own_columns(served, model):
    status, document = served.get("/openapi.json")
    assert status == 200
    openapi_spec_validator.validate(document)
    properties = document["components"]["schemas"]["Record"]["properties"]
    assert list(properties) == [column["name"] for column in model.contract["inputs"]]
    example = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["example"]
    answer = served.predict(example["records"])
    assert "warnings" not in answer and "outliers" not in answer, "the example is typical"
    schema = document["components"]["schemas"]["Answer"]
    jsonschema.validate(answer["predictions"][0], schema)
    status, page = served.get("/docs")
    assert status == 200 and "openapi.json" in page and "http://" not in page and "https://" not in page


def test_metrics(served, model):
    served.predict([nothing(model)])
    served.get("/nope/" + "x" * 50)
    status, text = served.get("/metrics")
    assert status == 200
    samples = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(samples['model_requests_total{endpoint="/predict",status="200"}']) > 0
    assert any(name.startswith("model_missing_values_total") for name in samples)
    assert any(name.startswith("model_info{") and served.headers for name in samples)
    assert "xxxx" not in text, "no label comes from a caller"
    rules = (model.folder / "monitoring" / "alerts.yaml").read_text(encoding="utf-8")
    known = {name.split("{")[0] for name in samples} | {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    for name in set(re.findall(r"\bmodel_[a-z_]+", rules)):
        assert name in known or name.removesuffix("_bucket") in known, name


def test_many_clients(served, model):
    records = model.golden()[0]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda k: served.predict([records[k % len(records)]])["predictions"][0], range(160)))
    expected = [model.golden()[1][k % len(records)] for k in range(160)]
    assert differences(answers, expected, model.golden()[2]) == []


def test_drift(served, model):
    records = records_like_training(model.contract, 1500, seed=9)
    served.predict(records)
    status, report = served.get("/drift")
    assert status == 200 and report["status"] in ("ok", "warning", "drift")
    for _ in range(3):
        served.predict(records_like_training(model.contract, 2000, seed=10))
    assert served.get("/drift")[1]["status"] == "ok", served.get("/drift")[1]
    by_name = {column["name"]: column for column in model.contract["inputs"]}
    report = served.get("/drift")[1]
    judged = [name for name, each in report["columns"].items() if each["judged"]]
    path = model.folder / "monitoring" / "baseline.json"
    own = json.loads(path.read_text(encoding="utf-8"))["columns"] if path.exists() else []
    times = {each["name"] for each in own if each["type"] in ("time", "text")}
    assert set(report["columns"]) - set(judged) == times & set(by_name), "a clock goes on, and that is no drift"
    column = by_name[judged[0]]
    shifted = "\u2603 never seen" if column["type"] == "string" else 1e9
    for _ in range(3):
        served.predict([{**record, column["name"]: shifted} for record in records_like_training(model.contract, 2000, seed=11)])
    report = served.get("/drift")[1]
    assert report["columns"][column["name"]]["status"] == "drift"
    others = [each["status"] for name, each in report["columns"].items() if name != column["name"]]
    assert set(others) <= {"ok"}
    # Many levels that training did not have are an alarm of their own.
    is_drift = 1 / len(judged) >= 0.3 or column["type"] == "string"
    assert report["status"] == ("drift" if is_drift else "warning")
    assert f'model_input_psi{{column="{column["name"]}"}}' in served.get("/metrics")[1]


# ---- one app with other options


@pytest.fixture
def copy(model, tmp_path) -> Path:
    return copied(model.folder, tmp_path / "bundle")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_drift_without_a_baseline_and_with_few_rows(model, copy, tmp_path):
    with fastapi(copy, tmp_path / "few.log") as client:
        assert client.get("/drift")[1]["status"] == "not_enough_data"
    (copy / "monitoring" / "baseline.json").unlink()
    with fastapi(copy, tmp_path / "none.log") as client:
        client.predict([nothing(model)] * 300)
        assert client.get("/drift")[1]["status"] == "not_available"


@pytest.mark.parametrize("app", list(APPS))
def test_split_is_sticky_and_logged(app, model, copy, tmp_path):
    log = tmp_path / "requests.jsonl"
    options = {"CHALLENGER_DIR": str(model.folder), "CHALLENGER_PERCENT": "30", "REQUEST_LOG": str(log), "SPLIT_SALT": "s"}
    record = model.golden()[0][0]
    keys = [f"customer-{k}" for k in range(400)]
    with APPS[app](copy, tmp_path / "server.log", **options) as client:
        first = {key: client.predict([record], key=key)["variant"] for key in keys}
        again = {key: client.post("/predict", {"records": [record]}, {"x-sticky-key": key})[1]["variant"] for key in keys[:80]}
        assert {client.predict([record])["variant"] for _ in range(20)} == {"champion"}
    assert again == {key: first[key] for key in again}
    share = Counter(first.values())["challenger"] / len(keys)
    assert 0.22 < share < 0.38
    logged = lines(log)
    assert len(logged) == 500
    by_key = {}
    for line in logged:
        if line["key_hash"]:
            assert by_key.setdefault(line["key_hash"], line["variant"]) == line["variant"]
    assert len(by_key) == 400 and "customer-" not in log.read_text(encoding="utf-8")


def test_log_lines_keep_to_their_schema_and_to_privacy(model, copy, tmp_path):
    contract = json.loads((copy / "contract.json").read_text(encoding="utf-8"))
    columns = [column["name"] for column in contract["inputs"]]
    log = tmp_path / "logs" / "requests.jsonl"
    how = {columns[0]: "hash", columns[1]: "drop", columns[2]: 0.5}
    records, _, _ = model.golden()
    options = {"REQUEST_LOG": str(log), "LOG_INPUTS": "1", "LOG_COLUMNS": json.dumps(how)}
    with fastapi(copy, tmp_path / "server.log", **options) as client:
        for record in records:
            client.predict([record], key="secret-customer")
        client.predict(records_like_training(contract, 2500, seed=3))
    schema = json.loads((copy / "monitoring" / "log_schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    found = lines(log)
    for line in found:
        jsonschema.validate(line, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**found[0], "more": 1}, schema)
    assert [line["first_row"] for line in found[-3:]] == [0, 1000, 2000]
    assert sum(len(line["inputs"]) for line in found[-3:]) == 2500
    singles = found[: len(records)]
    assert all(columns[1] not in row for line in found for row in line["inputs"])
    sampled = sum(columns[2] in line["inputs"][0] for line in singles)
    assert 0.25 * len(singles) < sampled < 0.75 * len(singles)
    for line, record in zip(singles, records):
        hashed = line["inputs"][0][columns[0]]
        assert hashed is None if record[columns[0]] is None else (len(hashed) == 16 and hashed != record[columns[0]])
        assert line["inputs"][0].get(columns[3]) == record[columns[3]] and line["hashed"] == [columns[0]]
    assert "secret-customer" not in log.read_text(encoding="utf-8")


def test_sensitive_columns_are_dropped_unless_named(model, tmp_path):
    copy = copied(model.folder, tmp_path / "bundle")
    columns = [column["name"] for column in model.contract["inputs"]]
    sys.path.insert(0, str(copy / "serving"))
    sys.path.insert(0, str(copy / "code"))
    from service.request_log import Privacy
    from service.settings import Settings, SettingsError

    contract = json.loads(json.dumps(model.contract))
    for column in contract["inputs"][:2]:
        column["sensitive"] = True
    cells = {name: [1.0, 2.0] for name in columns}

    def kept(**env) -> set[str]:
        settings = Settings.from_env({"LOG_INPUTS": "1", **env}, copy)
        rows = Privacy(contract, settings).inputs("id", cells, range(2))
        return set(rows[0])

    assert kept() == set(columns[2:])
    assert kept(LOG_COLUMNS=json.dumps({columns[0]: "keep"})) == {columns[0], *columns[2:]}
    settings = Settings.from_env({}, copy)
    assert Privacy(contract, settings).inputs("id", cells, range(2)) is None, "no inputs without LOG_INPUTS"
    draws = [
        Privacy(contract, Settings.from_env({"LOG_INPUTS": "1", "LOG_SHARE": "0.3"}, copy)).inputs(f"id-{k}", cells, range(1))
        for k in range(400)
    ]
    assert 80 < sum(draw is not None for draw in draws) < 160
    with pytest.raises(SettingsError, match="no column 'zz'"):
        kept(LOG_COLUMNS='{"zz": "drop"}')
    for name, value in {"LOG_COLUMNS": '{"a": "x"}', "CHALLENGER_PERCENT": "101", "RULES": "maybe", "SHADOW": "yes", "MAX_ROWS": "x"}.items():
        with pytest.raises(SettingsError, match=name):
            Settings.from_env({name: value}, copy)


def test_logs_rotate_and_are_forgotten(model, copy, tmp_path):
    log = tmp_path / "logs" / "requests.jsonl"
    options = {"REQUEST_LOG": str(log), "LOG_MAX_BYTES": "2000", "LOG_KEEP_FILES": "3"}
    with fastapi(copy, tmp_path / "server.log", **options) as client:
        for _ in range(60):
            client.predict([nothing(model)])
            time.sleep(0.002)
    files = sorted(log.parent.glob("requests*.jsonl"))
    assert len(files) == 3
    assert all(line["rows"] == 1 for file in files for line in lines(file))


def test_old_logs_are_forgotten(model, copy, tmp_path):
    log = tmp_path / "logs" / "requests.jsonl"
    log.parent.mkdir()
    old, young = (log.with_name(f"requests-2026010{day}T000000000000.jsonl") for day in (1, 2))
    for file, days in ((old, 31), (young, 29)):
        file.write_text("", encoding="utf-8")
        os.utime(file, (time.time() - days * 86_400,) * 2)
    with fastapi(copy, tmp_path / "server.log", REQUEST_LOG=str(log)) as client:
        client.predict([nothing(model)])
    assert not old.exists() and young.exists() and len(lines(log)) == 1


def test_the_index_of_drift_is_the_formula(model, tmp_path):
    """Against numpy's histograms, by the definition; bins are right-open, missing is a bin, the floor is 0.0001."""
    sys.path[:0] = [str(model.folder / "serving"), str(model.folder / "code")]
    from service.drift import Drift

    rng = np.random.default_rng(3)
    train, now = rng.normal(0, 1, 3000).round(1), rng.normal(0.3, 1.2, 900).round(1)
    edges = sorted({float(edge) for edge in np.quantile(train, np.arange(1, 10) / 10)})
    levels = [f"level {k}" for k in range(60)]
    known = rng.choice(levels, 3000, p=np.arange(60, 0, -1) / 1830)
    seen = rng.choice([*levels, "new", ""], 900)
    others = {"name": "not an input", "kind": "number", "n_missing": 0, "edges": [1.0], "counts": [5, 5]}
    columns = [reference("x", False, [*map(float, train), *[None] * 100]), reference("y", True, [str(level) for level in known])]
    assert columns[0]["edges"] == edges
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"format": 1, "columns": [*columns, others], "rules": {"min_rows": 100}}), encoding="utf-8")
    drift = Drift(path, 900, {"x", "y"}, True)
    drift.add({"x": [1e9] * 50, "y": ["new"] * 50}, [0.0] * 50)
    drift.add({"x": [*map(float, now[:-30]), *[float("nan")] * 30], "y": [str(level) for level in seen]}, [0.0] * 900)

    def psi(before: np.ndarray, after: np.ndarray) -> float:
        e, a = (np.maximum(each / each.sum(), 1e-4) for each in (before, after))
        return float(((a - e) * np.log(a / e)).sum())

    bins = [-np.inf, *edges, np.inf]
    expected = np.append(np.histogram(train, bins)[0], 100)
    numbers = psi(expected, np.append(np.histogram(now[:-30], bins)[0], 30))
    first = [level for level, _ in columns[1]["levels"]]

    def counts(cells: np.ndarray) -> np.ndarray:
        others = ~np.isin(cells, [*first, ""])
        return np.array([*((cells == level).sum() for level in first), others.sum(), (cells == "").sum()])

    texts = psi(counts(known), counts(seen))
    report = drift.report()
    assert list(report["columns"]) == ["x", "y"]
    assert report["rows"] == 900, "the first rows have left the window"
    assert report["columns"]["x"]["psi"] == pytest.approx(numbers, abs=1e-6)
    assert report["columns"]["y"]["psi"] == pytest.approx(texts, abs=1e-6)
    assert report["columns"]["x"]["missing_share"] == pytest.approx(30 / 900, abs=1e-6)


def test_a_baseline_may_have_other_types(model, tmp_path):
    """Booleans as levels, numbers as levels, levels that are numbers; and predictions."""
    sys.path[:0] = [str(model.folder / "serving"), str(model.folder / "code")]
    from service.drift import Drift

    def levels(name, *counts) -> dict:
        return {"name": name, "kind": "category", "n_missing": 0, "levels": [list(each) for each in counts], "n_other": 0}

    columns = [
        levels("flag", ("true", 50), ("false", 50)),
        levels("digit", ("1", 50), ("0", 50)),
        levels("size", ("2.5", 50), ("3", 50)),
        {"name": "zip", "kind": "number", "n_missing": 0, "edges": [5.0], "counts": [50, 50]},
    ]
    path = tmp_path / "baseline.json"
    baseline = {"format": 1, "columns": columns, "prediction": levels("prediction", ("yes", 50), ("no", 50)), "rules": {"min_rows": 100}}
    path.write_text(json.dumps(baseline), encoding="utf-8")
    drift = Drift(path, 500, {column["name"] for column in columns}, False)
    halves = {"flag": [1.0, 0.0], "digit": [1.0, 0.0], "size": [2.5, 3.0], "zip": ["4", "5"]}
    drift.add({name: cells * 100 for name, cells in halves.items()}, ["yes", "no"] * 100)
    report = drift.report()
    assert [column["psi"] for column in report["columns"].values()] == [0, 0, 0, 0], report
    assert report["prediction"]["psi"] == 0 and report["status"] == "ok"
    drift.add({name: cells[:1] * 500 for name, cells in halves.items()}, ["yes"] * 500)
    report = drift.report()
    assert {column["status"] for column in report["columns"].values()} == {"drift"} == {report["status"], report["prediction"]["status"]}


@pytest.mark.parametrize("app", list(APPS))
def test_outcomes_are_joined(app, model, copy, tmp_path):
    log = tmp_path / "requests.jsonl"
    truth = model.classes[0] if model.classes else 3.5
    records = model.golden()[0]
    start = APPS[app]
    with start(copy, tmp_path / "a.log", REQUEST_LOG=str(log)) as client:
        batch = client.predict(records[:3])
        single = client.predict([records[3]], key="customer-1")
        counts = client.post("/outcomes", {"request_id": batch["request_id"], "row": 2, "outcome": truth})
        assert counts == (200, {"joined": 1, "corrected": 0, "late": 0, "duplicate": 0, "orphan": 0})
        many = [
            {"key": "customer-1", "outcome": truth, "at": time.time()},
            {"request_id": batch["request_id"], "row": 2, "outcome": truth},
            {"request_id": batch["request_id"], "row": 9, "outcome": truth},
            {"request_id": "nobody", "outcome": truth},
            {"key": "customer-2", "outcome": truth, "at": "2026-01-31T10:00:00Z"},
        ]
        assert client.post("/outcomes", {"outcomes": many})[1] == {"joined": 1, "corrected": 0, "late": 0, "duplicate": 1, "orphan": 3}
        for bad in (
            {},
            {"outcome": truth},
            {"request_id": "a", "key": "b", "outcome": truth},
            {"request_id": "a", "outcome": {"x": 1}},
            {"request_id": "a", "outcome": truth, "at": "soon"},
            {"request_id": "a", "outcome": truth, "at": True},
            {"request_id": batch["request_id"], "outcome": truth, "at": "1999-01-01T00:00:00Z"},
            {"request_id": batch["request_id"], "outcome": truth, "at": "2999-01-01T00:00:00Z"},
            {"key": "customer-1", "outcome": truth, "at": "1999-01-01T00:00:00Z"},
            {"key": "nobody", "outcome": truth, "at": time.time() + 3600},
            {"outcomes": [{"request_id": batch["request_id"], "row": 1, "outcome": truth}, {"key": "customer-1", "outcome": truth, "at": 0}]},
            {"request_id": "a", "outcome": truth, "row": -1},
            {"request_id": "a", "outcome": truth, "more": 1},
            {"request_id": 5, "outcome": truth},
            {"outcomes": []},
            {"outcomes": [1]},
        ):
            status, answer = client.post("/outcomes", bad)
            assert status == 422 and answer["error"], bad
        report = client.get("/outcomes")[1]
        assert 'model_outcomes_total{status="joined"} 2.0' in client.get("/metrics")[1]
    assert (report["joined"], report["late"], report["duplicate"], report["orphan"]) == (2, 0, 1, 3), "one that is refused leaves nothing"
    assert 0 <= report["delay_seconds"]["p100"] < 60
    predicted = [batch["predictions"][2], single["predictions"][0]]
    found = report["variants"]["champion"]
    if model.classes:
        assert found["accuracy"] == pytest.approx(sum(each["label"] == truth for each in predicted) / 2)
    else:
        error = sum(abs(each["prediction"] - truth) for each in predicted) / 2
        assert found["mean_absolute_error"] == pytest.approx(error, abs=1e-6)
    schema = json.loads((copy / "monitoring" / "log_schema.json").read_text(encoding="utf-8"))
    outcomes = lines(tmp_path / "outcomes.jsonl")
    assert len(outcomes) == 6
    for line in outcomes:
        jsonschema.validate(line, schema)
    # Another process knows what this one has logged.
    with start(copy, tmp_path / "b.log", REQUEST_LOG=str(log)) as client:
        assert client.get("/outcomes")[1] == report
        again = {"request_id": batch["request_id"], "row": 2, "outcome": truth}
        assert client.post("/outcomes", again)[1]["duplicate"] == 1
        assert client.post("/outcomes", {**again, "row": 1})[1]["joined"] == 1


def other_truth(model):
    return model.classes[1] if model.classes else 4.5


@pytest.mark.parametrize("app", list(APPS))
def test_outcomes_can_be_corrected(app, model, copy, tmp_path):
    """The last one received holds; what was said before stays in the history and in the log."""
    first = model.classes[0] if model.classes else 3.5
    log = tmp_path / "requests.jsonl"
    with APPS[app](copy, tmp_path / "a.log", REQUEST_LOG=str(log)) as client:
        (predicted,) = client.predict(model.golden()[0][:1], key="k")["predictions"]
        request_id = client.headers["x-request-id"]

        def say(**outcome):
            status, counts = client.post("/outcomes", outcome)
            assert status == 200, counts
            return {name for name, n in counts.items() if n}

        def score():
            found = client.get("/outcomes")[1]["variants"]["champion"]
            assert found.pop("outcomes") == 1
            (value,) = found.values()
            return value

        def expected(truth):
            return float(predicted["label"] == truth) if model.classes else pytest.approx(abs(predicted["prediction"] - truth), abs=1e-6)

        assert say(request_id=request_id, outcome=first) == {"joined"} and score() == expected(first)
        assert say(key="k", outcome=first) == {"duplicate"} and score() == expected(first)
        assert say(key="k", outcome=other_truth(model)) == {"corrected"} and score() == expected(other_truth(model))
        assert say(request_id=request_id, outcome=other_truth(model)) == {"duplicate"}
        assert say(request_id=request_id, outcome=first) == {"corrected"} and score() == expected(first)
        report = client.get("/outcomes")[1]
        assert (report["joined"], report["corrected"], report["duplicate"]) == (1, 2, 2)
        assert 'model_outcomes_total{status="corrected"} 2.0' in client.get("/metrics")[1]
    schema = json.loads((copy / "monitoring" / "log_schema.json").read_text(encoding="utf-8"))
    found = lines(tmp_path / "outcomes.jsonl")
    for line in found:
        jsonschema.validate(line, schema)
    assert [line["status"] for line in found] == ["joined", "duplicate", "corrected", "duplicate", "corrected"]
    assert [line["previous"] for line in found if line["status"] == "corrected"] == [first, other_truth(model)]


def test_late_outcomes_and_logs_without_a_store(model, copy, tmp_path):
    """A store that is new beside older logs takes them over while the service is ready, once."""
    log, truth = tmp_path / "requests.jsonl", model.classes[0] if model.classes else 3.5
    with fastapi(copy, tmp_path / "a.log", REQUEST_LOG=str(log), SPLIT_SALT="s", OUTCOME_LATE_DAYS="30") as client:
        batch = client.predict(records_like_training(model.contract, 1500, seed=4), key="customer-1")
        done = {"request_id": batch["request_id"], "row": 3, "outcome": truth}
        assert client.post("/outcomes", done)[1]["joined"] == 1
    for path in (log, tmp_path / "outcomes.jsonl"):
        old = [{**line, "ts": "2026-01-05T10:00:00.000Z"} for line in lines(path)]
        path.write_text("".join(json.dumps(line) + "\n" for line in old), encoding="utf-8")
    # A crash cut the last line off.
    with open(log, "a", encoding="utf-8") as file:
        file.write('{"format":1,"ts":"2026-01-05T10:00:01.000Z","request_id":"torn","mod')
    for state in tmp_path.glob("service-state.sqlite*"):
        state.unlink()
    for n_start in range(2):
        with fastapi(copy, tmp_path / "b.log", REQUEST_LOG=str(log), SPLIT_SALT="s", OUTCOME_LATE_DAYS="30") as client:
            end = time.monotonic() + 20
            while client.get("/outcomes")[1].get("restoring") and time.monotonic() < end:
                time.sleep(0.02)
            report = client.get("/outcomes")[1]
            assert (report["joined"], report["late"]) == (1 + n_start, n_start), report
            if n_start == 0:
                late = client.post("/outcomes", {"key": "customer-1", "row": 1400, "outcome": truth, "at": "2026-03-05T10:00:00Z"})
                assert late[1]["joined"] == late[1]["late"] == 1
                assert client.post("/outcomes", done)[1]["duplicate"] == 1
                kept = client.predict(model.golden()[0][:1])["request_id"]
    whole = [line for line in log.read_text(encoding="utf-8").splitlines() if kept in line]
    assert len(whole) == 1 and json.loads(whole[0])["request_id"] == kept, "a torn line does not swallow the next one"


def test_a_restart_does_not_read_old_logs_first(model, copy, tmp_path):
    """Ready as fast beside a log of 60 MB as without; it is read back in the background, newest first."""
    log = tmp_path / "requests.jsonl"
    with fastapi(copy, tmp_path / "a.log", REQUEST_LOG=str(log)) as client:
        client.predict(records_like_training(model.contract, 200, seed=4))
    (line,) = lines(log)
    for state in tmp_path.glob("service-state.sqlite*"):
        state.unlink()
    n_lines = 60_000_000 // len(json.dumps(line))
    with open(log, "w", encoding="utf-8") as file:
        for k in range(n_lines):
            file.write(json.dumps({**line, "request_id": f"old-{k}"}) + "\n")
    truth = model.classes[0] if model.classes else 3.5
    start = time.monotonic()
    with fastapi(copy, tmp_path / "b.log", REQUEST_LOG=str(log), OUTCOME_ROWS="20000") as client:
        assert time.monotonic() - start < 10
        assert client.predict(model.golden()[0][:1])["predictions"], "it answers meanwhile"
        end = time.monotonic() + 60
        while client.get("/outcomes")[1].get("restoring") and time.monotonic() < end:
            time.sleep(0.1)
        newest = {"request_id": f"old-{n_lines - 1}", "row": 199, "outcome": truth}
        assert client.post("/outcomes", newest)[1]["joined"] == 1
        assert client.post("/outcomes", {"request_id": "old-0", "outcome": truth})[1]["orphan"] == 1, "older than what is kept"


@pytest.fixture
def redis_url(tmp_path):
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("there is no redis-server (Debian: apt-get install redis-server)")
    port = free_port()
    words = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", "", "--maxmemory", "64mb"]
    with open(tmp_path / "redis.log", "w", encoding="utf-8") as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)


@pytest.mark.parametrize("store", ["sqlite", "redis"])
def test_replicas_share_predictions_outcomes_and_salt(store, request, model, copy, tmp_path):
    """Three replicas: what one predicted, another one joins; no orphans, one set of figures, one split."""
    address = request.getfixturevalue("redis_url") if store == "redis" else f"sqlite:{tmp_path / 'shared' / 'state.sqlite'}"
    records, _, _ = model.golden()
    truths = [model.classes[0], model.classes[1]] if model.classes else [3.5, 4.5]
    options = {"STATE_STORE": address, "CHALLENGER_DIR": str(model.folder), "CHALLENGER_PERCENT": "50", "OUTCOME_ROWS": "250"}
    with contextlib.ExitStack() as stack:
        replicas = [stack.enter_context(fastapi(copy, tmp_path / f"{k}.log", **options)) for k in range(3)]

        def predict(k: int) -> dict:
            return replicas[k % 3].predict([records[k % len(records)]], key=f"customer-{k}")

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(predict, range(150)))
            variants = list(pool.map(lambda k: replicas[(k + 1) % 3].predict(records[:1], key=f"customer-{k}")["variant"], range(60)))
        assert variants == [answer["variant"] for answer in answers[:60]], "one salt: the same key gets the same variant everywhere"
        assert set(variants) == {"champion", "challenger"}

        def tell(k: int) -> dict:
            by = {"request_id": answers[k]["request_id"]} if k >= 60 else {"key": f"customer-{k}"}
            status, counts = replicas[(k + 2) % 3].post("/outcomes", {**by, "outcome": truths[0]})
            assert status == 200, counts
            return counts

        with ThreadPoolExecutor(6) as pool:
            counts = list(pool.map(tell, range(150)))
        assert sum(each["joined"] for each in counts) == 150 and not any(each["orphan"] for each in counts)
        # Four clients tell the same row at once: one of them joins.
        fresh = replicas[0].predict(records[:1])["request_id"]
        with ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda k: replicas[k % 3].post("/outcomes", {"request_id": fresh, "outcome": truths[0]})[1], range(4)))
        assert sum(each["joined"] for each in said) == 1 and sum(each["duplicate"] for each in said) == 3
        assert replicas[1].post("/outcomes", {"request_id": fresh, "outcome": truths[1]})[1]["corrected"] == 1
        reports = [replica.get("/outcomes")[1] for replica in replicas]
        assert reports[0] == reports[1] == reports[2]
        assert (reports[0]["joined"], reports[0]["corrected"], reports[0]["orphan"]) == (151, 1, 0)
        assert sum(each["outcomes"] for each in reports[0]["variants"].values()) == 151
        # Only the newest rows are kept.
        replicas[0].predict(records_like_training(model.contract, 240, seed=1))
        assert replicas[2].post("/outcomes", {"request_id": answers[0]["request_id"], "outcome": truths[0]})[1]["orphan"] == 1
        assert replicas[2].post("/outcomes", {"request_id": fresh, "outcome": truths[1]})[1]["duplicate"] == 1
    with fastapi(copy, tmp_path / "next.log", **options) as client:
        assert client.get("/outcomes")[1]["joined"] == 151, "a restart knows what was"


def test_predictions_are_answered_without_the_store(model, copy, tmp_path, request):
    """A Redis that is gone costs outcomes, which are told to come again, and no prediction."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("there is no redis-server")
    port = free_port()
    words = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    with open(tmp_path / "redis.log", "w", encoding="utf-8") as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
    time.sleep(0.5)
    try:
        with fastapi(copy, tmp_path / "server.log", STATE_STORE=f"redis://127.0.0.1:{port}/0") as client:
            known = client.predict(model.golden()[0][:1])["request_id"]
            stop(process)
            assert client.predict(model.golden()[0][:1])["predictions"]
            status, answer = client.post("/outcomes", {"request_id": known, "outcome": model.classes[0] if model.classes else 1.0})
            assert (status, answer["code"]) == (503, "no_state") and client.headers["retry-after"]
            assert "model_state_errors_total 2.0" in client.get("/metrics")[1]
    finally:
        if process.poll() is None:
            stop(process)
    command = [sys.executable, "-c", "import app"]
    env = {"STATE_STORE": f"redis://user:secret@127.0.0.1:{port}/0"}
    found = subprocess.run(command, cwd=copy / "serving", env=env, capture_output=True, text=True, timeout=60)
    assert found.returncode == 1 and "STATE_STORE" in found.stderr and "secret" not in found.stderr, found.stderr


def test_the_salt_is_random_and_stays(model, copy, tmp_path):
    """Made at the first start, found by the next one, told by deploy.py; another copy has another."""
    log = tmp_path / "requests.jsonl"
    records = model.golden()[0][:1]

    def hashes(bundle: Path, log: Path) -> list[str]:
        log.parent.mkdir(exist_ok=True)
        with fastapi(bundle, tmp_path / "server.log", REQUEST_LOG=str(log)) as client:
            client.predict(records, key="customer-1")
        return [line["key_hash"] for line in lines(log)]

    (first,) = hashes(copy, log)
    assert hashes(copy, log) == [first, first]
    assert hashes(copy, tmp_path / "elsewhere" / "requests.jsonl") != [first]
    env = {**os.environ, "REQUEST_LOG": str(log)}
    command = [sys.executable, str(copy / "serving" / "deploy.py"), "salt"]
    salt = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()
    assert len(salt) == 64 and hmac.new(salt.encode(), b"customer-1", "sha256").hexdigest()[:16] == first
    assert hmac.new(b"v1", b"customer-1", "sha256").hexdigest()[:16] != first
    # Without a log it stands in the bundle's own folder; where that cannot be written, it is said.
    with fastapi(copy, tmp_path / "own.log"):
        pass
    assert (copy / "state" / "service-state.sqlite").exists()
    shutil.rmtree(copy / "state")
    (copy / "state").write_text("in the way", encoding="utf-8")
    with fastapi(copy, tmp_path / "memory.log") as client:
        assert client.predict(records)["predictions"]
    assert "until this process ends" in (tmp_path / "memory.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("app", list(APPS))
def test_tokens(app, model, copy, tmp_path):
    """Each kind of endpoint opens to its own tokens, and health to everybody."""
    name = model.contract["model"]["slug"]
    record = model.golden()[0][0]
    options = {"TOKEN_PREDICT": "score-one, score-two", "TOKEN_OUTCOMES": "truth-one", "TOKEN_ADMIN": "admin-one"}
    body = {"records": [record]}
    doors = {
        ("POST", "/predict"): "score-one",
        ("POST", f"/v2/models/{name}/infer"): "score-two",
        ("GET", f"/v2/models/{name}"): "score-one",
        ("GET", "/openapi.json"): "score-one",
        ("POST", "/outcomes"): "truth-one",
        ("GET", "/outcomes"): "admin-one",
        ("GET", "/drift"): "admin-one",
        ("GET", "/metrics"): "admin-one",
    }
    with APPS[app](copy, tmp_path / "server.log", **options) as client:
        for (method, path), token in doors.items():
            sent = body if method == "POST" else None
            others = {"score-one", "truth-one", "admin-one"} - {token} - ({"score-one"} if token == "score-two" else set())
            wrong = [{}, {"Authorization": token}, {"Authorization": f"Basic {token}"}, {"Authorization": "Bearer"}]
            wrong += [{"Authorization": f"Bearer {other}"} for other in (*others, token + "x", "\u00e9")]
            for headers in wrong:
                status, answer = client.call(method, path, sent, {key: value.encode("latin-1") for key, value in headers.items()})
                assert (status, answer["code"]) == (401, "unauthorized"), (path, headers)
                assert client.headers["www-authenticate"] == "Bearer" and token not in json.dumps(answer)
            assert client.call(method, path, sent, {"Authorization": f"bearer {token}"})[0] != 401, path
        for path in ("/v2", "/v2/health/live", "/v2/health/ready", f"/v2/models/{name}/ready", "/docs"):
            assert client.get(path)[0] == 200, path
        document = client.call("GET", "/openapi.json", None, {"Authorization": "Bearer score-two"})[1]
        openapi_spec_validator.validate(document)
        assert document["paths"]["/predict"]["post"]["security"] and "security" not in document["paths"]["/v2/health/live"]["get"]
        for token, code in (("admin-one", 0), ("score-one", 1)):
            command = [sys.executable, str(copy / "serving" / "deploy.py"), "drift", "--url", client.url]
            found = subprocess.run(command, env={**os.environ, "TOKEN_ADMIN": token}, capture_output=True, text=True, timeout=30)
            assert found.returncode == code, found.stdout + found.stderr
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert not any(token in log for token in ("score-one", "truth-one", "admin-one"))


@pytest.mark.parametrize("app", list(APPS))
def test_errors_have_a_request_id_and_are_logged(app, model, copy, tmp_path):
    """Every answer names its request; refused ones stand in a log of their own, without what was sent."""
    record = model.golden()[0][0]
    number = names(model, "double")[0]
    log = tmp_path / "errors.jsonl"
    with APPS[app](copy, tmp_path / "server.log", ERROR_LOG=str(log), **LIMITS) as client:
        bad = [
            ("POST", "/predict", b"{", 400),
            ("POST", "/predict", {"records": [{**record, number: "secret words"}]}, 422),
            ("POST", "/predict", {"records": []}, 422),
            ("POST", "/predict", {"records": [record] * 2001}, 413),
            ("POST", "/outcomes", {"request_id": "x", "outcome": {}}, 422),
            ("GET", "/predict", None, 405),
            ("GET", "/nope/secret", None, 404),
        ]
        seen = []
        for k, (method, path, body, expected) in enumerate(bad):
            mine = {"x-request-id": f"mine-{k}"} if k % 2 else {"x-request-id": "not a word"}
            status, answer = client.call(method, path, body, mine)
            assert status == expected, answer
            assert answer["request_id"] == client.headers["x-request-id"]
            assert (answer["request_id"] == f"mine-{k}") == bool(k % 2)
            seen.append((answer["request_id"], status))
        assert client.call("POST", "/predict", {"records": [record]}, {"x-request-id": "good"})[1]["request_id"] == "good"
        assert client.headers["x-request-id"] == "good"
    found = lines(log)
    assert [(line["request_id"], line["status"]) for line in found] == seen
    assert found[1]["columns"] == [number] and found[1]["error"] == "invalid_values"
    assert "secret" not in log.read_text(encoding="utf-8")
    with fastapi(copy, tmp_path / "standard.log") as client:
        client.post("/predict", b"{", {"x-request-id": "on-stderr"})
    assert '"request_id":"on-stderr"' in (tmp_path / "standard.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("app", list(APPS))
@pytest.mark.parametrize("is_silent", [True, False])
def test_slow_bodies_end(app, is_silent, model, copy, tmp_path):
    """A client that stops sending, or sends a byte now and then, is let go; others are answered meanwhile."""
    record = model.golden()[0][0]
    with APPS[app](copy, tmp_path / "server.log", BODY_SECONDS="1") as client:
        start = time.monotonic()
        with socket.create_connection(("127.0.0.1", client.port), timeout=20) as slow:
            slow.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
            slow.settimeout(0.2)
            answer = b""
            while time.monotonic() - start < 15:
                assert client.predict([record])["predictions"]
                try:
                    if not is_silent:
                        slow.sendall(b" ")
                    piece = slow.recv(4096)
                    answer += piece
                    if not piece:
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
        assert time.monotonic() - start < 8
        # waitress ends a silent connection without a word.
        assert b" 408 " in answer or (app == "flask" and is_silent), answer


def test_large_answers_are_those_of_small_ones(model, copy, tmp_path):
    """Read, scored and written in pieces: the same bits, the rows of every error; and their turn for large requests."""
    records = records_like_training(model.contract, 3000, seed=6)
    number = names(model, "double")[0]
    with fastapi(copy, tmp_path / "server.log", BATCH_WAITING="0") as client:
        at_once = client.predict(records)["predictions"]
        assert at_once == [answer for k in range(0, 3000, 150) for answer in client.predict(records[k : k + 150])["predictions"]]
        wrong = {**records[0], number: "abc"}
        status, answer = client.post("/predict", {"records": [*records[:777], wrong, *records[777:1500], wrong]})
        assert status == 422 and [each["row"] for each in answer["details"]] == [777, 1501]
        bodies = [
            b'{"records": [' + b", ".join([json.dumps(records[0]).encode()] * 1000) + b"] , }",
            b'{"records": [' + b", ".join([json.dumps(records[0]).encode()] * 1000) + b"]} x",
            b'{"records": [' + b", ".join([json.dumps(records[0]).encode()] * 1000),
            b'{"records" [' + b" " * 100_000 + b"]}",
        ]
        for body in bodies:
            assert client.post("/predict", body)[0] == 400, body[-50:]
        blank = b'\n{ "key" : "a" ,\n"records" : [ ' + b" , ".join(json.dumps(each).encode() for each in records) + b" ] }\n"
        assert client.post("/predict", blank)[1]["predictions"] == at_once
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda k: client.call("POST", "/predict", {"records": records}), range(6)))
        assert {status for status, _ in answers} <= {200, 503} and any(status == 200 for status, _ in answers)
        assert all(answer["code"] == "busy" for status, answer in answers if status == 503)


def in_range(contract):
    """A column that has a range rule: times and yes-or-no columns have none."""
    ruled = {rule["column"] for rule in contract["rules"] if "range" in rule["check"]}
    return next(column for column in contract["inputs"] if column["type"] == "double" and column["name"] in ruled)


def test_rules_can_refuse(model, copy, tmp_path):
    record = model.golden()[0][0]
    column = in_range(model.contract)
    with fastapi(copy, tmp_path / "server.log", RULES="reject") as client:
        status, answer = client.post("/predict", {"records": [{**record, column["name"]: 1e12}]})
        assert status == 422 and answer["code"] == "rules"
        assert any(each["column"] == column["name"] and each["row"] == 0 for each in answer["details"])
    with fastapi(copy, tmp_path / "off.log", RULES="off") as client:
        assert "warnings" not in client.predict([{**record, column["name"]: 1e12}])


class OldSystem(http.server.BaseHTTPRequestHandler):
    """Answers as its server's `answer` says; keeps what it was sent."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(json.loads(body))
        answer = json.dumps(self.server.answer(self.server.bodies[-1])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def old_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OldSystem)
    server.bodies = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_champion_may_be_an_old_system(model, copy, tmp_path, old_server):
    records, expected, tolerance = model.golden()
    label = model.classes[0] if model.classes else None
    one = {"label": label} if label else {"prediction": 7.0}
    old_server.answer = lambda body: {"predictions": [one] * len(body["records"])}
    url = f"http://127.0.0.1:{old_server.server_port}/score"
    log = tmp_path / "requests.jsonl"
    options = {"OLD_SYSTEM": url, "CHALLENGER_PERCENT": "50", "REQUEST_LOG": str(log), "SHADOW": "1"}
    with fastapi(copy, tmp_path / "server.log", **options) as client:
        old = client.predict(records[:2])
        assert (old["variant"], old["model"]) == ("champion", "endpoint")
        assert old_server.bodies[-1]["records"] == records[:2], "the rows as they came"
        for answer in old["predictions"]:
            assert answer.get("label") == label and answer.get("prediction", 7.0) == 7.0
        ours = next(found for k in range(50) if (found := client.predict(records, key=f"k{k}"))["variant"] == "challenger")
        assert differences(ours["predictions"], expected, tolerance) == []
        old_server.answer = lambda body: {"predictions": []}
        status, answer = client.post("/predict", {"records": records[:1]})
        assert status == 502 and "old system" in answer["error"]
        time.sleep(0.3)
    shadows = [line for line in lines(log) if line["shadow"]]
    assert shadows and all(line["variant"] == "challenger" for line in shadows)
    assert differences(shadows[0]["predictions"], expected[:2], tolerance) == []
    rule = f"constant:{label if label else 2.5}"
    with fastapi(copy, tmp_path / "constant.log", OLD_SYSTEM=rule) as client:
        (answer,) = client.predict(records[:1])["predictions"]
        assert answer.get("label") == label and answer.get("prediction", 2.5) == 2.5
        status, found = client.post(
            f"/v2/models/{model.contract['model']['slug']}/infer", {"inputs": tensors(model, records[:1])}
        )
        assert status == 200 and found["parameters"]["variant"] == "champion"


def test_options_that_cannot_be(model, copy, tmp_path):
    for options, words in (
        ({"OLD_SYSTEM": "constant:\u2603"}, "OLD_SYSTEM"),
        ({"OLD_SYSTEM": "constant:1", "CHALLENGER_DIR": "x"}, "CHALLENGER_DIR"),
        ({"MODEL_DIR": str(tmp_path)}, "is not a bundle"),
        ({"MAX_ROWS": "many"}, "MAX_ROWS"),
        ({"ORT_THREADS": "some"}, "ORT_THREADS"),
    ):
        command = [sys.executable, "-c", "import app"]
        found = subprocess.run(command, cwd=copy / "serving", env={**options}, capture_output=True, text=True, timeout=60)
        assert found.returncode == 1 and words in found.stderr and "Traceback" not in found.stderr, found.stderr


@pytest.mark.parametrize("app", list(APPS))
def test_rollback_on_the_running_service(app, model, copy, tmp_path):
    """A new version takes over and goes back while clients keep asking: every request is answered, by one of the two."""
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    contract = json.loads((other / "contract.json").read_text(encoding="utf-8"))
    retagged(other, {**contract, "model": {**contract["model"], "version": "next"}})
    pointer = tmp_path / "active.json"
    deploy = [sys.executable, str(copy / "serving" / "deploy.py")]
    record = model.golden()[0][0]
    with APPS[app](copy, tmp_path / "server.log", MODEL_POINTER=str(pointer), POLL_SECONDS="0.05") as client:

        def run_deploy(*arguments, code: int = 0) -> str:
            command = [*deploy, *arguments, "--pointer", str(pointer), "--url", client.url]
            found = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert found.returncode == code, found.stdout + found.stderr
            return found.stdout + found.stderr

        stopping, seen = threading.Event(), []

        def ask():
            while not stopping.is_set():
                seen.append(client.predict([record])["version"])

        before = client.predict([record])
        thread = threading.Thread(target=ask)
        thread.start()
        try:
            run_deploy("activate", str(other))
            assert client.predict([record])["version"] == "next"
            run_deploy("rollback")
            assert client.predict([record])["sha256"] == before["sha256"]
        finally:
            stopping.set()
            thread.join()
        assert set(seen) == {before["version"], "next"} and len(seen) > 3
        assert "no version before" in run_deploy("rollback", code=1)
        # A copy that gives other answers than its own samples is not activated.
        expected = json.loads((other / "samples" / "expected.json").read_text(encoding="utf-8"))
        first = expected["predictions"][0]
        numbers = first.get("probabilities", first)
        numbers[next(iter(numbers))] += 1e-3
        (other / "samples" / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
        assert "golden rows" in run_deploy("activate", str(other), code=1)
        # A bundle of another project is no version of this model.
        for field in ("name", "target"):
            stranger = tmp_path / f"another {field}"
            shutil.copytree(copy, stranger)
            retagged(stranger, {**contract, "model": {**contract["model"], field: "another", "version": "1"}})
            assert f"is another model than {copy}: its {field} is 'another'" in run_deploy("activate", str(stranger), code=1)
            pointer.write_text(json.dumps({"active": str(stranger), "previous": [str(copy)]}), encoding="utf-8")
            end = time.monotonic() + 10
            while client.get("/v2/health/ready")[1]["fault"] is None and time.monotonic() < end:
                time.sleep(0.05)
            assert "is another model" in client.get("/v2/health/ready")[1]["fault"]
            assert client.predict([record])["sha256"] == before["sha256"]
            run_deploy("rollback")
        # One that is put in place by hand and cannot be loaded changes nothing, and is reported.
        pointer.write_text(json.dumps({"active": str(tmp_path / "nowhere"), "previous": []}), encoding="utf-8")
        end = time.monotonic() + 10
        while "nowhere" not in (client.get("/v2/health/ready")[1]["fault"] or "") and time.monotonic() < end:
            time.sleep(0.05)
        assert "nowhere" in client.get("/v2/health/ready")[1]["fault"]
        assert client.predict([record])["sha256"] == before["sha256"]


def retagged(folder: Path, contract: dict) -> None:
    """Writes a changed contract, and its hash into the model."""
    import hashlib

    import onnx

    text = json.dumps(contract).encode()
    (folder / "contract.json").write_bytes(text)
    model = onnx.load(str(folder / "model.onnx"))
    for entry in model.metadata_props:
        if entry.key == "contract_sha256":
            entry.value = hashlib.sha256(text).hexdigest()
    onnx.save(model, str(folder / "model.onnx"))


def test_a_change_of_drift_is_reported(model, copy, tmp_path, old_server):
    """The webhook gets one message when drift begins."""
    old_server.answer = lambda body: {}
    url = f"http://127.0.0.1:{old_server.server_port}/hook"
    options = {"ALERT_WEBHOOK": url, "ALERT_SECONDS": "0.1", "POLL_SECONDS": "0.05"}
    with fastapi(copy, tmp_path / "server.log", **options) as client:
        shifted = {column["name"]: 1e9 if column["type"] == "double" else "\u2603" for column in model.contract["inputs"]}
        client.predict([shifted] * 2000)
        end = time.monotonic() + 10
        while not old_server.bodies and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        status = subprocess.run(
            [sys.executable, str(copy / "serving" / "deploy.py"), "drift", "--url", client.url], capture_output=True, timeout=30
        )
    assert [(body["alert"], body["severity"], body["status"]) for body in old_server.bodies] == [("model_drift", "critical", "drift")]
    assert status.returncode == 4
