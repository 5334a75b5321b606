"""Scores rows with model.onnx by contract.json: the one scorer of the services, of MLflow, of Spark and of this command line.

    python code/tabular_scorer.py score IN.csv OUT.csv [--delimiter ,] [--keep COLUMN]...
    python code/tabular_scorer.py check            the golden rows of samples/, all at once and one by one

Needs numpy and onnxruntime; pandas only where a data frame is passed in. Loading a bundle runs no code of it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import os
import sys
from itertools import islice
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy as np
import onnxruntime

from tabular_cells import Column, InputError, read_column

CHUNK = 5000


class BundleError(RuntimeError):
    """Files that are no bundle, or not of one bundle."""


def bundle_sha256(root: str | os.PathLike) -> str:
    """The hash of model and contract together: `sha256sum contract.json model.onnx | sha256sum` in the bundle's folder."""
    hashes = [(hashlib.sha256((Path(root) / name).read_bytes()).hexdigest(), name) for name in ("contract.json", "model.onnx")]
    return hashlib.sha256("".join(f"{digest}  {name}\n" for digest, name in hashes).encode()).hexdigest()


class TabularScorer:
    """A bundle, ready to answer. Threads may share it."""

    def __init__(self, root: str | os.PathLike, intra_op_threads: int | None = None):
        self.root = Path(root)
        try:
            contract = (self.root / "contract.json").read_bytes()
            model = (self.root / "model.onnx").read_bytes()
        except OSError as error:
            raise BundleError(f"{self.root} is not a bundle: {error}") from None
        self.contract: dict = json.loads(contract)
        if self.contract.get("format") != 1:
            raise BundleError(f"{self.root}: contract.json has format {self.contract.get('format')}, this scorer reads format 1")
        self.sha256 = hashlib.sha256(model).hexdigest()
        self.bundle_sha256 = bundle_sha256(self.root)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = intra_op_threads or _threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        written_for = self.session.get_modelmeta().custom_metadata_map.get("contract_sha256")
        if written_for != hashlib.sha256(contract).hexdigest():
            raise BundleError(f"{self.root}: model.onnx and contract.json are not of the same bundle")
        self.columns = [Column(spec, self.contract) for spec in self.contract["inputs"]]
        self.classes: list[str] | None = self.contract.get("classes")
        self.outputs = {output["role"]: output["name"] for output in self.contract["outputs"]}

    def read(self, columns: Mapping[str, Sequence[Any]], n_rows: int) -> dict[str, list]:
        """Raw cells of every input as numbers and texts. Errors: InputError with every cell that cannot be read."""
        errors: list[dict] = []
        cells = {}
        for column in self.columns:
            raw = columns.get(column.name)
            if raw is None and column.required:
                errors.append({"row": None, "column": column.name, "problem": "is required"})
            cells[column.name] = read_column(column, [None] * n_rows if raw is None else raw, errors)
        if errors:
            raise InputError(errors)
        return cells

    def read_records(self, records: Sequence[Mapping[str, Any]]) -> dict[str, list]:
        return self.read({c.name: [record.get(c.name) for record in records] for c in self.columns}, len(records))

    def run(self, cells: Mapping[str, Sequence]) -> dict[str, np.ndarray]:
        """Outputs by role: label and probabilities, or prediction."""
        types = {column.name: object if column.is_text else np.float64 for column in self.columns}
        feeds = {name: np.array(cells[name], dtype=of).reshape(-1, 1) for name, of in types.items()}
        return dict(zip(self.outputs, self.session.run(list(self.outputs.values()), feeds)))

    def answers(self, cells: Mapping[str, Sequence]) -> list[dict]:
        """One dict a row, as in samples/expected.json."""
        out = self.run(cells)
        if self.classes is None:
            return [{"prediction": value} for value in out["prediction"].reshape(-1).tolist()]
        # An f32 widened keeps its exact value.
        rows = zip(out["label"].tolist(), out["probabilities"].astype(np.float64).tolist())
        return [{"label": label, "probabilities": dict(zip(self.classes, row))} for label, row in rows]

    def score_records(self, records: Sequence[Mapping[str, Any]]) -> list[dict]:
        return self.answers(self.read_records(records))

    def score_frame(self, frame):
        """A pandas frame: label and probability_CLASS, or prediction; with the index of `frame`."""
        import pandas

        errors: list[dict] = []
        cells: dict[str, Any] = {}
        for column in self.columns:
            if column.name not in frame.columns:
                cells.update({column.name: self.read({}, len(frame))[column.name]})
                continue
            series = frame[column.name]
            if not column.is_text and not column.clean and series.dtype.kind in "fiub":
                numbers = series.to_numpy(dtype=np.float64)
                cells[column.name] = np.where(np.isfinite(numbers), numbers, np.nan)
                continue
            # Every distinct value is read once; the code of a missing cell is -1, the last.
            codes, distinct = pandas.factorize(series, use_na_sentinel=True)
            wrong: list[dict] = []
            known = read_column(column, [*distinct, None], wrong)
            if wrong:
                errors += [{**error, "row": int(np.argmax(codes == error["row"]))} for error in wrong]
                continue
            cells[column.name] = np.array(known, dtype=object if column.is_text else np.float64)[codes]
        if errors:
            raise InputError(errors)
        out = self.run(cells)
        if self.classes is None:
            return pandas.DataFrame({"prediction": out["prediction"].reshape(-1)}, index=frame.index)
        numbers = out["probabilities"].astype(np.float64)
        by_class = {f"probability_{name}": numbers[:, k] for k, name in enumerate(self.classes)}
        return pandas.DataFrame({"label": out["label"], **by_class}, index=frame.index)

    def score_csv(self, source: Path, target: Path, delimiter: str = ",", keep: Sequence[str] = ()) -> int:
        """Scores a file in pieces; the number of rows. Errors: InputError, with rows counted from 1 below the header."""
        header = ["prediction"] if self.classes is None else ["label", *(f"probability_{name}" for name in self.classes)]
        partial = target.with_name(target.name + ".part")
        with open(source, encoding="utf-8-sig", newline="") as rows, open(partial, "w", encoding="utf-8", newline="") as out:
            reader, writer = csv.DictReader(rows, delimiter=delimiter), csv.writer(out)
            columns = reader.fieldnames or []
            absent = [name for name in [*(c.name for c in self.columns), *keep] if name not in columns]
            if absent:
                raise InputError([{"row": None, "column": name, "problem": "is not in the file"} for name in absent])
            writer.writerow([*keep, *header])
            n_rows = 0
            while piece := list(islice(reader, CHUNK)):
                try:
                    answers = self.score_records(piece)
                except InputError as error:
                    raise InputError([{**e, "row": e["row"] + n_rows + 1} for e in error.errors]) from None
                for record, answer in zip(piece, answers):
                    numbers = answer.get("probabilities", answer)
                    given = [answer["label"]] if "label" in answer else []
                    writer.writerow([*(record[name] for name in keep), *given, *numbers.values()])
                n_rows += len(piece)
        os.replace(partial, target)
        return n_rows

    def differences(self) -> list[str]:
        """Golden rows that are not answered as samples/expected.json says; empty when all are."""
        records = json.loads((self.root / "samples/requests.json").read_text(encoding="utf-8"))["records"]
        expected = json.loads((self.root / "samples/expected.json").read_text(encoding="utf-8"))
        at_once = self.score_records(records)
        one_by_one = [answer for record in records for answer in self.score_records([record])]
        found = []
        for how, answers in (("all at once", at_once), ("one by one", one_by_one)):
            for row, (answer, truth) in enumerate(zip(answers, expected["predictions"], strict=True)):
                got, want = answer.get("probabilities", answer), truth.get("probabilities", truth)
                # Written so that NaN differs.
                near = all(abs(got.get(key, math.nan) - want[key]) <= expected["tolerance"] for key in want)
                if not near or answer.get("label") != truth.get("label"):
                    found.append(f"row {row}, {how}: {answer} is not {truth}")
        return found


