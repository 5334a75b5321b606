"""The scorers that stand in the bundle, the Python one and that of score.html, against onnxruntime and `mllc score`."""

from __future__ import annotations

import csv
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

from judge import Bundle, differences, random_records, random_tolerance, run

HERE = Path(__file__).parent
# What people write; each piece is also joined to others below.
NUMBERS = ["1", "-2.5", "+3", "\u22124", "1,200", "1.200,5", "1 234", "1\u00a0234.5", "$ 5", "5 \u20ac", "USD 7", "(8)", "12%", "1e3", "1e-400",
           "1e999", "inf", "-Infinity", "\u221e", "nan", "0x10", "1_000", "007", ".5", "5.", ".", "-", "1'000", "1,23", "--1", "%", "\u066b", "12 EUR", "1d"]
DATES = ["2024-01-31", "31.01.2024", "1/2/24", "01/02/2024", "2024/1/5", "Jan 5, 2024", "5 January 2024", "sept 3 1999", "2024-02-30", "2024-02-29",
         "1900-02-29", "31 Feb 2020", "2024-01-31T13:05", "2024-01-31 13:05:07.25", "2024-01-31 1:05 pm", "12:00", "2024-01-31T23:59:60",
         "2024-01-31T13:05:07+02:00", "2024-01-31T13:05:07-02:30", "2024-01-31T13:05+0530", "1969-12-31T23:59:59.5Z", "2024-01-31 13:05 UTC", "20240131", "2024.Jan.05", "3-Mar-2021", "99-12-31", "0001-01-01"]
TEXTS = ["Bonn", " Bonn ", "bonn!", "K\u00f6ln", "a-b", "x1y22", "\U0001f600!", "NA", "?", "", "yes", "no", "true", "0", "1", "3.50", "A  B", "tab\tin", "$1", "\u2028"]


def test_the_command_line_of_the_bundle(bundle, tmp_path):
    """Its own golden rows; and a changed sample is found."""
    found = scorer(bundle.folder, "check")
    assert found.returncode == 0, found.stdout + found.stderr


def scorer(folder: Path, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, folder / "code" / "tabular_scorer.py", *arguments]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)


def node(folder: Path, *arguments) -> str:
    command = ["node", HERE / "score_page.mjs", folder / "score.html", *arguments]
    found = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_golden_rows_in_the_page(bundle):
    assert node(bundle.folder, "golden").strip() == "0"
    assert (bundle.folder / "score.html").stat().st_size < 500_000


def test_random_rows_in_the_page(bundle, tmp_path):
    records = random_records(bundle, 1000, seed=7)
    truth = run(bundle, bundle.session(), records)
    (tmp_path / "records.json").write_text(json.dumps(records), encoding="utf-8")
    node(bundle.folder, "records", tmp_path / "records.json", tmp_path / "answers.json")
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert differences(answers, truth, random_tolerance(bundle, truth)) == []


def test_an_explanation_is_the_difference_of_two_answers(model, tmp_path):
    record = model.golden()[0][0]
    (tmp_path / "record.json").write_text(json.dumps([record]), encoding="utf-8")
    explained = json.loads(node(model.folder, "explain", tmp_path / "record.json"))
    session = model.session()

    def score(row: dict, label: str | None) -> float:
        (answer,) = run(model, session, [row])
        name = model.contract.get("positive_class") or label
        return answer["probabilities"][name] if model.classes else answer["prediction"]

    (answer,) = run(model, session, [record])
    assert len(explained) == len(model.contract["inputs"])
    typical = {column["name"]: column["most_frequent" if column["type"] == "string" else "median"] for column in model.contract["inputs"]}
    for each in explained:
        changed = {**record, each["column"]: typical[each["column"]]}
        expected = score(record, answer.get("label")) - score(changed, answer.get("label"))
        assert each["change"] == pytest.approx(expected, abs=1e-6 * max(1.0, abs(expected)))
    sizes = [abs(each["change"]) for each in explained]
    assert sizes == sorted(sizes, reverse=True)


