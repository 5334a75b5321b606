"""score.html in a browser, opened from the disk: a form, an explanation, a file in and out, and not one request."""

from __future__ import annotations

import csv
import json
import time

import pytest

import chromium
from judge import differences, run

pytestmark = pytest.mark.skipif(chromium.find() is None, reason="no Chromium on this machine (name it in CHROMIUM)")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with chromium.page(tmp_path_factory.mktemp("profile")) as found:
        yield found


def opened(page, model):
    page.open(model.folder / "score.html")
    page.wait("document.getElementById('check')?.textContent")
    return page


def test_golden_rows_are_checked_by_the_page(page, model):
    opened(page, model)
    assert page.evaluate("document.getElementById('check').dataset.faults") == "0"
    assert page.evaluate("document.getElementById('title').textContent").startswith(model.contract["model"]["title"])


def test_the_form_answers_as_the_model_does(page, model):
    opened(page, model)
    columns = model.contract["inputs"]
    for record in model.golden()[0][:8]:
        cells = ["" if record[column["name"]] is None else str(record[column["name"]]) for column in columns]
        fill = f"""
          for (const [k, cell] of Object.entries({json.dumps(cells)})) document.getElementById(`column-${{k}}`).value = cell;
          document.getElementById("form").dispatchEvent(new Event("input", {{ bubbles: true }}));
          [document.querySelector(".headline").dataset.value, ...[...document.querySelectorAll(".probability")].map((line) => line.dataset.value)]
        """
        headline, *probabilities = page.evaluate(fill)
        (truth,) = run(model, model.session(), [record])
        if model.classes:
            answer = {"label": headline, "probabilities": dict(zip(model.classes, map(float, probabilities)))}
        else:
            answer = {"prediction": float(headline)}
        assert differences([answer], [truth], model.contract["tolerance"] * max(1.0, abs(truth.get("prediction", 0)))) == []


def test_a_wrong_cell_is_said(page, model):
    opened(page, model)
    k, column = next((k, column) for k, column in enumerate(model.contract["inputs"]) if column["type"] == "double")
    words = page.evaluate(
        f"""
        document.getElementById("column-{k}").value = "<b>many</b>";
        document.getElementById("form").dispatchEvent(new Event("input", {{ bubbles: true }}));
        document.querySelector("#answer .fault").textContent
        """
    )
    assert column["name"] in words and "<b>many</b>" in words


def test_a_file_in_and_a_file_out(page, model, tmp_path):
    opened(page, model)
    records = model.golden()[0]
    names = [column["name"] for column in model.contract["inputs"]]
    rows = tmp_path / "rows.csv"
    with open(rows, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(names)
        writer.writerows([["" if record[name] is None else record[name] for name in names] for record in records])
    page.ask("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page.choose_file("#file", rows)
    page.wait("!document.getElementById('download').hidden")
    page.evaluate("document.getElementById('download').click()")
    target = tmp_path / "rows-scored.csv"
    end = time.monotonic() + 20
    while not target.exists():
        assert time.monotonic() < end, "nothing was saved"
        time.sleep(0.05)
    with open(target, newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    if model.classes:
        answers = [
            {"label": row["label"], "probabilities": {name: float(row[f"probability_{name}"]) for name in model.classes}} for row in found
        ]
    else:
        answers = [{"prediction": float(row["prediction"])} for row in found]
    assert differences(answers, model.golden()[1], model.golden()[2]) == []


def test_rows_that_cannot_be_read_can_be_left_out(page, model, tmp_path):
    opened(page, model)
    names = [column["name"] for column in model.contract["inputs"]]
    number = next(k for k, column in enumerate(model.contract["inputs"]) if column["type"] == "double")
    (record, *_), rows = model.golden()[0], tmp_path / "rows.csv"
    good = ["" if record[name] is None else record[name] for name in names]
    with open(rows, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([names, good, [*good[:number], "<b>many</b>", *good[number + 1 :]], good, good[:1]])
    state = "document.getElementById('file-state')"
    page.choose_file("#file", rows)
    page.wait(f"{state}.className === 'fault'")
    assert page.evaluate(f"{state}.textContent").startswith("Line 3, column ")
    assert page.evaluate("document.getElementById('download').hidden")
    page.evaluate("document.getElementById('skip').click()")
    page.wait("!document.getElementById('download').hidden")
    words = page.evaluate(f"{state}.textContent")
    assert words.startswith("2 rows are scored, 2 are left out.Left out: Line 3, column ") and "Left out: Line 5: 1 fields" in words
    assert page.evaluate(f"{state}.querySelectorAll('b').length") == 0


def test_nothing_was_asked_for_and_nothing_went_wrong(page, model):
    """The last test of the module: over all that was done above."""
    opened(page, model)
    assert page.requests() == [] and page.complaints() == []
    page.evaluate("fetch('http://127.0.0.1:1/').catch(() => 0)")
    assert any("Content Security Policy" in words for words in page.complaints()), "the policy forbids what a script might try"
    page.events.clear()
