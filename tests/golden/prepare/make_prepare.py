"""Writes prepare.json: what scikit-learn, numpy and pandas make of the same columns.

    python make_prepare.py

scikit-learn 1.9.1, numpy 2.4.6, pandas 3. Each case: columns (null is missing), the first `n_train` rows to learn from,
the steps of a recipe as the project stores them, and the features of ALL rows, in f64.
"""

import json
import pathlib

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
cases = []


def plain(values):
    return [None if v is None or (isinstance(v, float) and np.isnan(v)) else v for v in values]


def add(name, columns, n_train, steps, features):
    """`columns`: name -> (type, values); `features`: name -> values of all rows."""
    cases.append({
        "name": name,
        "columns": [{"name": k, "type": t, "cells": plain(list(v))} for k, (t, v) in columns.items()],
        "n_train": n_train,
        # The name of a step's kind stands around its settings.
        "steps": [{step["step"]: {k: v for k, v in step.items() if k != "step"}} for step in steps],
        "features": [{"name": k, "values": plain([float(x) for x in v])} for k, v in features.items()],
    })


def random_numbers():
    """Normal, log-normal and tied values with gaps."""
    rng = np.random.default_rng(7)
    n = 60
    x = {
        "normal": rng.normal(3, 2, n).round(4),
        "skewed": rng.lognormal(2, 1.5, n).round(3),
        "tied": rng.integers(0, 6, n).astype(float),
    }
    for values in x.values():
        values[rng.random(n) < 0.15] = np.nan
    return x, 40


def diabetes():
    data = datasets.load_diabetes(scaled=False)
    return {name: data.data[:80, i] for i, name in enumerate(data.feature_names[:6])}, 55


def degenerate():
    """Constant, all missing among the training rows, two values, huge beside tiny."""
    nan = np.nan
    return {
        "constant": np.array([0.1] * 12),
        "empty": np.array([nan] * 8 + [3.0, nan, 4.0, nan]),
        "two": np.array([0.0, 1, 1, 1, 1, nan, 1, 1, 0, 0, nan, 1]),
        "huge": np.array([1e12, 1e12 + 1, 1e12 + 2, 1e12, 1e12, nan, 1e12, 1e12, 5, -5, 0, nan]),
    }, 8


numbers = {"numbers with gaps and ties": random_numbers(), "diabetes": diabetes(), "degenerate": degenerate()}


def number_columns(x):
    return {k: ("number", v) for k, v in x.items()}


def matrix(x):
    return np.column_stack(list(x.values()))


for title, (x, n_train) in numbers.items():
    m = matrix(x)
    names = list(x)
    for strategy, step in [("mean", "mean"), ("median", "median"), ("most_frequent", "most_frequent")]:
        imputer = SimpleImputer(strategy=strategy, keep_empty_features=True).fit(m[:n_train])
        out = imputer.transform(m)
        add(f"{title}: fill {strategy}", number_columns(x), n_train, [{"step": "fill", "columns": "numbers", "with": step}],
            dict(zip(names, out.T)))
    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True).fit(m[:n_train])
    out = imputer.transform(m)
    features = {}
    gaps = list(imputer.indicator_.features_)
    for i, name in enumerate(names):
        features[name] = out[:, i]
        if i in gaps:
            features[f"{name}_missing"] = out[:, len(names) + gaps.index(i)]
    add(f"{title}: fill with indicator", number_columns(x), n_train,
        [{"step": "fill", "columns": "numbers", "with": "median", "indicator": True}], features)
    scaled = StandardScaler().fit(m[:n_train]).transform(m)
    if title == "degenerate":
        # A column without any training value: scikit-learn gives NaN throughout, the workbench (x - 0) / 1.
        scaled[:, names.index("empty")] = m[:, names.index("empty")]
    add(f"{title}: standard scale", number_columns(x), n_train, [{"step": "standard_scale", "columns": "numbers"}],
        dict(zip(names, scaled.T)))
    scaled = MinMaxScaler().fit(m[:n_train]).transform(m)
    if title == "degenerate":
        scaled[:, names.index("empty")] = m[:, names.index("empty")]
    add(f"{title}: min-max scale", number_columns(x), n_train, [{"step": "min_max_scale", "columns": "numbers"}],
        dict(zip(names, scaled.T)))
    clipped = m.copy()
    for i in range(m.shape[1]):
        train = m[:n_train, i]
        if not np.isnan(train).all():
            low, high = np.nanpercentile(train, [5, 95])
            clipped[:, i] = np.clip(m[:, i], low, high)
    add(f"{title}: clip", number_columns(x), n_train,
        [{"step": "clip", "columns": "numbers", "low_quantile": 0.05, "high_quantile": 0.95}], dict(zip(names, clipped.T)))
    add(f"{title}: log1p", number_columns(x), n_train, [{"step": "log", "columns": "numbers", "kind": "log1p"}],
        {k: np.log1p(np.where(v < 0, 0, v)) for k, v in x.items()})
    add(f"{title}: signed log", number_columns(x), n_train, [{"step": "log", "columns": "numbers", "kind": "signed"}],
        {k: np.sign(v) * np.log1p(np.abs(v)) for k, v in x.items()})
    filler = SimpleImputer(strategy="mean", keep_empty_features=True).fit(m[:n_train])
    scaler = StandardScaler().fit(filler.transform(m[:n_train]))
    add(f"{title}: fill, then scale", number_columns(x), n_train,
        [{"step": "fill", "columns": "numbers", "with": "mean"}, {"step": "standard_scale", "columns": "numbers"}],
        dict(zip(names, scaler.transform(filler.transform(m)).T)))

