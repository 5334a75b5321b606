"""The last rows against monitoring/baseline.json: population stability index (PSI) of every column and of the prediction.

PSI = sum over the bins of (a - e) ln(a / e), e the share in training, a the share now, both at least 0.0001; missing is a
bin of its own. What is kept in memory are the bins of the rows, not their values. Times, texts and columns that the rules
name are shown and not judged: a clock goes on.
"""

from __future__ import annotations

import json
import math
import threading
from bisect import bisect_right
from collections import deque
from pathlib import Path
from typing import Any, Container, Mapping, Sequence

from tabular_values import format_number, parse_number

FLOOR = 1e-4
# Rows a bin: with fewer the index is mostly chance (its mean without any drift is about bins / rows).
ROWS_PER_BIN = 10
# Types of which the workbench judges missing values only.
UNJUDGED = ("time", "text")
# What a reference may call the levels of a column that the model is fed with as 0 and 1.
BOOLEANS = {0.0: ("false",), 1.0: ("true",)}


class Bins:
    """The bins of one column, with their shares in training; the last one is missing."""

    def __init__(self, reference: Mapping[str, Any], exempt: Container[str] = ()):
        self.name = reference["name"]
        self.is_judged = reference.get("type") not in UNJUDGED and self.name not in exempt
        if reference["kind"] == "number":
            self.edges = reference["edges"]
            self.codes = None
            counts = [*reference["counts"], reference["n_missing"]]
        else:
            levels = reference["levels"]
            self.codes = {level: code for code, (level, _) in enumerate(levels)}
            counts = [*(n for _, n in levels), reference["n_other"], reference["n_missing"]]
        total = sum(counts) or 1
        self.expected = [max(n / total, FLOOR) for n in counts]
        self.n_occupied = sum(n > 0 for n in counts)

    def code(self, cell: Any) -> int:
        """A value equal to an edge belongs to the upper bin."""
        if cell is None or cell == "" or cell != cell:
            return len(self.expected) - 1
        if self.codes is None:
            number = parse_number(cell) if isinstance(cell, str) else cell
            return len(self.expected) - 1 if number is None else bisect_right(self.edges, number)
        names = (cell,) if isinstance(cell, str) else (*BOOLEANS.get(cell, ()), format_number(cell))
        return next((self.codes[name] for name in names if name in self.codes), len(self.expected) - 2)

    def psi(self, counts: Sequence[int], n_rows: int) -> float:
        shares = [max(n / n_rows, FLOOR) for n in counts]
        return sum((a - e) * math.log(a / e) for a, e in zip(shares, self.expected))


class Drift:
    """A window over the last rows. Threads may share it."""

    def __init__(self, baseline: Path, n_rows: int, inputs: Container[str], has_number: bool):
        """`inputs` are the model's columns: what else the baseline has, the service does not see. `has_number`: an answer
        is a number, or has a positive class."""
        self.is_available = baseline.exists()
        reference = json.loads(baseline.read_text(encoding="utf-8")) if self.is_available else {"columns": []}
        rules = reference.get("rules", {})
        exempt = rules.get("not_judged", [])
        self.bins = [Bins(column, exempt) for column in reference["columns"] if column["name"] in inputs]
        prediction = reference.get("prediction")
        self.prediction_kind = prediction["kind"] if prediction else None
        if prediction and (has_number or self.prediction_kind == "category"):
            self.bins.append(Bins({**prediction, "name": None}))
        self.warning, self.alarm = rules.get("psi_warning", 0.1), rules.get("psi_alarm", 0.25)
        self.min_rows = rules.get("min_rows", 200)
        self.share_of_columns = rules.get("share_of_columns", 0.3)
        self.share_of_importance = rules.get("share_of_importance", 0.3)
        self.importance = dict(reference.get("importance") or [])
        self.n_rows = n_rows
        self.lock = threading.Lock()
        self.rows: deque[tuple[int, ...]] = deque()
        self.counts = [[0] * len(bins.expected) for bins in self.bins]

    def add(self, cells: Mapping[str, Sequence], predictions: Sequence[Any]) -> None:
        """`predictions` are labels or numbers, as the baseline has them."""
        if not self.bins:
            return
        columns = [predictions if bins.name is None else cells[bins.name] for bins in self.bins]
        coded = [[bins.code(cell) for cell in column[-self.n_rows :]] for bins, column in zip(self.bins, columns)]
        with self.lock:
            for row in zip(*coded):
                self.rows.append(row)
                for counts, code in zip(self.counts, row):
                    counts[code] += 1
                if len(self.rows) > self.n_rows:
                    for counts, code in zip(self.counts, self.rows.popleft()):
                        counts[code] -= 1

    def report(self) -> dict:
        """The answer of /drift."""
        if not self.is_available:
            return {"status": "not_available", "rows": 0, "columns": {}, "reason": "there is no monitoring/baseline.json"}
        with self.lock:
            n_rows, counts = len(self.rows), [list(each) for each in self.counts]
        if n_rows < self.min_rows:
            return {"status": "not_enough_data", "rows": n_rows, "need": self.min_rows, "columns": {}}
        found = {bins.name: self._judged(bins, count, n_rows) for bins, count in zip(self.bins, counts)}
        prediction = found.pop(None, None)
        judged = {name: column for name, column in found.items() if column["judged"] and column["status"] != "not_enough_data"}
        drifted = [name for name, column in judged.items() if column["status"] == "drift"]
        share = len(drifted) / max(1, len(judged))
        weight = sum(self.importance.get(name, 0.0) for name in drifted) / (sum(self.importance.values()) or 1.0)
        all_found = [*judged.values(), *([prediction] if prediction else [])]
        is_quiet = all(column["status"] in ("ok", "not_enough_data") for column in all_found)
        is_drift = drifted and (share >= self.share_of_columns or weight >= self.share_of_importance)
        return {
            "status": "drift" if is_drift else "ok" if is_quiet else "warning",
            "rows": n_rows,
            "columns": found,
            "prediction": prediction,
            "share_of_columns": round(share, 6),
            "share_of_importance": round(weight, 6),
        }

    def _judged(self, bins: Bins, counts: Sequence[int], n_rows: int) -> dict:
        psi = bins.psi(counts, n_rows)
        status = "ok" if psi < self.warning else "warning" if psi < self.alarm else "drift"
        if n_rows < ROWS_PER_BIN * bins.n_occupied:
            status = "not_enough_data"
        return {"psi": round(psi, 6), "status": status, "judged": bins.is_judged, "missing_share": round(counts[-1] / n_rows, 6)}
