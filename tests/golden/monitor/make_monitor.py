"""Writes monitor.json: tests, distances, corrections and trends by scipy and statsmodels, and what Evidently calls drift.

    python -m venv VENV && VENV/bin/pip install evidently==0.7.23 statsmodels==0.15.0 scipy==1.17.1 "pandas<3"
    VENV/bin/python make_monitor.py

The versions used stand in monitor.json. Everything that Evidently has no word on (effects beside p-values, correction for
many columns, growth of missing values) follows the rule written down in `judged`, from scipy's figures alone.
"""

import importlib.metadata
import json
import math
import pathlib
import warnings

import numpy as np
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import DriftedColumnsCount, ValueDrift
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "public" / "samples"
SIGNIFICANCE, LEAST, GROWTH = 0.05, 0.1, 0.05
METHODS = {
    "K-S p_value": "kolmogorov_smirnov",
    "chi-square p_value": "chi_square",
    "Z-test p_value": "z_test",
    "Jensen-Shannon distance": "jensen_shannon",
    "Wasserstein distance (normed)": "wasserstein",
}


# ----------------------------------------------------------------------------------------------- functions, one by one
def functions():
    x = [1e-3, 0.2, 0.5, 0.8, 0.9999, 1.0, 1.2, 1.36, 2.0, 3.5, 6.0]
    dof = [(0.1, 1), (3.84, 1), (30.0, 1), (500.0, 1), (2.0, 3), (11.07, 5), (80.0, 100), (130.0, 100), (999.0, 1000),
           (1200.0, 1000), (9000.0, 9001), (1e-6, 4), (1400.0, 2)]
    z = [-3.0, 0.0, 0.5, 1.959963984540054, 6.0, 20.0, 37.0]
    gamma = [(0.5, 0.2), (0.5, 30.0), (3.0, 3.0), (50.0, 45.0), (50.0, 80.0), (5000.0, 5100.0)]
    # Sizes up to 10,000 are counted exactly by scipy; beyond it uses the one-sample distribution.
    sizes = [(5, 7, 0.6), (100, 100, 0.19), (120, 75, 0.2), (1000, 900, 0.06), (1000, 2500, 0.03), (1000, 10000, 0.045),
             (9999, 10000, 0.02), (1000, 20001, 0.04), (1000, 200000, 0.05), (300, 50000, 0.08), (150, 20000, 0.1),
             (200000, 100000, 0.005), (20000, 20000, 0.012)]
    ks = []
    for n, m, d in sizes:
        d = round(d * math.lcm(n, m)) / math.lcm(n, m)
        if max(n, m) <= 10000:
            p = paths(n, m, d)
        else:
            p = stats.kstwo.sf(d, round(n * m / (n + m)))
        ks.append([n, m, d, float(p)])
    return {
        "kolmogorov_sf": [[v, float(special.kolmogorov(v))] for v in x],
        "chi_square_sf": [[v, d, float(stats.chi2.sf(v, d))] for v, d in dof],
        "normal_sf": [[v, float(stats.norm.sf(v))] for v in z],
        "gamma_q": [[a, v, float(special.gammaincc(a, v))] for a, v in gamma],
        "ks_two_sample_sf": ks,
    }


def paths(n, m, d):
    """scipy's exact p-value of a statistic, for two samples made to have it."""
    from scipy.stats._stats_py import _attempt_exact_2kssamp
    ok, d, p = _attempt_exact_2kssamp(n, m, math.gcd(n, m), d, "two-sided")
    assert ok
    return p


def corrections():
    rng = np.random.default_rng(1)
    cases = [[0.01, 0.04, 0.03, 0.005], [0.05], [0.5, 0.5, 0.2], sorted(rng.random(30)), list(rng.random(30) ** 4)]
    return [{
        "p": [float(p) for p in case],
        "benjamini_hochberg": [float(p) for p in stats.false_discovery_control(case)],
        "bonferroni": [float(p) for p in multipletests(case, method="bonferroni")[1]],
    } for case in cases]


def shares():
    cases = [([30, 70], [300, 500]), ([500, 300, 200], [120, 100, 30]), ([10, 0, 5, 85], [0, 8, 2, 90]),
             ([1000, 0], [900, 100]), ([400] * 12, [35] * 11 + [90]), ([5000, 40, 3, 2, 1, 0], [800, 2, 0, 1, 1, 6]),
             ([0, 50, 50], [0, 50, 50])]
    return [{"reference": a, "batch": b, "psi": psi(a, b), "jensen_shannon": js(a, b), "total_variation": tv(a, b),
             "chi_square": chi_square(a, b)} for a, b in cases]