def test_a_changed_sample_is_found(model, tmp_path):
    import shutil

    folder = tmp_path / "bundle"
    shutil.copytree(model.folder, folder)
    path = folder / "samples" / "expected.json"
    expected = json.loads(path.read_text(encoding="utf-8"))
    answer = expected["predictions"][3]
    numbers = answer.get("probabilities", answer)
    numbers[next(iter(numbers))] += 1e-5 * max(1, abs(numbers[next(iter(numbers))]))
    path.write_text(json.dumps(expected), encoding="utf-8")
    found = scorer(folder, "check")
    assert found.returncode == 1 and found.stdout.count("row 3") == 3
    (folder / "contract.json").write_text((folder / "contract.json").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    found = scorer(folder, "check")
    assert found.returncode == 1 and "not of the same bundle" in found.stderr


def test_files_that_cannot_be_scored(model, tmp_path):
    names = [column["name"] for column in model.contract["inputs"]]
    number = next(column["name"] for column in model.contract["inputs"] if column["type"] == "double")
    rows = tmp_path / "rows.csv"
    required = next(column["name"] for column in model.contract["inputs"] if column["required"])
    write(rows, [name for name in names if name != required] + [required + "x"], [])
    found = scorer(model.folder, "score", rows, tmp_path / "out.csv")
    assert found.returncode == 1 and f"{required!r}: is not in the file" in found.stderr and repr(required + "x") in found.stderr
    write(rows, names, [{}, {number: "many"}])
    found = scorer(model.folder, "score", rows, tmp_path / "out.csv")
    assert found.returncode == 1 and "row 2" in found.stderr and "'many'" in found.stderr
    assert not (tmp_path / "out.csv").exists()
    write(rows, names, [])
    assert scorer(model.folder, "score", rows, tmp_path / "out.csv").returncode == 0
    assert scorer(model.folder, "score", tmp_path / "none.csv", tmp_path / "out.csv").returncode == 1
    assert scorer(model.folder, "score").returncode == 2


def write(path: Path, names: list[str], rows: list[dict]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in rows])


def numbers_of(path: Path) -> list[list]:
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return [header, *([cell if name == "label" else float(cell) for name, cell in zip(header, row)] for row in rows)]


def scored_three_ways(bundle: Bundle, mllc: Path, rows: Path, tmp_path: Path) -> None:
    """`mllc score`, the Python scorer and the page give the same file."""
    command = [mllc, "score", bundle.folder, "--data", rows, "--out", tmp_path / "mllc.csv"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=120)
    found = scorer(bundle.folder, "score", rows, tmp_path / "python.csv")
    assert found.returncode == 0, found.stderr
    node(bundle.folder, "csv", rows, tmp_path / "page.csv")
    expected = numbers_of(tmp_path / "mllc.csv")
    for name in ("python.csv", "page.csv"):
        got = numbers_of(tmp_path / name)
        assert got[0] == expected[0] and len(got) == len(expected)
        tolerance = 1e-9 if bundle.is_unbounded else bundle.contract["tolerance"]
        for row, (a, b) in enumerate(zip(got[1:], expected[1:])):
            near = all(x == y or (isinstance(x, float) and abs(x - y) <= tolerance * max(1, abs(y))) for x, y in zip(a, b))
            assert near, f"{name}, row {row}: {a} is not {b}"


def test_files_as_mllc_scores_them(model, mllc, tmp_path):
    if mllc is None:
        pytest.skip("no MLLC")
    records = random_records(model, 1000, seed=3)
    names = [column["name"] for column in model.contract["inputs"]]
    rows = tmp_path / "rows.csv"
    write(rows, names, [{name: "" if cell is None else cell for name, cell in record.items()} for record in records])
    scored_three_ways(model, mllc, rows, tmp_path)


STEPS = [
    {"trim": {"columns": ["city"]}},
    {"replace": {"columns": ["city"], "find": r"^([a-z]+)\W*$", "replace": "${1}!", "regex": True, "whole_cell": False}},
    {"replace": {"columns": ["city"], "find": "x*", "replace": "-", "regex": True, "whole_cell": False}},
    {"replace": {"columns": ["city"], "find": "bonn!", "replace": "Bonn", "regex": False, "whole_cell": True}},
    {"parse_number": {"column": "price", "decimal_comma": False}},
    {"parse_number": {"column": "weight", "decimal_comma": True}},
    {"parse_date": {"column": "sold", "order": "dmy"}},
    {"set_type": {"column": "zip", "column_type": "category"}},
    {"set_type": {"column": "mixed", "column_type": "number"}},
    {"value_to_missing": {"column": "price", "values": [5.0]}},
]


CITIES = ["Bonn", " Bonn", "bonn !", "Ulm", "K\u00f6ln", "x1"]


