"""The last rows against monitoring/baseline.json, by its rules: what the workbench and `mllc drift` say of the same rows.

Each column has a method that decides, picked by its type and by how many rows training had. Drift needs both: an effect
that is large enough to matter, and a p-value, corrected for the number of columns, that chance does not explain. With
few rows only what exact tests leave no doubt about counts. Times, texts and columns that the rules name are shown and not
judged: a clock goes on.
"""

from __future__ import annotations

import json
import math
import threading
from pathlib import Path
from typing import Any, Container, Mapping, NamedTuple, Sequence

import numpy as np

from tabular_values import format_number, parse_number

from . import figures

# With at most so many distinct values in training, numbers are compared value by value.
FEW_VALUES = 20
# Up to so many values of training a test decides, beyond that a distance.
MAX_TEST_ROWS = 1000
LEAST_STD = 0.001
DECILES_APART, STRETCHED = 2.563, 3.0
# Of levels that training did not have, so many are told apart.
MAX_NEW = 1000
# Of a large request, so many levels are looked up before others get the window.
TURN_NAMES = 200
N_NAMED = 3
# Types of which missing values only are judged.
UNJUDGED = ("time", "text")
# What a reference may call the levels of a column that the model is fed with as 0 and 1.
BOOLEANS = {0.0: ("false",), 1.0: ("true",)}
MISSING = -1
DEFAULTS = {
    "psi_warning": 0.1,
    "psi_alarm": 0.25,
    "min_rows": 200,
    "min_values": 50,
    "share_of_columns": 0.3,
    "share_of_importance": 0.3,
    "significance": 0.02,
    "certain": 1e-6,
    "certain_effect": 0.75,
    "correction": "benjamini_hochberg",
    "least_effect": {},
    "missing_growth": 0.05,
    "methods": {},
    "not_judged": [],
    "alerts": [
        {"id": "data_drift", "when": "data_drift", "severity": "warning"},
        {"id": "prediction_drift", "when": "prediction_drift", "severity": "warning"},
        {"id": "missing_growth", "when": {"missing_growth": {"column": None}}, "severity": "warning"},
        {"id": "unseen_levels", "when": {"unseen_levels": {"share": 0.05}}, "severity": "warning"},
        {"id": "out_of_range", "when": {"out_of_range": {"share": 0.05}}, "severity": "warning"},
    ],
}
STATUS = {"stable": "ok", "watch": "warning", "drifted": "drift", "cannot_tell": "not_enough_data", "not_judged": "ok"}
SEVERE = ("warning", "critical")


class Rows(NamedTuple):
    """Cells of one column. Where they are levels, `values` are places in `names`."""

    values: np.ndarray
    names: list | None


