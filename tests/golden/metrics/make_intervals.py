"""Writes intervals.json: Clopper and Pearson's intervals by statsmodels, places of the median's interval by scipy.

    python make_intervals.py

statsmodels 0.15.0, scipy 1.17.1.
"""

import json
import pathlib

from scipy import stats
from statsmodels.stats.proportion import proportion_confint

HERE = pathlib.Path(__file__).resolve().parent
CASES = [(0, 1), (1, 1), (0, 30), (1, 30), (15, 30), (29, 30), (30, 30), (42, 42), (3, 100), (97, 100), (1, 1000), (999, 1000), (500, 1000),
         (12345, 100000), (1, 5000000)]


def main():
    shares = []
    for hits, n in CASES:
        for level in (0.95, 0.99):
            low, high = proportion_confint(hits, n, alpha=1 - level, method="beta")
            shares.append({"hits": hits, "n": n, "level": level, "low": float(low), "high": float(high)})
    medians = []
    for n in (3, 5, 6, 10, 30, 101, 1000, 4001):
        # The largest k with P(at most k of n below the median) within the tail.
        places = [k for k in range(n) if stats.binom.cdf(k, n, 0.5) <= 0.025]
        medians.append({"n": n, "place": max(places) if places else None})
    with open(HERE / "intervals.json", "w", encoding="utf-8") as file:
        json.dump({"shares": shares, "medians": medians}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