@pytest.fixture(scope="module")
def cleaned(mllc, tmp_path_factory):
    """A bundle whose columns are cleaned before they are a model's."""
    if mllc is None:
        pytest.skip("no MLLC")
    folder = tmp_path_factory.mktemp("cleaned")
    rng = random.Random(1)

    def row(k: int) -> dict:
        price, weight = rng.uniform(1, 2000), rng.uniform(1, 2000)
        day = f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.{rng.randint(1990, 2024)}"
        return {
            "city": rng.choice(CITIES),
            "price": rng.choice([f"$ {price:,.2f}", f"{price:,.0f} EUR", "5"]),
            "weight": f"{weight:.2f}".replace(".", ","),
            "sold": rng.choice([day, f"{day} 13:05", "not known"]),
            "zip": rng.choice(["1067", "80331", "53111"]),
            "mixed": rng.choice(["1", "2.5", "(3)", "10%"]),
            "amount": price + 2 * weight + 100 * (k % 2) + 50 * rng.random(),
        }

    data = folder / "data.csv"
    rows = [row(k) for k in range(600)]
    write(data, list(rows[0]), rows)
    pipeline_path = folder / "pipeline.json"
    subprocess.run([str(mllc), "init", str(data), "--target", "amount", "--out", str(pipeline_path)], check=True, capture_output=True)
    pipeline = json.loads(pipeline_path.read_text(encoding="utf-8"))
    # A sum of products: every cell moves the answer.
    pipeline["models"] = [{"algorithm": "ridge", "params": {}}]
    # All columns are read as text, so that the steps have something to do.
    pipeline["read"]["types"] = {**dict.fromkeys(["price", "weight", "sold", "mixed"], "text"), "city": "category"}
    pipeline["framing"]["sensitive"] = [{"column": "city", "tolerated": []}]
    pipeline["recipe"]["shape"] = [{"id": 100 + k, "kind": step} for k, step in enumerate(STEPS)]
    pipeline["recipe"]["pipeline"] = [
        {"id": 1, "kind": {"date_parts": {"column": "sold", "parts": ["year", "month", "day", "hour"]}}},
        {"id": 2, "kind": {"fill": {"columns": "numbers", "with": "median", "indicator": True}}},
        {"id": 4, "kind": {"standard_scale": {"columns": "numbers"}}},
        {"id": 3, "kind": {"one_hot": {"columns": "categories", "max_levels": 50}}},
    ]
    pipeline_path.write_text(json.dumps(pipeline), encoding="utf-8")
    out = folder / "out"
    found = subprocess.run(
        [str(mllc), "run", str(pipeline_path), "--data", str(data), "--out", str(out), "--name", "cleaned"], capture_output=True, text=True
    )
    assert found.returncode in (0, 3), found.stderr
    return Bundle(out / "bundle")


def test_cleaning_is_made_alike(cleaned, mllc, tmp_path):
    """Thousands of cells that people write, well or not."""
    assert {column["name"] for column in cleaned.contract["inputs"]} == {"city", "price", "weight", "sold", "zip", "mixed"}
    assert set(cleaned.contract["patterns"]) == {"101", "102"}
    assert [column["name"] for column in cleaned.contract["inputs"] if column["sensitive"]] == ["city"]
    rng = random.Random(2)

    def mangled(cells: list[str]) -> str:
        cell = rng.choice(cells)
        if rng.random() < 0.3:
            at = rng.randrange(len(cell) + 1)
            cell = cell[:at] + rng.choice(["", " ", ".", ",", "0", "-", "e", "%", "/", ":", "9", "\u00a0"]) + cell[at + rng.randrange(2) :]
        return cell.replace("\n", " ")

    pools = {"city": [*TEXTS, *CITIES], "price": NUMBERS, "weight": NUMBERS, "sold": DATES, "zip": ["1067", "80331", "9"], "mixed": NUMBERS}
    rows = [{name: mangled(pool) if name != "zip" else rng.choice(pool) for name, pool in pools.items()} for _ in range(3000)]
    path = tmp_path / "rows.csv"
    write(path, list(pools), rows)
    scored_three_ways(cleaned, mllc, path, tmp_path)