class Column:
    """One column of the reference, and the last rows of it."""

    def __init__(self, reference: Mapping[str, Any], n_rows: int):
        self.name = reference["name"]
        self.reference = reference
        self.type = reference.get("type", "number" if reference["kind"] == "number" else "category")
        self.is_number = reference["kind"] == "number"
        self.n_missing = reference["n_missing"]
        self.levels = [level for level, _ in reference.get("levels") or []]
        self.level_counts = [n for _, n in reference.get("levels") or []]
        self.codes = {level: code for code, level in enumerate(self.levels)}
        self.n_other = reference.get("n_other", 0)
        self.edges = reference.get("edges") or []
        self.counts = reference.get("counts") or []
        ecdf = reference.get("ecdf") or {}
        self.values = np.asarray(ecdf.get("values") or [], float)
        between = np.asarray(ecdf.get("between") or [], float)
        cumulative = np.asarray(ecdf.get("cumulative") or [], float)
        # Half of the rows between two listed values count from the lower one on.
        after = np.append(between[1:], 0.0) if len(between) else np.zeros(len(cumulative))
        self.twice = 2.0 * cumulative + after
        self.is_exact = len(between) == 0
        self.n_reference = sum(self.counts) + sum(self.level_counts) + self.n_other
        self.error = float(between.max()) / (2.0 * self.n_reference) if len(between) else 0.0
        self.rows = np.full(n_rows, np.nan) if self.is_number else np.full(n_rows, MISSING, np.int64)

    def read(self, cell: Any) -> float:
        """A number, or the code of a level. Infinite numbers are missing, as they are to the model."""
        if cell is None or cell == "" or cell != cell:
            return math.nan if self.is_number else MISSING
        if self.is_number:
            number = parse_number(cell) if isinstance(cell, str) else float(cell)
            return math.nan if number is None or not math.isfinite(number) else number
        if self.type == "text":
            return 0
        names = (cell,) if isinstance(cell, str) else (*BOOLEANS.get(cell, ()), format_number(cell))
        known = next((self.codes[name] for name in names if name in self.codes), None)
        if known is not None:
            return known
        # The rest of them are one level, so that no caller fills the memory.
        name = names[0] if len(self.codes) < len(self.levels) + MAX_NEW else "..."
        return self.codes.setdefault(name, len(self.codes))

    def rows_of(self, cells: Sequence) -> Rows:
        """The same of many, without a look at what was there before: another process may do it."""
        if self.is_number:
            return Rows(np.array([self.read(cell) for cell in cells], float), None)
        known: dict[Any, int] = {}
        if self.type == "text":
            places = [self.read(cell) for cell in cells]
        else:
            places = [MISSING if cell is None or cell == "" or cell != cell else known.setdefault(cell, len(known)) for cell in cells]
        return Rows(np.array(places, np.int64), None if self.type == "text" else list(known))

    def measured(self, rows: np.ndarray, rules: Mapping[str, Any]) -> dict:
        """Everything that is known of these rows, before it is judged."""
        n = len(rows)
        out = self._numbers(rows) if self.is_number else self._levels(rows)
        n_values = out["n_values"]
        n_missing = n - n_values
        with_missing = ([*out["psi_bins"][0], self.n_missing], [*out["psi_bins"][1], n_missing])
        is_comparable = self.n_reference > 0 and n_values > 0
        psi = figures.psi(*with_missing) if is_comparable else None
        method = self._method(out["n_distinct"], rules)
        bins = out["bins"]
        ks, distance = out.get("ks"), out.get("wasserstein")
        variation = figures.total_variation(*bins)
        effect, p = {
            "psi": lambda: (psi, figures.chi_square_p(*with_missing)),
            "kolmogorov_smirnov": lambda: ks or (None, None),
            "wasserstein": lambda: (distance, ks and ks[1]),
            "jensen_shannon": lambda: (figures.jensen_shannon(*bins), figures.chi_square_p(*bins)),
            "chi_square": lambda: (variation, figures.chi_square_p(*bins)),
            "total_variation": lambda: (variation, figures.chi_square_p(*bins)),
            "z_test": lambda: (variation, _z_test(*bins)),
        }[method]()
        n_training = self.n_reference + self.n_missing
        z = figures.two_proportions(self.n_missing, n_training, n_missing, n)
        return {
            **out,
            "n": n,
            "n_missing": n_missing,
            "psi": psi if psi is not None else figures.psi(*with_missing) or 0.0,
            "method": method,
            "effect": effect,
            "differs": ks[0] if ks else variation,
            "p": p,
            "missing_share": n_missing / n if n else 0.0,
            "missing_before": self.n_missing / n_training if n_training else 0.0,
            "p_missing": None if z is None else 2.0 * figures.normal_sf(abs(z)),
            "few_missing": figures.share_grew(self.n_missing, n_training, n_missing, n) if n else None,
        }

    def _numbers(self, rows: np.ndarray) -> dict:
        values = np.sort(rows[~np.isnan(rows)])
        n = len(values)
        # A value equal to an edge belongs to the upper bin.
        below = [int(np.searchsorted(values, edge, "left")) for edge in self.edges]
        now = [int(each) for each in np.diff([0, *below, n])] if self.edges else [n]
        bins = psi_bins = (self.counts, now)
        n_distinct = FEW_VALUES + 1
        out: dict[str, Any] = {"n_values": n, "psi_bins": psi_bins, "unseen": 0, "new": [], "n_outside": 0}
        if not len(self.values):
            return {**out, "bins": bins, "n_distinct": n_distinct}
        if self.is_exact and len(self.values) <= FEW_VALUES:
            before = {float(x): int(c) for x, c in zip(self.values, np.diff([0.0, *self.twice]) / 2)}
            seen = dict(zip(*(each.tolist() for each in np.unique(values, return_counts=True))))
            others = [count for value, count in seen.items() if value not in before]
            n_distinct = len(before) + len(others)
            others = [*others[:FEW_VALUES], *([sum(others[FEW_VALUES:])] if len(others) > FEW_VALUES else [])]
            bins = ([*before.values(), *[0] * len(others)], [*(seen.get(value, 0) for value in before), *others])
        if n:
            every = np.union1d(self.values, values)
            at = np.searchsorted(self.values, every, "right")
            f = np.append(0.0, self.twice)[at] / (2.0 * self.n_reference)
            apart = np.abs(f - np.searchsorted(values, every, "right") / n)
            statistic = float(apart.max())
            out["ks"] = (statistic, figures.ks_sf(max(statistic - self.error, 0.0), self.n_reference, n))
            std = self.reference.get("std")
            if std is not None:
                out["wasserstein"] = float((np.diff(every) * apart[:-1]).sum()) / max(std, LEAST_STD)
        low, high = self.reference.get("min"), self.reference.get("max")
        n_outside = 0 if low is None else int((values < low).sum() + (values > high).sum())
        few_outside = figures.share_grew(min(2, self.n_reference), self.n_reference, n_outside, n)
        few = out["ks"][1] if n else None
        return {**out, "bins": bins, "n_distinct": n_distinct, "n_outside": n_outside, "few": few, "few_outside": few_outside}

    def _levels(self, rows: np.ndarray) -> dict:
        present = rows[rows >= 0]
        n = len(present)
        if self.type == "text":
            return {"n_values": n, "psi_bins": ([self.n_other], [n]), "bins": ([], []), "n_distinct": 0, "unseen": 0, "new": [], "n_outside": 0}
        # Levels may come meanwhile; these rows do not have them.
        names = list(self.codes.copy())
        counts = np.bincount(present, minlength=len(names))
        listed = [int(each) for each in counts[: len(self.levels)]]
        new = [(names[code], int(counts[code])) for code in range(len(self.levels), len(counts)) if counts[code]]
        n_new = sum(count for _, count in new)
        out: dict[str, Any] = {"n_values": n, "n_outside": 0, "psi_bins": ([*self.level_counts, self.n_other], [*listed, n_new])}
        if self.n_other == 0:
            bins = ([*self.level_counts, *[0] * len(new)], [*listed, *(count for _, count in new)])
            n_once = sum(count == 1 for count in self.level_counts)
            out.update(unseen=n_new, new=new, few_unseen=figures.share_grew(n_once, self.n_reference, n_new, n))
        else:
            # Where training had more levels than are listed, an unlisted one need not be new.
            bins = ([*self.level_counts, self.n_other], [*listed, n_new])
            out.update(unseen=0, new=[])
        grown = [figures.share_grew(a, self.n_reference, b, n) for a, b in zip(*bins) if b > 0]
        out["few"] = min(min(grown, default=1.0) * len(bins[0]), 1.0) if n else None
        return {**out, "bins": bins, "n_distinct": len(bins[0])}

    def _method(self, n_distinct: int, rules: Mapping[str, Any]) -> str:
        chosen = rules["methods"].get(self.name)
        is_for_numbers = chosen in ("kolmogorov_smirnov", "wasserstein")
        if chosen and (n_distinct <= 2 if chosen == "z_test" else self.is_number or not is_for_numbers):
            return chosen
        if self.is_number and not len(self.values):
            return "psi"
        if self.n_reference <= MAX_TEST_ROWS:
            if n_distinct <= 2:
                return "z_test"
            return "kolmogorov_smirnov" if self.is_number and n_distinct > 5 else "chi_square"
        if not self.is_number or n_distinct <= 5:
            return "jensen_shannon"
        spread = (self.edges[-1] - self.edges[0]) / DECILES_APART if self.edges else 0.0
        is_stretched = spread > 0.0 and (self.reference.get("std") or 0.0) > STRETCHED * spread
        return "kolmogorov_smirnov" if is_stretched else "wasserstein"