def samples():
    rng = np.random.default_rng(2)
    r2 = lambda x: [float(v) for v in np.round(x, 2)]
    cases = {
        "normal, moved": (r2(rng.normal(0, 1, 60)), r2(rng.normal(0.5, 1, 45))),
        "ties": (r2(rng.integers(0, 4, 80)), r2(rng.integers(0, 5, 50))),
        "long tail": (r2(np.exp(rng.normal(0, 2, 70))), r2(np.exp(rng.normal(0.2, 2, 90)))),
        "one row": (r2(rng.normal(0, 1, 30)), [0.25]),
        "apart": ([1.0, 2.0, 3.0], [10.0, 11.0]),
        "the same": ([1.0, 2.0, 3.0, 3.0], [3.0, 1.0, 3.0, 2.0]),
    }
    return [{"name": name, "reference": a, "batch": b,
             "kolmogorov_smirnov": [float(v) for v in stats.ks_2samp(a, b)],
             "wasserstein": float(stats.wasserstein_distance(a, b))} for name, (a, b) in cases.items()]


def proportions():
    cases = [(10, 1000, 40, 900), (0, 500, 12, 300), (200, 7000, 70, 2500), (3, 50, 3, 50)]
    out = []
    for k, n, l, m in cases:
        z, p = proportions_ztest([l, k], [m, n])
        out.append({"counts": [k, n, l, m], "z": float(z), "p": float(p)})
    return out


def trends():
    rng = np.random.default_rng(3)
    days = [0, 1, 2, 4, 7, 8, 9, 12, 15, 20]
    cases = {
        "rising": [0.1, 0.12, 0.11, 0.2, 0.25, 0.22, 0.3, 0.31, 0.28, 0.4],
        "falling": [0.9, 0.85, 0.86, 0.8, 0.7],
        "flat": [float(v) for v in np.round(rng.random(10), 3)],
        "ties": [0.0, 0.0, 0.1, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.3],
        "four": [0.1, 0.2, 0.3, 0.4],
        "many": [float(v) for v in np.round(rng.random(40) + np.arange(40) * 0.01, 4)],
    }
    out = []
    for name, values in cases.items():
        at = (days * 4)[: len(values)] if name != "many" else list(range(40))
        tau = stats.kendalltau(range(len(values)), values)
        direction = "cannot_tell" if len(values) < 5 else "flat" if tau.pvalue >= 0.05 else "rising" if tau.statistic > 0 else "falling"
        out.append({"name": name, "days": at, "values": values, "p": float(tau.pvalue),
                    "per_30_days": 30 * float(stats.theilslopes(values, at)[0]), "direction": direction})
    return out


# ------------------------------------------------------------------------------------------------------------ measures
def psi(a, b):
    p, q = (np.maximum(np.asarray(v) / np.sum(v), 1e-4) for v in (a, b))
    return float(np.sum((q - p) * np.log(q / p)))


def js(a, b):
    return float(np.nan_to_num(jensenshannon(a, b)))


def tv(a, b):
    return float(0.5 * np.abs(np.asarray(a) / np.sum(a) - np.asarray(b) / np.sum(b)).sum())


def chi_square(a, b):
    """scipy's chi2_contingency, bins expected fewer than 5 times in either sample taken together."""
    a, b = np.asarray(a), np.asarray(b)
    n, m = a.sum(), b.sum()
    rare = (a + b) * min(n, m) / (n + m) < 5
    table = np.array([a[~rare], b[~rare]])
    if (a + b)[rare].sum() > 0:
        table = np.column_stack([table, [a[rare].sum(), b[rare].sum()]])
    if table.shape[1] < 2:
        return [0.0, 1.0]
    statistic, p, _, _ = stats.chi2_contingency(table, correction=False)
    return [float(statistic), float(p)]


# --------------------------------------------------------------------------------------------------------------- pairs
CHURN = dict(number=["tenure", "senior", "monthly_charges", "support_calls", "data_gb", "late_payments"],
             category=["gender", "partner", "contract", "internet_service", "payment_method", "paperless_billing",
                       "currency", "churned"])
LOAN = dict(number=["age", "income", "years_employed", "loan_amount", "term_months", "existing_debt",
                    "late_payments_2y", "credit_history_years"],
            category=["gender", "employment", "housing", "purpose", "district", "approved"])