def test_typed_values_and_written_ones(cleaned):
    sys.path.insert(0, str(cleaned.folder / "code"))
    from tabular_scorer import TabularScorer

    scorer = TabularScorer(cleaned.folder)
    written = {"city": " Bonn", "price": "$ 1,200.50", "weight": "7,5", "sold": "02.03.2020", "zip": "1067", "mixed": "10%"}
    typed = {"city": "Bonn", "price": 1200.5, "weight": 7.5, "sold": 1583107200, "zip": 1067, "mixed": 0.1}
    assert scorer.score_records([written]) == scorer.score_records([typed])
    cells = scorer.read_records([written])
    assert cells == {"city": ["-B-o-n-n-"], "price": [1200.5], "weight": [7.5], "sold": [1583107200.0], "zip": ["1067"], "mixed": [0.1]}
    (city,) = [column for column in cleaned.contract["inputs"] if column["name"] == "city"]
    assert {scorer.read_records([{**written, "city": name}])["city"][0] for name in CITIES} == set(city["categories"])
    warnings: list[dict] = []
    unreadable = scorer.read_records([written, {**written, "price": "1.950,21", "sold": "soon"}], warnings)
    assert math.isnan(unreadable["price"][1]) and math.isnan(unreadable["sold"][1])
    assert [(each["row"], each["column"]) for each in warnings] == [(1, "price"), (1, "sold")]
    assert "'1.950,21'" in warnings[0]["problem"] and "counts as missing" in warnings[0]["problem"]


def test_what_a_step_does_not_read_is_said_by_all(cleaned, mllc, tmp_path):
    """A text that the cleaning makes missing is named with its line; with --strict it is refused."""
    written = {"city": " Bonn", "price": "$ 1,200.50", "weight": "7,5", "sold": "02.03.2020", "zip": "1067", "mixed": "10%"}
    rows = tmp_path / "rows.csv"
    write(rows, list(written), [written, {**written, "price": "1.950,21"}, {**written, "weight": "abc"}, {**written, "price": ""}])
    said = [("3", "price", "1.950,21"), ("4", "weight", "abc")]
    tool = [str(mllc), "score", str(cleaned.folder), "--data", str(rows), "--out", str(tmp_path / "mllc.csv")]
    found = subprocess.run(tool, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    for line, column, text in said:
        assert f'Line {line}, column {column}: "{text}" does not read' in found.stderr, found.stderr
    assert found.stderr.count("does not read as a value") == 2, found.stderr
    refused = subprocess.run([*tool, "--strict"], capture_output=True, text=True)
    assert refused.returncode == 1 and "2 of 4 records" in refused.stderr and "--skip-rejected" in refused.stderr
    found = scorer(cleaned.folder, "score", rows, tmp_path / "python.csv")
    assert found.returncode == 0, found.stderr
    for line, column, text in said:
        assert f"column {column!r}, row {int(line) - 1}, line {line}: {text!r} does not read" in found.stderr, found.stderr
    assert scorer(cleaned.folder, "score", rows, tmp_path / "python.csv", "--strict").returncode == 1
    (tmp_path / "in.json").write_text(json.dumps([rows.read_text(encoding="utf-8")]), encoding="utf-8")
    node(cleaned.folder, "tables", tmp_path / "in.json", tmp_path / "out.json")
    (result,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [words.split(": ")[0] for words in result["warnings"]] == [f"Line {line}, column {column}" for line, column, _ in said]
    assert numbers_of(tmp_path / "mllc.csv") == numbers_of(tmp_path / "python.csv")


def test_columns_that_are_kept_stay_as_they_are(model, mllc, tmp_path):
    names = [column["name"] for column in model.contract["inputs"]]
    rows = tmp_path / "rows.csv"
    texts = ["007", " a ", 'say "x"', "", "1,5", "two\nlines", "label"]
    records = [dict(zip(names, map(lambda name: model.golden()[0][0][name], names))) for _ in texts]
    write(rows, ["id", *names, "label", "not, used"], [{**record, "id": text, "label": text} for record, text in zip(records, texts)])
    found = scorer(model.folder, "score", rows, tmp_path / "python.csv", "--keep", "label", "--keep", "id")
    assert found.returncode == 0 and "not, used" in found.stderr, found.stderr
    tool = [mllc, "score", model.folder, "--data", rows, "--out", tmp_path / "mllc.csv", "--keep", "label,id"]
    subprocess.run(list(map(str, tool)), check=True, capture_output=True)
    for name in ("python.csv", "mllc.csv"):
        with open(tmp_path / name, newline="", encoding="utf-8") as file:
            header, *found_rows = csv.reader(file)
        assert header[:2] == ["label", "id"] and header[2] == ("label_" if model.classes else "prediction")
        assert [row[:2] for row in found_rows] == [[text, text] for text in texts], name
