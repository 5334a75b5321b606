"""Data for the benchmark, the same bytes every time: `python make_data.py FOLDER`.

train.csv   100,000 x (20 numbers + 5 categories) + y (0, 1), about 4% missing
big.csv     1,000,000 x 10 mixed columns, about 80 MB, about 2% missing
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

LEVELS = [3, 5, 8, 12, 20]


def train_table(n_rows=100_000, n_numbers=20):
    rng = np.random.default_rng(20240601)
    mixing = rng.standard_normal((n_numbers, n_numbers)) * 0.25 + np.eye(n_numbers)
    x = rng.standard_normal((n_rows, n_numbers)) @ mixing
    codes = np.stack([np.minimum((rng.random(n_rows) ** 1.7 * k).astype(int), k - 1) for k in LEVELS], 1)
    score = (
        0.9 * x[:, 0] - 0.7 * x[:, 1] + 0.5 * x[:, 2] * x[:, 3] + 0.8 * np.sin(2 * x[:, 4])
        + 0.6 * (x[:, 5] > 0.5) * x[:, 6] - 0.4 * np.abs(x[:, 7]) + 0.3 * x[:, 8] - 0.25 * x[:, 9]
    )
    for j, k in enumerate(LEVELS):
        score = score + (rng.standard_normal(k) * 0.6)[codes[:, j]]
    score = (score - score.mean()) / score.std() * 2
    y = (rng.random(n_rows) < 1 / (1 + np.exp(-score))).astype(int)
    missing = rng.random((n_rows, n_numbers + len(LEVELS))) < np.linspace(0, 0.08, n_numbers + len(LEVELS))
    columns = {}
    for j in range(n_numbers):
        columns[f"num_{j:02d}"] = pd.Series(np.round(x[:, j], 5)).mask(missing[:, j])
    for j in range(len(LEVELS)):
        names = np.array([f"c{j}_{chr(97 + i)}" for i in range(LEVELS[j])])
        columns[f"cat_{j}"] = pd.Series(names[codes[:, j]], dtype=object).mask(missing[:, n_numbers + j])
    columns["y"] = np.where(y == 1, "yes", "no")
    return pd.DataFrame(columns)


def big_table(n_rows=1_000_000):
    rng = np.random.default_rng(20240602)
    words = np.array([a + b for a in ("north", "south", "east", "west", "mid") for b in ("ern", "ward", "gate", "field", "port", "ham", "ton", "ville")])
    segments = np.array(["consumer", "corporate", "home office", 'small, "local"'])

    def holes(column, share):
        return pd.Series(column).mask(rng.random(n_rows) < share)

    days = np.datetime64("2018-01-01") + rng.integers(0, 2500, n_rows).astype("timedelta64[D]")
    return pd.DataFrame({
        "id": np.arange(1, n_rows + 1),
        "when": days.astype("datetime64[D]").astype(str),
        "region": holes(words[np.minimum((rng.random(n_rows) ** 2 * 40).astype(int), 39)].astype(object), 0.02),
        "segment": holes(segments[rng.integers(0, 4, n_rows)].astype(object), 0.01),
        "qty": holes(rng.poisson(7, n_rows).astype("float"), 0.02).astype("Int64"),
        "price": holes(np.round(np.exp(rng.standard_normal(n_rows) * 0.8 + 3), 2), 0.03),
        "discount": np.round(rng.integers(0, 11, n_rows) / 20, 2),
        "score": holes(np.round(rng.standard_normal(n_rows) * 12.5 + 50, 6), 0.05),
        "flag": holes(np.where(rng.random(n_rows) < 0.3, "true", "false").astype(object), 0.01),
        "sensor": holes(np.round(rng.standard_normal(n_rows) * 1e-3, 10), 0.02),
    })


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (("train.csv", train_table), ("big.csv", big_table)):
        if not (folder / name).exists():
            make().to_csv(folder / name, index=False)
        print(name, (folder / name).stat().st_size)


if __name__ == "__main__":
    main()
