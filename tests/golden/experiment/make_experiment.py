"""Writes experiment.json: A/B tests by statsmodels, scipy and numerical integration.

    python make_experiment.py

statsmodels 0.15.0, scipy 1.17.1, mpmath 1.4.1, numpy 2.4.6.
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np
from scipy import optimize, stats
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import (confint_proportions_2indep, power_proportions_2indep, proportion_effectsize,
                                          proportions_ztest)

HERE = pathlib.Path(__file__).resolve().parent
mp.mp.dps = 25
SIDES = {"two": "two-sided", "one": "larger"}


# Power and size -------------------------------------------------------------------------------------------------------

def rate_power(rate_a, rate_b, n_a, ratio, alpha, sides):
    # statsmodels' first sample is the one with the higher rate for "larger".
    if rate_b >= rate_a:
        return power_proportions_2indep(rate_b - rate_a, rate_a, n_a * ratio, 1 / ratio, alpha, alternative=SIDES[sides],
                                        return_results=False)
    return power_proportions_2indep(rate_a - rate_b, rate_b, n_a, ratio, alpha, alternative=SIDES[sides],
                                    return_results=False)


def rate_powers():
    for rate_a, rate_b, n_a, ratio, alpha, sides in [
        (0.1, 0.12, 3841, 1, 0.05, "two"), (0.1, 0.12, 3000, 1, 0.05, "one"), (0.5, 0.45, 900, 2, 0.01, "two"),
        (0.02, 0.013, 4000, 0.25, 0.1, "two"), (0.9, 0.93, 1500, 1, 0.05, "two"), (0.3, 0.3001, 100, 1, 0.05, "two"),
    ]:
        yield {"rate_a": rate_a, "rate_b": rate_b, "n_a": n_a, "n_b": n_a * ratio, "alpha": alpha, "sides": sides,
               "power": float(rate_power(rate_a, rate_b, n_a, ratio, alpha, sides))}


def rate_sizes():
    for rate, effect, alpha, power, ratio, sides in [
        (0.1, 0.02, 0.05, 0.8, 1, "two"), (0.1, 0.02, 0.05, 0.9, 1, "one"), (0.05, -0.01, 0.05, 0.8, 1, "two"),
        (0.3, 0.03, 0.01, 0.95, 2, "two"), (0.012, 0.003, 0.05, 0.8, 0.5, "two"), (0.5, 0.2, 0.05, 0.8, 1, "two"),
    ]:
        n = optimize.brentq(lambda n: rate_power(rate, rate + effect, n, ratio, alpha, sides) - power, 2, 1e7, xtol=1e-9)
        arcsine = NormalIndPower().solve_power(abs(proportion_effectsize(rate, rate + effect)), alpha=alpha, power=power,
                                               ratio=ratio, alternative=SIDES[sides])
        yield {"rate": rate, "effect": effect, "alpha": alpha, "power": power, "ratio": ratio, "sides": sides,
               "n_a": float(n), "arcsine_n_a": float(arcsine)}


def mean_powers():
    for effect, n_a, ratio, alpha, sides in [
        (0.5, 64, 1, 0.05, "two"), (0.2, 200, 1.5, 0.05, "one"), (0.1, 2000, 1, 0.01, "two"), (1.5, 6, 2, 0.05, "two"),
        (0.02, 30_000, 1, 0.05, "two"), (0.8, 3, 1, 0.05, "two"),
    ]:
        yield {"effect": effect, "n_a": n_a, "n_b": n_a * ratio, "alpha": alpha, "sides": sides,
               "power": float(TTestIndPower().power(effect, n_a, alpha, ratio, alternative=SIDES[sides]))}


def mean_sizes():
    for mean, std_dev, effect, alpha, power, ratio, sides in [
        (100.0, 40.0, 5.0, 0.05, 0.8, 1, "two"), (12.0, 3.0, -1.0, 0.05, 0.9, 1, "one"), (0.0, 1.0, 1.5, 0.05, 0.8, 1, "two"),
        (50.0, 20.0, 1.0, 0.01, 0.8, 2, "two"),
    ]:
        n = TTestIndPower().solve_power(abs(effect) / std_dev, alpha=alpha, power=power, ratio=ratio,
                                        alternative=SIDES[sides])
        yield {"mean": mean, "std_dev": std_dev, "effect": effect, "alpha": alpha, "power": power, "ratio": ratio,
               "sides": sides, "n_a": float(n)}


# Tests ----------------------------------------------------------------------------------------------------------------

COUNTS = [(120, 1000, 151, 1010), (3, 40, 9, 41), (0, 50, 4, 50), (500, 500, 498, 500), (5200, 100_000, 5050, 99_500),
          (12, 12_000, 25, 11_900), (40, 100, 40, 100)]


def beta_integrals(with_a, n_a, with_b, n_b):
    """P(B > A), E[(A - B)+], E[(B - A)+] under uniform priors, by mpmath."""
    params = [(mp.mpf(x + 1), mp.mpf(n - x + 1)) for x, n in ((with_a, n_a), (with_b, n_b))]

    def pdf(x, a, b):
        return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - mp.log(mp.beta(a, b))) if 0 < x < 1 else mp.mpf(0)

    ends = {mp.mpf(0), mp.mpf(1)}
    for a, b in params:
        mean, sd = a / (a + b), mp.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
        ends |= {min(max(mean + k * sd, 0), 1) for k in (-30, -12, -6, -3, -1, 0, 1, 3, 6, 12, 30)}
    ends = sorted(ends)
    (a1, b1), (a2, b2) = params
    # Distribution functions by scipy (1e-14); the densities' mass is integrated at full precision.
    da, db = stats.beta(float(a1), float(b1)), stats.beta(float(a2), float(b2))
    higher = mp.quad(lambda x: pdf(x, a2, b2) * mp.mpf(float(da.cdf(float(x)))), ends)
    a_over = mp.quad(lambda x: mp.mpf(float(db.cdf(float(x)) * da.sf(float(x)))), ends)
    b_over = mp.quad(lambda x: mp.mpf(float(da.cdf(float(x)) * db.sf(float(x)))), ends)
    return float(higher), float(a_over), float(b_over)


def proportions():
    for with_a, n_a, with_b, n_b in COUNTS:
        z, p = proportions_ztest([with_b, with_a], [n_b, n_a])
        _, larger = proportions_ztest([with_b, with_a], [n_b, n_a], alternative="larger")
        low, high = confint_proportions_2indep(with_b, n_b, with_a, n_a, method="newcomb", compare="diff", alpha=0.05)
        low_90, high_90 = confint_proportions_2indep(with_b, n_b, with_a, n_a, method="newcomb", compare="diff", alpha=0.1)
        higher, a_over, b_over = beta_integrals(with_a, n_a, with_b, n_b)
        yield {"counts": [with_a, n_a, with_b, n_b], "z": float(z), "p_value": float(p), "p_larger": float(larger),
               "low": float(low), "high": float(high), "low_90": float(low_90), "high_90": float(high_90),
               "b_higher": higher, "a_over_b": a_over, "b_over_a": b_over}


def means():
    rng = np.random.default_rng(5)
    for name, a, b in [
        ("unequal variances", rng.normal(10, 2, 30), rng.normal(11, 6, 45)),
        ("skewed", rng.lognormal(1, 1, 200), rng.lognormal(1.1, 1, 150)),
        ("far from zero", 1e9 + rng.normal(0, 1, 25), 1e9 + 1 + rng.normal(0, 2, 20)),
        ("five and four", np.array([1.0, 2, 4, 5, 9]), np.array([3.0, 8, 9, 12])),
    ]:
        test = stats.ttest_ind(b, a, equal_var=False)
        one = stats.ttest_ind(b, a, equal_var=False, alternative="greater")
        interval = test.confidence_interval(0.95)
        error = math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
        d = stats.t(test.df, loc=b.mean() - a.mean(), scale=error)
        loss_a = d.expect(lambda x: x, lb=0) if d.sf(0) else 0.0
        loss_b = d.expect(lambda x: -x, ub=0)
        yield {"name": name, "a": a.tolist(), "b": b.tolist(), "t": float(test.statistic), "df": float(test.df),
               "p_value": float(test.pvalue), "p_larger": float(one.pvalue), "low": float(interval.low),
               "high": float(interval.high), "b_higher": float(d.sf(0)), "b_over_a": float(loss_a),
               "a_over_b": float(loss_b)}


def splits():
    for n_a, n_b, share_b in [(5000, 5000, 0.5), (5200, 4800, 0.5), (7010, 2990, 0.3), (980, 20, 0.01), (9000, 1200, 0.1)]:
        total = n_a + n_b
        test = stats.chisquare([n_a, n_b], [total * (1 - share_b), total * share_b])
        yield {"n_a": n_a, "n_b": n_b, "share_b": share_b, "chi_square": float(test.statistic),
               "p_value": float(test.pvalue)}


# Sequential -----------------------------------------------------------------------------------------------------------

def ratio(d, variance, mixture):
    """The likelihood ratio of the mixture, by integration over the effect."""
    d, v, m = mp.mpf(d), mp.mpf(variance), mp.mpf(mixture)
    center = d * m / (v + m)
    spread = mp.sqrt(v * m / (v + m))
    return mp.quad(lambda e: mp.npdf(d, e, mp.sqrt(v)) / mp.npdf(d, 0, mp.sqrt(v)) * mp.npdf(e, 0, mp.sqrt(m)),
                   [center + k * spread for k in (-12, -4, 0, 4, 12)])


def sequences():
    for d, variance, mixture, alpha in [(0.02, 1e-4, 4e-4, 0.05), (0.03, 2e-5, 1e-4, 0.01), (-1.4, 0.3, 2.0, 0.1),
                                        (0.0, 1e-6, 1e-4, 0.05)]:
        def beyond(x):
            return float(mp.log(ratio(x, variance, mixture)) + mp.log(alpha))

        half = optimize.brentq(beyond, 1e-9, 60 * math.sqrt(variance), xtol=1e-15)
        yield {"difference": d, "variance": variance, "mixture": mixture, "alpha": alpha, "low": d - half, "high": d + half,
               "p_value": min(1.0, float(1 / ratio(d, variance, mixture)))}


golden = {name: list(cases()) for name, cases in [
    ("rate_powers", rate_powers), ("rate_sizes", rate_sizes), ("mean_powers", mean_powers), ("mean_sizes", mean_sizes),
    ("proportions", proportions), ("means", means), ("splits", splits), ("sequences", sequences)]}
(HERE / "experiment.json").write_text(json.dumps(golden, indent=1) + "\n")