def _z_test(before: Sequence[int], now: Sequence[int]) -> float | None:
    n, m = sum(before), sum(now)
    if n == 0 or m == 0:
        return None
    z = figures.two_proportions(before[0], n, now[0], m)
    return 1.0 if z is None else 2.0 * figures.normal_sf(abs(z))


def _least_effect(method: str, rules: Mapping[str, Any]) -> float:
    if method == "psi":
        return rules["psi_alarm"]
    own = method if method in ("kolmogorov_smirnov", "wasserstein", "jensen_shannon") else "total_variation"
    return rules["least_effect"].get(own, 0.1)


class Drift:
    """A window over the last rows. Threads may share it."""

    def __init__(self, baseline: Path, n_rows: int, inputs: Container[str], has_number: bool):
        """`inputs` are the model's columns: what else the baseline has, the service does not see. `has_number`: an answer
        is a number, or has a positive class. Rules stand in rules.json beside the baseline; older bundles have them in it."""
        self.is_available = baseline.exists()
        reference = json.loads(baseline.read_text(encoding="utf-8")) if self.is_available else {"columns": []}
        own = baseline.with_name("rules.json")
        rules = json.loads(own.read_text(encoding="utf-8")) if own.exists() else reference.get("rules", {})
        self.rules = {**DEFAULTS, **rules}
        self.columns = [Column(column, n_rows) for column in reference["columns"] if column["name"] in inputs]
        prediction = reference.get("prediction")
        self.prediction_kind = prediction["kind"] if prediction else None
        self.has_prediction = bool(prediction) and (has_number or self.prediction_kind == "category")
        if self.has_prediction:
            self.columns.append(Column(prediction, n_rows))
        self.importance = {name: max(weight, 0.0) for name, weight in reference.get("importance") or []}
        self.n_rows = n_rows
        self.lock = threading.Lock()
        self.n_seen = 0
        self.last: tuple[int, dict] | None = None

    def add(self, cells: Mapping[str, Sequence], predictions: Sequence[Any]) -> None:
        """`predictions` are labels or numbers, as the baseline has them."""
        self.take(self.rows_of(cells, predictions))

    def rows_of(self, cells: Mapping[str, Sequence], predictions: Sequence[Any]) -> list[Rows]:
        """What `take` takes; the window stays as it is."""
        inputs = self.columns[:-1] if self.has_prediction else self.columns
        sources = [cells[column.name] for column in inputs] + ([predictions] if self.has_prediction else [])
        return [column.rows_of(source[-self.n_rows :]) for column, source in zip(self.columns, sources)]

    def take(self, rows: Sequence[Rows]) -> None:
        if not rows:
            return
        found = []
        for column, each in zip(self.columns, rows):
            if each.names is None:
                found.append(each.values)
                continue
            codes: list[float] = []
            for start in range(0, len(each.names), TURN_NAMES):
                with self.lock:
                    codes += map(column.read, each.names[start : start + TURN_NAMES])
            # A missing cell has the place -1, which is the last one.
            found.append(np.array([*codes, MISSING], np.int64)[each.values])
        with self.lock:
            places = (self.n_seen + np.arange(len(found[0]))) % self.n_rows
            for column, values in zip(self.columns, found):
                column.rows[places] = values
            self.n_seen += len(places)

    def report(self) -> dict:
        """The answer of /drift."""
        if not self.is_available:
            return {"status": "not_available", "rows": 0, "columns": {}, "reason": "there is no monitoring/baseline.json"}
        with self.lock:
            if self.last and self.last[0] == self.n_seen:
                return self.last[1]
            n_seen, n = self.n_seen, min(self.n_seen, self.n_rows)
            rows = [column.rows[:n].copy() for column in self.columns]
        # Requests go on meanwhile.
        measured = [column.measured(each, self.rules) for column, each in zip(self.columns, rows)]
        judged = self._judged(measured)
        prediction = judged.pop() if self.has_prediction else None
        verdict, share, weight = self._verdict(judged, n)
        alarms = self._alarms(judged, prediction, verdict, n)
        is_alarm = any(alarm["severity"] in SEVERE for alarm in alarms)
        found = {each["name"]: _shown(each) for each in judged}
        is_watched = verdict == "watch" or any(each["verdict"] == "watch" for each in [*judged, *([prediction] if prediction else [])])
        status = "drift" if is_alarm else "not_enough_data" if verdict == "cannot_tell" and n < self.rules["min_rows"] else "warning" if is_watched else "ok"
        report = {
            "status": status,
            "verdict": verdict,
            "alarms": alarms,
            "rows": n,
            **({"need": self.rules["min_rows"]} if status == "not_enough_data" else {}),
            "columns": found,
            "prediction": prediction and _shown(prediction),
            "share_of_columns": round(share, 6),
            "share_of_importance": round(weight, 6),
        }
        self.last = (n_seen, report)
        return report

    def _open(self, column: Column, found: Mapping[str, Any]) -> tuple[str, bool] | None:
        """Why a column is not judged as usual: the verdict, and whether it has too few rows or values. None: it is."""
        if column.name in self.rules["not_judged"] or column.type in UNJUDGED:
            return "not_judged", False
        if found["n"] < self.rules["min_rows"]:
            return "cannot_tell", True
        if column.n_reference == 0 or found["n_values"] == 0:
            return "cannot_tell", False
        if min(column.n_reference, found["n_values"]) < self.rules["min_values"]:
            return "cannot_tell", column.n_reference >= self.rules["min_values"]
        if found["effect"] is None or found["p"] is None:
            return "cannot_tell", False
        return None

    def _judged(self, measured: Sequence[dict]) -> list[dict]:
        rules = self.rules
        opened = [self._open(column, found) for column, found in zip(self.columns, measured)]
        p_values = [None if why else found["p"] for why, found in zip(opened, measured)]
        # Columns are one family of tests, their missing values another; the prediction, if any, comes last and is its own.
        n = len(measured) - self.has_prediction
        values, missing = p_values, [found["p_missing"] for found in measured]
        corrected, missing = ([*figures.adjusted(each[:n], rules["correction"]), *each[n:]] for each in (values, missing))
        n_tests = 2 * len(measured)
        out = []
        for at, (column, found, why) in enumerate(zip(self.columns, measured, opened)):
            p, p_missing = corrected[at], missing[at]
            is_few = found["n"] < rules["min_rows"]
            # What predictions are compared with is one sample, of test rows only: an unlucky one alarms each time.
            significance = rules["significance"] / (1 if at < n else 10)

            def is_certain(p: float | None) -> bool:
                return p is not None and p * n_tests <= rules["certain"]

            if why is None:
                verdict = self._one(found, p, significance)
            else:
                verdict, has_few = why
                differs = found["differs"] is not None and found["differs"] >= rules["certain_effect"]
                differs = differs and column.n_reference >= rules["min_values"]
                if has_few and differs and is_certain(found.get("few")) and self._one(found, found["few"] * n_tests, significance) == "drifted":
                    verdict = "drifted"
            more = is_certain(found["few_missing"]) if is_few else p_missing is not None and p_missing <= significance
            has_grown = found["missing_share"] - found["missing_before"] >= rules["missing_growth"]
            grew = column.name not in rules["not_judged"] and more and has_grown

            least_of_few = rules["certain_effect"] * found["n_values"]

            def by_chance(p: float | None, n_found: int) -> bool:
                return p is not None and (not is_certain(p) or n_found < least_of_few if is_few else p * n_tests > 0.1 * significance)

            n_rows = found["n"] or 1
            unseen = 0.0 if by_chance(found.get("few_unseen"), found["unseen"]) else found["unseen"] / n_rows
            outside = 0.0 if column.type == "time" or by_chance(found.get("few_outside"), found["n_outside"]) else found["n_outside"] / n_rows
            new = sorted(found["new"], key=lambda each: -each[1])[:N_NAMED]
            out.append({**found, "name": column.name, "verdict": verdict, "grew": grew, "unseen_share": unseen, "outside_share": outside, "new": new})
        return out

    def _one(self, found: Mapping[str, Any], p: float | None, significance: float) -> str:
        effect, least = found["effect"] or 0.0, _least_effect(found["method"], self.rules)
        is_psi = found["method"] == "psi"
        if (1.0 if p is None else p) > significance or effect < (self.rules["psi_warning"] if is_psi else least):
            return "stable"
        return "watch" if is_psi and effect < least else "drifted"

    def _verdict(self, columns: Sequence[dict], n: int) -> tuple[str, float, float]:
        """Of the columns taken together, with the share of them that is not as in training, and that of their importance."""
        rules = self.rules
        is_few = n < rules["min_rows"]
        bad = [each["name"] for each in columns if _is_bad(each)]
        judged = [each["name"] for each in columns if _is_bad(each) or each["verdict"] in ("stable", "watch") or (is_few and each["verdict"] == "cannot_tell")]
        share = len(bad) / len(judged) if judged else 0.0
        total = sum(self.importance.get(name, 0.0) for name in judged)
        weight = sum(self.importance.get(name, 0.0) for name in bad) / total if total > 0 else 0.0
        if n == 0 or (is_few and not bad) or all(each["verdict"] in ("cannot_tell", "not_judged") and not _is_bad(each) for each in columns):
            return "cannot_tell", share, weight
        if bad and (share >= rules["share_of_columns"] or (total > 0 and weight >= rules["share_of_importance"])):
            return "drifted", share, weight
        is_watched = bad or any(each["verdict"] == "watch" for each in columns)
        return "watch" if is_watched else "stable", share, weight

    def _alarms(self, columns: Sequence[dict], prediction: dict | None, verdict: str, n: int) -> list[dict]:
        """Of the rules that one window can answer; outcomes and rows of batches are the workbench's."""
        out = []
        for rule in self.rules["alerts"]:
            if not rule.get("enabled", True):
                continue
            when, facts = rule["when"] if isinstance(rule["when"], str) else next(iter(rule["when"])), {}
            if not isinstance(rule["when"], str):
                facts = rule["when"][when] or {}
            named = [each for each in columns if facts.get("column") in (None, each["name"])]
            if when == "data_drift":
                found = [each["name"] for each in columns if _is_bad(each)] if verdict == "drifted" else []
            elif when == "column_drift":
                found = [each["name"] for each in named if each["verdict"] == "drifted"]
            elif when == "prediction_drift":
                found = [prediction["name"]] if prediction and prediction["verdict"] == "drifted" else []
            elif when == "missing_growth":
                found = [each["name"] for each in named if each["grew"]]
            elif when == "unseen_levels":
                found = [each["name"] for each in columns if each["unseen_share"] > facts["share"]]
            elif when == "out_of_range":
                found = [each["name"] for each in columns if each["outside_share"] > facts["share"]]
            else:
                continue
            if found and n:
                levels = [level for each in columns if each["name"] in found for level, _ in each["new"]]
                alarm = {"rule": rule["id"], "severity": rule["severity"], "columns": found}
                out.append({**alarm, "levels": levels} if when in ("data_drift", "unseen_levels", "column_drift") and levels else alarm)
        order = {"critical": 0, "warning": 1, "info": 2}
        return sorted(out, key=lambda alarm: order[alarm["severity"]])


def _is_bad(column: Mapping[str, Any]) -> bool:
    return column["verdict"] == "drifted" or column["grew"]


def _shown(column: Mapping[str, Any]) -> dict:
    return {
        "psi": round(column["psi"], 6),
        "status": "drift" if _is_bad(column) else STATUS[column["verdict"]],
        "verdict": column["verdict"],
        "judged": column["verdict"] != "not_judged",
        "method": column["method"],
        "effect": None if column["effect"] is None else round(column["effect"], 6),
        "missing_share": round(column["missing_share"], 6),
        "missing_grew": column["grew"],
        "unseen_share": round(column["unseen_share"], 6),
        "new_levels": [level for level, _ in column["new"]],
    }