def _threads() -> int:
    text = os.environ.get("ORT_THREADS", "1")
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise BundleError(f"ORT_THREADS={text!r}: expected a whole number from 1")
    return int(text)


class _PyFunc:
    def __init__(self, scorer: TabularScorer):
        self.scorer = scorer

    def predict(self, model_input, params=None):
        return self.scorer.score_frame(model_input)


def _load_pyfunc(path: str) -> _PyFunc:
    """Entry point of MLflow (MLmodel, loader_module)."""
    return _PyFunc(TabularScorer(path))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Scores rows with the bundle that this file stands in.")
    parser.add_argument("--bundle", type=Path, default=Path(__file__).resolve().parent.parent)
    commands = parser.add_subparsers(dest="command", required=True)
    score = commands.add_parser("score", help="CSV in, CSV out")
    score.add_argument("source", type=Path)
    score.add_argument("target", type=Path)
    score.add_argument("--delimiter", default=",")
    score.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="a column of the input to keep")
    commands.add_parser("check", help="the golden rows")
    chosen = parser.parse_args(arguments)
    try:
        scorer = TabularScorer(chosen.bundle)
        if chosen.command == "check":
            found = scorer.differences()
            print("\n".join(found[:20]) or "every golden row is answered as expected")
            return 1 if found else 0
        n_rows = scorer.score_csv(chosen.source, chosen.target, chosen.delimiter, chosen.keep)
        print(f"scored {n_rows} rows into {chosen.target}", file=sys.stderr)
        return 0
    except (InputError, BundleError, OSError, csv.Error, UnicodeDecodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
