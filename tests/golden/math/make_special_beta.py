"""Writes special_beta.json: beta and t distributions by scipy, checked against mpmath.

    python make_special_beta.py

scipy 1.17.1, mpmath 1.4.1, numpy 2.4.6. Where scipy is further than 1e-12 from mpmath, mpmath's number is taken.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).resolve().parent
mp.mp.dps = 40


def exact_beta(x, a, b):
    """(below, above), both to full precision: by the hypergeometric series on the side where it converges fast."""
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)

    def series(x, a, b):
        return mp.exp(a * mp.log(x) + b * mp.log(1 - x) - mp.log(a) - mp.log(mp.beta(a, b))) * mp.hyp2f1(
            a + b, 1, a + 1, x, maxterms=10**7)

    if x <= a / (a + b):
        below = series(x, a, b)
        return below, 1 - below
    above = series(1 - x, b, a)
    return 1 - above, above


def settled(name, by_scipy, exact):
    error = abs(by_scipy / exact - 1) if exact else abs(by_scipy)
    if error > 1e-12:
        print(f"{name}: scipy {by_scipy!r} is off by {float(error):.1e}")
    return float(exact)


beta = []
for a, b in [(0.5, 0.5), (1, 1), (1, 1000), (2.5, 7), (30, 4), (121, 1881), (5001, 95_001), (250_001, 750_001)]:
    d = stats.beta(a, b)
    for z in (-6, -2, -0.3, 0.4, 1.5, 5):
        x = float(np.clip(d.mean() + z * d.std(), 1e-7, 1 - 1e-7))
        below, above = exact_beta(x, a, b)
        pdf = mp.exp((a - 1) * mp.log(mp.mpf(x)) + (b - 1) * mp.log(1 - mp.mpf(x)) - mp.log(mp.beta(a, b)))
        name = f"beta({a}, {b}) at {x}"
        beta.append({"x": x, "a": a, "b": b, "cdf": settled(name, d.cdf(x), below), "sf": settled(name, d.sf(x), above),
                     "pdf": settled(name, d.pdf(x), pdf)})

student = []
for df in (1, 2, 3.7, 12, 29.5, 100, 5000, 1e7):
    for t in (-8.0, -1.0, 0.0, 0.2, 1.96, 5.0, 30.0):
        d = stats.t(df)
        _, tail = exact_beta(mp.mpf(t) ** 2 / (df + mp.mpf(t) ** 2), 0.5, mp.mpf(df) / 2) if t else (0, mp.mpf(1))
        sf = tail / 2 if t >= 0 else 1 - tail / 2
        student.append({"t": t, "df": df, "sf": settled(f"t({df}) at {t}", d.sf(t), sf), "pdf": float(d.pdf(t))})

quantiles = [{"p": p, "df": df, "t": float(stats.t.ppf(p, df))}
             for df in (1, 2, 3.7, 12, 100, 5000, 1e7) for p in (1e-10, 0.005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9999)]

noncentral = []
for df, shift, t in [(3, 0.5, 2.0), (10, 2.8, 2.23), (10, -2.8, 2.23), (58, 3.5, -1.2), (198, 2.8, 1.972), (1998, 6.0, 1.961),
                     (19_998, 2.802, 1.960), (40, 12.0, 2.02), (5, 45.0, 2.6), (200_000, 1.0, 1.645)]:
    # P(T > t) = integral over s of the density of chi / sqrt(df) times Phi(shift - t s).
    v = mp.mpf(df)

    def density(s):
        return mp.exp(mp.log(2) + (v / 2) * mp.log(v / 2) - mp.loggamma(v / 2) + (v - 1) * mp.log(s) - v * s * s / 2)

    spread = 1 / mp.sqrt(2 * v)
    ends = [max(mp.mpf("1e-6"), 1 + k * spread) for k in (-14, -6, -2, 0, 2, 6, 14)]
    ends = sorted(set(ends))
    sf = mp.quad(lambda s: density(s) * mp.ncdf(shift - t * s), ends)
    noncentral.append({"t": t, "df": df, "shift": shift, "sf": settled(f"nct({df}, {shift}) at {t}",
                                                                      stats.nct.sf(t, df, shift), sf)})

(HERE / "special_beta.json").write_text(json.dumps(
    {"beta": beta, "student": student, "quantiles": quantiles, "noncentral": noncentral}, indent=1) + "\n")
