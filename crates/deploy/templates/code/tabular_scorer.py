"""Scores rows with model.onnx by contract.json: the one scorer of the services, of MLflow, of Spark and of this command line.

    python code/tabular_scorer.py score IN.csv OUT.csv [--keep COLUMN]... [--skip-rejected] [--strict]
    python code/tabular_scorer.py check            the golden rows of samples/, all at once and one by one

Needs numpy and onnxruntime; pandas only where a data frame is passed in. Loading a bundle runs no code of it.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import hashlib
import json
import math
import os
import sys
import warnings as python_warnings
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

import numpy as np
import onnxruntime

from tabular_cells import Column, InputError, read_column
from tabular_table import ENCODINGS, FileError, encoding_of, find_columns, fitted, records, start, ways

CHUNK = 5000
PIECE = 1 << 20
# Versions of contract.json that this scorer reads.
FORMATS = (1, 2)
# Lines and columns that a message names.
NAMED = 10
# Of a row that lacks the field.
ABSENT = object()


class BundleError(RuntimeError):
    """Files that are no bundle, or not of one bundle."""


def bundle_sha256(root: str | os.PathLike) -> str:
    """The hash of model and contract together: `sha256sum contract.json model.onnx | sha256sum` in the bundle's folder."""
    hashes = [(hashlib.sha256((Path(root) / name).read_bytes()).hexdigest(), name) for name in ("contract.json", "model.onnx")]
    return hashlib.sha256("".join(f"{digest}  {name}\n" for digest, name in hashes).encode()).hexdigest()