for title in ["numbers with gaps and ties", "diabetes"]:
    x, n_train = numbers[title]
    names = list(x)
    m = SimpleImputer(strategy="median").fit(matrix(x)[:n_train]).transform(matrix(x))
    fill = {"step": "fill", "columns": "numbers", "with": "median"}
    bins = KBinsDiscretizer(4, encode="ordinal", strategy="uniform").fit(m[:n_train])
    add(f"{title}: uniform bins", number_columns(x), n_train,
        [fill, {"step": "bin", "columns": "numbers", "n_bins": 4, "strategy": "uniform"}], dict(zip(names, bins.transform(m).T)))
    # Columns without ties at the ends: there scikit-learn and the workbench merge bins differently.
    plain_names = [n for n in names if n not in ("tied", "sex")]
    sub = m[:, [names.index(n) for n in plain_names]]
    bins = KBinsDiscretizer(5, encode="ordinal", strategy="quantile", quantile_method="linear").fit(sub[:n_train])
    add(f"{title}: quantile bins", {k: ("number", x[k]) for k in plain_names}, n_train,
        [fill, {"step": "bin", "columns": "numbers", "n_bins": 5, "strategy": "quantile"}],
        dict(zip(plain_names, bins.transform(sub).T)))

rng = np.random.default_rng(11)
n, n_train = 50, 30
city = rng.choice(["Rome", "Oslo", "São Paulo", "a b"], n, p=[0.5, 0.3, 0.15, 0.05]).astype(object)
plan = rng.choice(["basic", "plus"], n).astype(object)
city[rng.random(n) < 0.2] = None
plan[35:] = "never seen"
plan[45:] = None
frame = pd.DataFrame({"city": city, "plan": plan})
columns = {k: ("category", v) for k, v in frame.items()}
train = frame[:n_train]


def one_hot(train, full):
    """Levels by OneHotEncoder; missing cells are no level of ours."""
    features = {}
    for name in full:
        levels = sorted(train[name].dropna().unique(), key=lambda s: s.encode())
        encoder = OneHotEncoder(categories=[levels], handle_unknown="ignore", sparse_output=False).fit(train[[name]].dropna())
        out = encoder.transform(full[[name]].fillna("\0"))
        features |= dict(zip(encoder.get_feature_names_out([name]), out.T))
    return features


add("categories: one-hot", columns, n_train, [{"step": "one_hot", "columns": "categories"}], one_hot(train, frame))
objects = frame.astype(object).where(frame.notna(), None)
filler = SimpleImputer(strategy="most_frequent", missing_values=None).fit(objects[:n_train].values)
filled = pd.DataFrame(filler.transform(objects.values), columns=frame.columns)
add("categories: fill, then one-hot", columns, n_train,
    [{"step": "fill", "columns": "categories", "with": "most_frequent"}, {"step": "one_hot", "columns": "categories"}],
    one_hot(filled[:n_train], filled))
encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1).fit(train)
add("categories: ordinal", columns, n_train, [{"step": "ordinal", "columns": "categories"}],
    dict(zip(frame.columns, encoder.transform(frame).T)))

seconds = np.concatenate([
    np.array([0, -1, 951782399, 951782400, 1709164800, 1735689599, 1735689600, 4102444800, -2208988800, 86399.75]),
    np.random.default_rng(3).integers(-3_000_000_000, 5_000_000_000, 60).astype(float),
    [np.nan],
])
when = pd.to_datetime(pd.Series(np.floor(seconds)), unit="s")
add("time: date parts", {"when": ("time", seconds)}, 40,
    [{"step": "date_parts", "column": "when", "parts": ["year", "month", "day", "weekday", "hour"]}],
    {"when_year": when.dt.year, "when_month": when.dt.month, "when_day": when.dt.day, "when_weekday": when.dt.day_of_week,
     "when_hour": when.dt.hour})

x, n_train = random_numbers()
columns = number_columns(x) | {"city": ("category", np.resize(city, 60))}
f = pd.DataFrame(x)
c = pd.Series(np.resize(city, 60), dtype=object)
oslo = (c.replace({"Rome": "Oslo"}) == "Oslo").astype(float).where(c.notna())
expressions = {
    "ratio": ("normal / tied", (f.normal / f.tied).where(np.isfinite(f.normal / f.tied))),
    "logic": ("if(is_missing(normal) or is_missing(city), -1, normal > 3 and not (tied == 2))",
              ((f.normal > 3) & ~(f.tied == 2)).astype(float).where(f.tied.notna()).where(f.normal.notna() & c.notna(), -1)),
    "level": ("city == 'Oslo'", oslo),
    "functions": ("max(round(normal), 1) + sqrt(abs(normal)) + log1p(skewed) % 2 + min(tied, 3) * -1 + floor(exp(0.5)) + ceil(ln(9))",
                  np.maximum(np.rint(f.normal), 1) + np.sqrt(f.normal.abs()) + np.mod(np.log1p(f.skewed), 2) - np.minimum(f.tied, 3) + 1 + 3),
}
steps = [{"step": "merge_levels", "column": "city", "map": {"Rome": "Oslo"}}]
steps += [{"step": "formula", "name": k, "expression": e} for k, (e, _) in expressions.items()]
steps += [{"step": "interaction", "left": "normal", "right": "tied"}, {"step": "exclude", "columns": ["skewed", "city"]}]
add("merge, formulas, interaction", columns, n_train, steps,
    {"normal": f.normal, "tied": f.tied} | {k: v for k, (_, v) in expressions.items()} | {"normal_x_tied": f.normal * f.tied})

(HERE / "prepare.json").write_text(json.dumps({"cases": cases}, ensure_ascii=False, indent=0, allow_nan=False) + "\n")
print(len(cases), "cases")
