"""Profile figures by pandas, for crates/table/tests/golden.rs.

python -m venv VENV && VENV/bin/pip install pandas numpy scikit-learn scipy (versions used stand in figures.json)
VENV/bin/python make_table.py     writes *.csv and figures.json beside this file

Quantiles: linear (numpy's default). std: n - 1. skewness: pandas' adjusted Fisher-Pearson. Distinct: missing not counted.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import sklearn
from sklearn import datasets

here = pathlib.Path(__file__).parent


def messy(rng):
    n = 400
    amount = np.exp(rng.normal(3, 1, n)).round(2)
    amount[rng.random(n) < 0.07] = np.nan
    return pd.DataFrame({
        "amount": amount,
        "ties": rng.integers(0, 4, n),
        "whole": rng.integers(-1000, 1000, n) * 1.0,
        "tiny": rng.normal(0, 1e-9, n),
        "shifted": 1e9 + rng.random(n),
        "city": rng.choice(["Zürich", "Köln, West", 'the "Hague"', "Łódź"], n, p=[0.5, 0.3, 0.15, 0.05]),
        "active": rng.choice(["true", "false", ""], n, p=[0.6, 0.3, 0.1]),
    })


def degenerate():
    return pd.DataFrame({
        "constant": [2.5] * 6,
        "one_value": [np.nan, np.nan, 7.0, np.nan, np.nan, np.nan],
        "two_values": [1.0, np.nan, 2.0, np.nan, 1.0, 2.0],
        "huge": [1e308, -1e308, 1e307, 0.0, 5e-324, -0.0],
        "word": ["a"] * 6,
    })


def skewness(present):
    """pandas' formula in extended precision: pandas loses seven digits on values around 1e9."""
    x = present.to_numpy().astype(np.longdouble)
    n = len(x)
    d = x - x.mean()
    m2, m3 = (d * d).sum(), (d * d * d).sum()
    if n < 3 or m2 == 0:
        return 0.0
    value = float(n * np.sqrt(np.longdouble(n - 1)) / (n - 2) * m3 / m2 ** np.longdouble(1.5))
    pandas = float(present.skew())
    assert not np.isfinite(pandas) or abs(value - pandas) < 1e-4, (value, pandas)
    return value


def figures(frame):
    out = {}
    for name in frame:
        column = frame[name]
        is_number = column.dtype.kind in "if"
        entry = {"n_missing": int(column.isna().sum()), "n_distinct": int(column.nunique())}
        present = column.dropna()
        if is_number:
            quantiles = np.quantile(present.to_numpy(), [0.05, 0.25, 0.5, 0.75, 0.95])
            with np.errstate(over="ignore", invalid="ignore"):
                entry |= {
                    "mean": float(present.mean()),
                    "std": float(present.std()),
                    "min": float(present.min()),
                    "quantiles": [float(q) for q in quantiles],
                    "max": float(present.max()),
                    "skewness": skewness(present),
                    "n_zero": int((present == 0).sum()),
                }
            if present.min() < present.max() and present.max() - present.min() < 1e300:
                entry["histogram"] = [int(c) for c in np.histogram(present, bins=20)[0]]
            entry = {k: (None if isinstance(v, float) and not np.isfinite(v) else v) for k, v in entry.items()}
        else:
            counts = present.value_counts()
            entry["levels"] = {str(k): int(v) for k, v in counts.items()}
        out[name] = entry
    return {"n_rows": len(frame), "n_duplicate_rows": int(frame.duplicated().sum()), "columns": out}


def bundled(loader):
    data = loader()
    names = [str(name) for name in getattr(data, "feature_names")]
    frame = pd.DataFrame(data.data, columns=names)
    frame["target"] = data.target
    return frame


sets = {
    "iris": bundled(datasets.load_iris),
    "breast_cancer": bundled(datasets.load_breast_cancer),
    "diabetes": bundled(datasets.load_diabetes),
    "messy": messy(np.random.default_rng(7)),
    "degenerate": degenerate(),
}
sets["messy"] = pd.concat([sets["messy"], sets["messy"].iloc[:5]], ignore_index=True)
result = {"pandas": pd.__version__, "numpy": np.__version__, "scikit-learn": sklearn.__version__, "sets": {}}
for name, frame in sets.items():
    path = here / f"{name}.csv"
    frame.to_csv(path, index=False)
    # What the file says is what is profiled: words that pandas would turn into flags stay words.
    read = pd.read_csv(path, dtype={"active": str})
    result["sets"][name] = figures(read)
(here / "figures.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