class Scored(NamedTuple):
    """What came of a file."""

    n_rows: int
    # Records that have no answer: row, line and problem.
    rejected: list[dict]
    # Cells that count as missing because they do not read, columns that are not there, columns that are not used.
    warnings: list[dict]


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
        if self.contract.get("format") not in FORMATS:
            known = " and ".join(map(str, FORMATS))
            found = self.contract.get("format")
            raise BundleError(f"{self.root}: contract.json has format {found}, this scorer reads formats {known}")
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
        # The fields of records are mostly the same ones.
        self.places = lru_cache(maxsize=256)(lambda header: tuple(find_columns(header, self.contract["inputs"])))

    def read(self, columns: Mapping[str, Sequence[Any]], n_rows: int, warnings: list[dict] | None = None) -> dict[str, list]:
        """Raw cells of every input, by its name, as numbers and texts. Columns that are not given count as missing, and
        are named in `warnings`. Errors: InputError with every cell that cannot be read and every required column that is absent."""
        errors: list[dict] = []
        notes = [] if warnings is None else warnings
        cells = {}
        for column in self.columns:
            raw = columns.get(column.name)
            if raw is None:
                raw = [ABSENT] * n_rows
            absent = [row for row, cell in enumerate(raw) if cell is ABSENT]
            if absent:
                rows = [None] if len(absent) == n_rows else absent
                if column.required:
                    errors += [{"row": row, "column": column.name, "problem": "is required and is not there"} for row in rows]
                else:
                    notes += [{"row": row, "column": column.name, "problem": "is not there and counts as missing"} for row in rows]
                raw = [None if cell is ABSENT else cell for cell in raw]
            cells[column.name] = read_column(column, raw, errors, notes)
        if errors:
            raise InputError(errors)
        return cells

    def read_records(self, records: Sequence[Mapping[str, Any]], warnings: list[dict] | None = None) -> dict[str, list]:
        """Rows as dicts. A field is found as a column of a file is: by the header that the training file had, or by the name
        in contract.json. Errors: InputError."""
        columns: dict[str, list] = {column.name: [] for column in self.columns}
        for record in records:
            fields = tuple(record)
            for column, place in zip(self.columns, self.places(fields)):
                columns[column.name].append(ABSENT if place is None else record[fields[place]])
        try:
            return self.read(columns, len(records), warnings)
        except InputError as error:
            for each in error.errors:
                if each["problem"].startswith("is required"):
                    each["problem"] += self._meant(each["column"], records[each["row"] or 0])
            raise InputError(error.errors) from None

    def _meant(self, name: str, fields: Iterable[str]) -> str:
        """The fields whose names come near."""
        unused = self.unused(fields)
        near = difflib.get_close_matches(name.lower(), [field.lower() for field in unused], 1, 0.6)
        found = [field for field in unused if field.lower() in near]
        return f"; did you mean {found[0]!r} for it?" if found else ""

    def unused(self, fields: Iterable[str]) -> list[str]:
        """Fields that are no input of the model."""
        fields = tuple(fields)
        taken = set(self.places(fields))
        return [field for place, field in enumerate(fields) if place not in taken]

    def warm_up(self) -> None:
        """The first answer of a session takes longer than all others."""
        self.run({column.name: ["" if column.is_text else math.nan] for column in self.columns})

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

    def score_records(self, records: Sequence[Mapping[str, Any]], warnings: list[dict] | None = None) -> list[dict]:
        return self.answers(self.read_records(records, warnings))

    def score_frame(self, frame):
        """A pandas frame: label and probability_CLASS, or prediction; with the index of `frame`."""
        import pandas

        errors: list[dict] = []
        notes: list[dict] = []
        cells: dict[str, Any] = {}
        header = tuple(map(str, frame.columns))
        for column, place in zip(self.columns, self.places(header)):
            if place is None:
                if column.required:
                    problem = "is required and is not there" + self._meant(column.name, header)
                    errors.append({"row": None, "column": column.name, "problem": problem})
                else:
                    notes.append({"row": None, "column": column.name, "problem": "is not there and counts as missing"})
                    cells[column.name] = [""] * len(frame) if column.is_text else np.full(len(frame), np.nan)
                continue
            series = frame.iloc[:, place]
            if not column.is_text and not column.clean and series.dtype.kind in "fiub":
                numbers = series.to_numpy(dtype=np.float64)
                cells[column.name] = np.where(np.isfinite(numbers), numbers, np.nan)
                continue
            # Every distinct value is read once; the code of a missing cell is -1, the last.
            codes, distinct = pandas.factorize(series, use_na_sentinel=True)
            wrong: list[dict] = []
            lost: list[dict] = []
            known = read_column(column, [*distinct, None], wrong, lost)
            for found, of_rows in ((errors, wrong), (notes, lost)):
                found += [{**each, "row": int(np.argmax(codes == each["row"]))} for each in of_rows]
            cells[column.name] = np.array(known, dtype=object if column.is_text else np.float64)[codes]
        for note in notes[:NAMED]:
            python_warnings.warn(str(InputError([note])), stacklevel=2)
        if errors:
            raise InputError(errors)
        out = self.run(cells)
        if self.classes is None:
            return pandas.DataFrame({"prediction": out["prediction"].reshape(-1)}, index=frame.index)
        numbers = out["probabilities"].astype(np.float64)
        by_class = {f"probability_{name}": numbers[:, k] for k, name in enumerate(self.classes)}
        return pandas.DataFrame({"label": out["label"], **by_class}, index=frame.index)

    def score_csv(
        self,
        source: Path,
        target: Path,
        delimiter: str | None = None,
        keep: Sequence[str] = (),
        encoding: str | None = None,
        skip_rejected: bool = False,
        strict: bool = False,
    ) -> Scored:
        """Scores a file in pieces. A record that has another number of fields than the header, or a cell that cannot be
        read, is rejected: an error, or with `skip_rejected` no line in `target`. `strict`: so is a cell that would count as
        missing because it does not read. Columns named in `keep` stand first in `target`, as they were written.

        Errors: InputError, with rows counted from 1 below the header and their lines; FileError.
        """
        rows, header, notes = self._opened(source, delimiter, encoding)
        kept = _places_to_keep(header, keep)
        names = ["prediction"] if self.classes is None else ["label", *(f"probability_{name}" for name in self.classes)]
        titles = [header[place] for place in kept]
        titles += _beside(names, titles)
        partial = target.with_name(target.name + ".part")
        rejected: list[dict] = []
        n_rows = n_scored = 0
        try:
            with open(partial, "w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(titles)
                while piece := list(islice(rows, CHUNK)):
                    good, cells = self._readable(piece, header, n_rows, strict, rejected, notes)
                    if rejected and not skip_rejected:
                        raise InputError(rejected)
                    for fields, answer in zip(good, self.answers(cells) if good else []):
                        numbers = answer.get("probabilities", answer)
                        given = [answer["label"]] if "label" in answer else []
                        writer.writerow([*(fields[place] for place in kept), *given, *numbers.values()])
                    n_rows += len(piece)
                    n_scored += len(good)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        os.replace(partial, target)
        return Scored(n_scored, rejected, notes)

    def read_csv(self, source: Path, delimiter: str | None = None, encoding: str | None = None) -> tuple[dict[str, list], Scored]:
        """The cells of a file's records that can be scored, and what is wrong with the others. Errors: as `score_csv`."""
        rows, header, notes = self._opened(source, delimiter, encoding)
        rejected: list[dict] = []
        cells: dict[str, list] = {column.name: [] for column in self.columns}
        n_rows = n_good = 0
        while piece := list(islice(rows, CHUNK)):
            good, found = self._readable(piece, header, n_rows, False, rejected, notes)
            for name, column in found.items():
                cells[name] += column
            n_rows += len(piece)
            n_good += len(good)
        return cells, Scored(n_good, rejected, notes)

    def _opened(self, source: Path, delimiter: str | None, encoding: str | None) -> tuple[Iterator, list[str], list[dict]]:
        """The records below the header, the header, and what is to be said of it and of the file; `notes` grows while the
        records are read."""
        trained = encoding or ENCODINGS.get((self.contract.get("file") or {}).get("encoding", "utf8"), "utf-8")
        encoding = encoding or encoding_of(_head(source), _bytes(source), self.contract)
        way, above, header = start(lambda: _pieces(source, encoding), self.contract["inputs"], ways(self.contract, delimiter))
        notes: list[dict] = []
        if encoding != trained:
            notes.append({"row": None, "column": None, "problem": f"the file is read as {encoding}, as its bytes say; the training file was {trained}"})
        rows = self._below(records(_pieces(source, encoding), way, _comments(notes, way.comment)), above + (header is not None), notes)
        if header is None:
            first = next(iter(records(_pieces(source, encoding), way)), (1, []))
            header = [f"column_{place + 1}" for place in range(len(first[1]))]
        notes += self._about_header(header)
        return rows, header, notes

    @staticmethod
    def _below(rows: Iterator, n_above: int, notes: list[dict]) -> Iterator:
        """The records below the header. Comments above it are nothing to speak of."""
        n_before = len(notes)
        for _ in range(n_above):
            next(rows, None)
        del notes[n_before:]
        return rows

    def _about_header(self, header: Sequence[str]) -> list[dict]:
        """Columns that are absent and may be, and columns that are not used. Errors: InputError with the required ones."""
        places = self.places(tuple(header))
        absent = [column for column, place in zip(self.columns, places) if place is None]
        required = [column.name for column in absent if column.required]
        if required:
            problems = {name: "is not in the file" + self._meant(name, header) for name in required}
            raise InputError([{"row": None, "column": name, "problem": problem} for name, problem in problems.items()])
        notes = [{"row": None, "column": column.name, "problem": "is not in the file and counts as missing"} for column in absent]
        return notes + [{"row": None, "column": name, "problem": "is not a column of the model"} for name in self.unused(header)]

    def _readable(
        self,
        piece: list[tuple[int, list[str]]],
        header: list[str],
        n_before: int,
        strict: bool,
        rejected: list[dict],
        notes: list[dict],
    ) -> tuple[list[list[str]], dict[str, list]]:
        """The records of a piece that can be scored, with their cells; the others are added to `rejected`."""
        may_lack_last = len(header) > 1 and not header[-1].strip()
        good: list[tuple[int, int, list[str]]] = []
        for at, (line, fields) in enumerate(piece):
            whole = fitted(fields, header, may_lack_last)
            if whole is not None and any(_is_broken(cell) for cell in whole):
                rejected.append({"row": n_before + at + 1, "line": line, "column": None, "problem": "bytes that are not of the file's encoding"})
            elif whole is None:
                problem = f"{len(fields)} fields under a header of {len(header)}"
                rejected.append({"row": n_before + at + 1, "line": line, "column": None, "problem": problem})
            else:
                good.append((n_before + at + 1, line, whole))
        errors: list[dict] = []
        lost: list[dict] = []
        cells = {}
        for column, place in zip(self.columns, self.places(tuple(header))):
            raw = [None if place is None else fields[place] for _, _, fields in good]
            cells[column.name] = read_column(column, raw, errors, lost)
        if strict:
            errors += lost
            lost = []
        placed = [{**each, "row": good[each["row"]][0], "line": good[each["row"]][1]} for each in errors]
        rejected += placed
        rejected.sort(key=lambda each: each["row"])
        bad = {each["row"] for each in errors}
        notes += [{**each, "row": good[each["row"]][0], "line": good[each["row"]][1]} for each in lost if each["row"] not in bad]
        left = [k for k in range(len(good)) if k not in bad]
        if bad:
            cells = {name: [column[k] for k in left] for name, column in cells.items()}
        return [good[k][2] for k in left], cells

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
        return found + self._differences_of_cells(expected)

    def _differences_of_cells(self, expected: dict) -> list[str]:
        """The golden rows as the training file would write them, where the bundle has them so."""
        path = self.root / "samples/cells.csv"
        if not path.exists():
            return []
        ((_, header), *rows) = records([path.read_text(encoding="utf-8")])
        columns = {
            column.name: [fields[place] for _, fields in rows]
            for column, place in zip(self.columns, self.places(tuple(header)))
            if place is not None
        }
        found = []
        answers = self.answers(self.read(columns, len(rows)))
        for row, (answer, truth) in enumerate(zip(answers, expected["predictions"], strict=True)):
            got, want = answer.get("probabilities", answer), truth.get("probabilities", truth)
            near = all(abs(got.get(key, math.nan) - want[key]) <= expected["tolerance"] for key in want)
            if not near or answer.get("label") != truth.get("label"):
                found.append(f"row {row} of samples/cells.csv: {answer} is not {truth}")
        return found


def _pieces(path: Path, encoding: str) -> Iterator[str]:
    # Bytes that are not of the encoding come as lone surrogates: their record is rejected, and no other.
    with open(path, encoding=encoding, errors="surrogateescape", newline="") as file:
        while piece := file.read(PIECE):
            yield piece


def _is_broken(cell: str) -> bool:
    return not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell)