SENSOR = dict(number=["load_percent", "speed_rpm", "ambient_c", "coolant_l_per_min", "vibration_mm_s", "pressure_bar",
                      "hours_since_service", "bearing_temp_c"],
              category=["machine", "shift"])
CANCER = dict(number=["radius_mean", "texture_mean", "smoothness_mean", "symmetry_mean", "area_worst"],
              category=["diagnosis"])
DIABETES = dict(number=["age_years", "bmi_kg_per_m2", "blood_pressure_mmhg", "cholesterol_hdl_ratio", "progression"],
                category=["sex"])


def rows(file, start=0, stop=None, step=1, blank=None):
    """Rows `start`, `start + step`, ... below `stop`; `blank`: in every k-th of them this column is emptied."""
    return {"file": file, "start": start, "stop": stop, "step": step, "blank": blank}


PAIRS = [
    ("churn, next month", CHURN, rows("churn.csv"), rows("churn_next_month.csv")),
    ("loan, next month", LOAN, rows("loan.csv"), rows("loan_next_month.csv")),
    ("sensor, next month", SENSOR, rows("sensor.csv"), rows("sensor_next_month.csv")),
    ("churn, no drift", CHURN, rows("churn.csv", 0, None, 2), rows("churn.csv", 1, None, 2)),
    ("churn, only missing values grow", CHURN, rows("churn.csv", 0, None, 2),
     rows("churn.csv", 1, None, 2, ["monthly_charges", 4])),
    ("churn, few rows, next month", CHURN, rows("churn.csv", 0, 900), rows("churn_next_month.csv")),
    ("churn, few rows, no drift", CHURN, rows("churn.csv", 0, 900), rows("churn.csv", 2000, 2800)),
    ("loan, few rows, next month", LOAN, rows("loan.csv", 0, 1000), rows("loan_next_month.csv", 0, 600)),
    ("breast cancer, no drift", CANCER, rows("breast_cancer.csv", 0, None, 2), rows("breast_cancer.csv", 1, None, 2)),
    ("diabetes, no drift", DIABETES, rows("diabetes.csv", 0, None, 2), rows("diabetes.csv", 1, None, 2)),
]


def frame(spec, kinds):
    data = pd.read_csv(SAMPLES / spec["file"]).iloc[spec["start"] : spec["stop"] : spec["step"]].reset_index(drop=True)
    if spec["blank"]:
        column, every = spec["blank"]
        data.loc[data.index % every == 0, column] = None
    for name in kinds["category"]:
        # Blanks around a level are no part of it.
        data[name] = data[name].astype(object).map(lambda level: level.strip() if isinstance(level, str) else level)
    return data[kinds["number"] + kinds["category"]]


def evidently(reference, batch, kinds):
    definition = DataDefinition(numerical_columns=kinds["number"], categorical_columns=kinds["category"])
    sets = [Dataset.from_pandas(data, data_definition=definition) for data in (batch, reference)]
    names = kinds["number"] + kinds["category"]
    report = Report([ValueDrift(column=name) for name in names] + [DriftedColumnsCount()], include_tests=True)
    answer = report.run(*sets).dict()
    out = {}
    for name, metric in zip(names, answer["metrics"]):
        config = metric["config"]
        assert config["column"] == name
        by_p = config["method"].endswith("p_value")
        score, threshold = float(metric["value"]), float(config["threshold"])
        # Evidently's own comparisons: p <= threshold for Kolmogorov-Smirnov, p < threshold else, distance >= threshold.
        out[name] = {"method": METHODS[config["method"]], "score": score, "threshold": threshold,
                     "drifted": bool(score < threshold if by_p else score >= threshold)}
    assert answer["metrics"][-1]["value"]["count"] == sum(column["drifted"] for column in out.values())
    return out


