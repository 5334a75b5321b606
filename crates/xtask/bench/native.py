"""The native peers, one thread each: `python native.py FOLDER` prints one JSON object per task.

Seconds are of the fit alone, on features that were prepared before (filled by median, one-hot); the import is parse,
types and a profile (missing, distinct, mean, deviation, quantiles). Test rows: index % 5 == 4.
"""

import json
import os
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import lightgbm
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score


def features(folder):
    table = pd.read_csv(folder / "train.csv")
    y = (table.pop("y") == "yes").to_numpy().astype(int)
    is_test = np.arange(len(y)) % 5 == 4
    numbers = table.select_dtypes("number")
    numbers = numbers.fillna(numbers[~is_test].median())
    one_hot = pd.get_dummies(table.select_dtypes(exclude="number"), dtype=float)
    x = pd.concat([numbers, one_hot], axis=1).to_numpy(dtype=np.float32)
    return x[~is_test], y[~is_test], x[is_test], y[is_test]


def say(task, peer, secs, **figures):
    print(json.dumps({"task": task, "peer": peer, "secs": round(secs, 4), **figures}), flush=True)


def best_of(n, work):
    times, result = [], None
    for _ in range(n):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2], result


def profile(path):
    table = pd.read_csv(path)
    for name in table:
        column = table[name]
        column.isna().sum()
        column.nunique()
        if column.dtype.kind in "fiu":
            column.mean(), column.std(), column.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
        else:
            column.value_counts().head(5)
    return len(table)


def main():
    folder = Path(sys.argv[1])
    x, y, x_test, y_test = features(folder)

    def boosting():
        model = lightgbm.LGBMClassifier(n_estimators=100, num_leaves=31, learning_rate=0.1, n_jobs=1, verbose=-1, random_state=1)
        return model.fit(x, y)

    def forest():
        return RandomForestClassifier(n_estimators=100, n_jobs=1, random_state=1).fit(x, y)

    for task, peer, work, n in (("boosting", "lightgbm", boosting, 3), ("forest", "scikit-learn", forest, 1)):
        secs, model = best_of(n, work)
        say(task, peer, secs, roc_auc=round(float(roc_auc_score(y_test, model.predict_proba(x_test)[:, 1])), 5), n_features=x.shape[1])
    secs, n_rows = best_of(3, lambda: profile(folder / "big.csv"))
    say("import", "pandas", secs, n_rows=n_rows, n_bytes=(folder / "big.csv").stat().st_size)


if __name__ == "__main__":
    main()