def _bytes(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(4)


def _comments(notes: list[dict], mark: str | None) -> Callable[[int], None]:
    """Says of lines that begin with the comment mark that they are no rows: one note for all."""
    note: dict = {"row": None, "column": None}

    def on_comment(line: int) -> None:
        if not any(each is note for each in notes):
            note.update(line=line, n=0)
            notes.append(note)
        note["n"] += 1
        note["problem"] = f"{note['n']} lines from here on begin with {mark} and are no rows, as in the training file"

    return on_comment


def _places_to_keep(header: Sequence[str], keep: Sequence[str]) -> list[int]:
    """Of columns given by their header or by the name that import gives them; one text may name several, with commas."""
    specs = [{"name": name} for text in keep for name in ([text] if _is_in(header, text) else text.split(","))]
    places = find_columns(header, specs)
    absent = [spec["name"] for spec, place in zip(specs, places) if place is None]
    if absent:
        raise InputError([{"row": None, "column": name, "problem": "is to be kept and is not in the file"} for name in absent])
    return [place for place in places if place is not None]


def _is_in(header: Sequence[str], name: str) -> bool:
    return find_columns(header, [{"name": name}]) != [None]


def _beside(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Names that none of the others has: `label_` beside a column `label`."""
    found = list(taken)
    for name in names:
        while name in found:
            name += "_"
        found.append(name)
    return found[len(taken) :]


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
    score.add_argument("--delimiter", help="found by the header when it is not given")
    score.add_argument("--encoding", help="that of the training file when it is not given")
    score.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="a column of the input to keep")
    score.add_argument("--skip-rejected", action="store_true", help="leave out records that cannot be scored, and say which")
    score.add_argument("--strict", action="store_true", help="reject cells that would count as missing because they do not read")
    commands.add_parser("check", help="the golden rows")
    chosen = parser.parse_args(arguments)
    try:
        scorer = TabularScorer(chosen.bundle)
        if chosen.command == "check":
            found = scorer.differences()
            print("\n".join(found[:20]) or "every golden row is answered as expected")
            return 1 if found else 0
        found = scorer.score_csv(
            chosen.source, chosen.target, chosen.delimiter, chosen.keep, chosen.encoding, chosen.skip_rejected, chosen.strict
        )
        _say("warning", found.warnings)
        _say("left out", found.rejected)
        print(f"scored {found.n_rows} rows into {chosen.target}", file=sys.stderr)
        return 0
    except (InputError, FileError, BundleError, OSError, csv.Error, UnicodeDecodeError, LookupError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _say(word: str, notes: Sequence[dict]) -> None:
    for note in notes[:NAMED]:
        print(f"{word}: {InputError([note])}", file=sys.stderr)
    if len(notes) > NAMED:
        lines = sorted({note["line"] for note in notes[NAMED:] if "line" in note})
        print(f"{word}: and {len(notes) - NAMED} more, lines {', '.join(map(str, lines[:1000]))}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