def measured(reference, batch, kind):
    is_value = lambda data: data.replace([np.inf, -np.inf], np.nan).dropna() if kind == "number" else data.dropna()
    a, b = is_value(reference), is_value(batch)
    missing = [len(reference) - len(a), len(batch) - len(b)]
    levels = sorted(set(a.unique()) | set(b.unique()))
    counts = lambda data: [int((data == level).sum()) for level in levels]
    out = {"kind": kind, "n": [len(a), len(b)], "n_missing": missing, "n_distinct": len(levels)}
    bins = None
    if kind == "number":
        a, b = a.to_numpy(float), b.to_numpy(float)
        ks = stats.ks_2samp(a, b)
        out["kolmogorov_smirnov"] = [float(ks.statistic), float(ks.pvalue)]
        out["wasserstein"] = float(stats.wasserstein_distance(a, b) / max(np.std(a), 0.001))
        edges = np.unique(np.quantile(a, np.arange(1, 10) / 10))
        bins = [np.bincount(np.searchsorted(edges, v, side="right"), minlength=len(edges) + 1).tolist() for v in (a, b)]
        by_value = len(np.unique(a)) <= 20
        out["psi"] = psi(bins[0] + [missing[0]], bins[1] + [missing[1]])
        if by_value:
            bins = [[int((v == level).sum()) for level in levels] for v in (a, b)]
    else:
        bins = [counts(a), counts(b)]
        known = [i for i, n in enumerate(bins[0]) if n > 0]
        other = [0, sum(n for i, n in enumerate(bins[1]) if i not in known)]
        out["psi"] = psi(*([v[i] for i in known] + [other[s], missing[s]] for s, v in enumerate(bins)))
    out["jensen_shannon"], out["total_variation"], out["chi_square"] = js(*bins), tv(*bins), chi_square(*bins)
    if len(levels) <= 2:
        first = [v[0] for v in bins]
        out["z_p"] = 1.0 if len(levels) < 2 else float(proportions_ztest(first, [sum(v) for v in bins])[1])
    if sum(missing) > 0:
        out["missing_p"] = float(proportions_ztest(missing, [len(reference), len(batch)])[1])
    return out


def judged(columns):
    """Drift needs an effect of at least LEAST and a corrected p-value of at most SIGNIFICANCE; missing values have grown
    by the same rule with a growth of at least GROWTH."""
    effect = {"kolmogorov_smirnov": lambda c: c["kolmogorov_smirnov"][0], "wasserstein": lambda c: c["wasserstein"],
              "jensen_shannon": lambda c: c["jensen_shannon"], "chi_square": lambda c: c["total_variation"],
              "z_test": lambda c: c["total_variation"]}
    p = {"kolmogorov_smirnov": lambda c: c["kolmogorov_smirnov"][1], "wasserstein": lambda c: c["kolmogorov_smirnov"][1],
         "jensen_shannon": lambda c: c["chi_square"][1], "chi_square": lambda c: c["chi_square"][1],
         "z_test": lambda c: c["z_p"]}
    p_values = [p[c["evidently"]["method"]](c) for c in columns.values()]
    with_missing = [c for c in columns.values() if "missing_p" in c]
    for c, adjusted in zip(columns.values(), stats.false_discovery_control(p_values)):
        c["effect"], c["p_adjusted"] = effect[c["evidently"]["method"]](c), float(adjusted)
        c["drifted"] = bool(c["effect"] >= LEAST and adjusted <= SIGNIFICANCE)
        c["missing_grew"] = False
    for c, adjusted in zip(with_missing, stats.false_discovery_control([c["missing_p"] for c in with_missing])
                           if with_missing else []):
        sizes = [c["n"][s] + c["n_missing"][s] for s in (0, 1)]
        growth = c["n_missing"][1] / sizes[1] - c["n_missing"][0] / sizes[0]
        c["missing_grew"] = bool(growth >= GROWTH and adjusted <= SIGNIFICANCE)


def pairs():
    out = []
    for name, kinds, before, now in PAIRS:
        reference, batch = frame(before, kinds), frame(now, kinds)
        called = evidently(reference, batch, kinds)
        columns = {}
        for kind, names in kinds.items():
            for column in names:
                columns[column] = measured(reference[column], batch[column], kind)
                columns[column]["evidently"] = called[column]
        judged(columns)
        differs = {}
        for column, c in columns.items():
            if c["evidently"]["drifted"] and not c["drifted"]:
                differs[column] = "effect too small" if c["effect"] < LEAST else "not significant"
            elif c["drifted"] and not c["evidently"]["drifted"]:
                differs[column] = "no reason"
            elif c["missing_grew"] and not c["evidently"]["drifted"]:
                differs[column] = "missing values grew"
        out.append({"name": name, "reference": before, "batch": now, "columns": columns, "differs": differs})
    return out


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    versions = {name: importlib.metadata.version(name) for name in ("evidently", "scipy", "statsmodels", "numpy", "pandas")}
    golden = {"versions": versions, "functions": functions(), "corrections": corrections(), "shares": shares(),
              "samples": samples(), "proportions": proportions(), "trends": trends(), "pairs": pairs()}
    (HERE / "monitor.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
    for pair in golden["pairs"]:
        drifted = [c for c, v in pair["columns"].items() if v["drifted"]]
        print(pair["name"], "| drifted:", drifted, "| differs:", pair["differs"])
