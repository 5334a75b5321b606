"""How far two samples differ, and how likely chance alone makes such a difference: as the workbench computes it."""

from __future__ import annotations

import math
from typing import Sequence

import numpy as np

# Shares below this count as this in PSI.
FLOOR = 1e-4
# A bin with a smaller expected count in either sample goes into the bin of the rare ones (Cochran's rule).
LEAST_EXPECTED = 5.0
MAX_EXACT_ROWS = 5000
MAX_PATHS_ROWS = 10_000


def normal_sf(x: float) -> float:
    return 0.5 * math.erfc(x / math.sqrt(2.0))


def gamma_q(a: float, x: float) -> float:
    """The upper regularised incomplete gamma function."""
    if x <= 0.0:
        return 1.0
    log_scale = a * math.log(x) - x - math.lgamma(a)
    scale = math.exp(log_scale) if log_scale > -745.0 else 0.0
    if x < a + 1.0:
        term = total = 1.0 / a
        n = a
        while term > total * 2.2e-16:
            n += 1.0
            term *= x / n
            total += term
        return min(max(1.0 - total * scale, 0.0), 1.0)
    tiny = 1e-292
    b = x + 1.0 - a
    c, d = 1.0 / tiny, 1.0 / b
    fraction = d
    for i in range(1, 100_000):
        numerator = -i * (i - a)
        b += 2.0
        d = 1.0 / ((numerator * d + b) or tiny)
        c = (b + numerator / c) or tiny
        fraction *= d * c
        if abs(d * c - 1.0) <= 2.2e-16:
            break
    return min(max(fraction * scale, 0.0), 1.0)


def kolmogorov_sf(x: float) -> float:
    if x < 0.05:
        return 1.0
    if x < 1.0:
        squared = math.pi**2 / (8.0 * x * x)
        return 1.0 - math.sqrt(2.0 * math.pi) / x * sum(math.exp(-odd * odd * squared) for odd in (1, 3, 5, 7, 9))
    return 2.0 * sum(sign * math.exp(-2.0 * k * k * x * x) for k, sign in ((1, 1), (2, -1), (3, 1), (4, -1), (5, 1)))


def ks_sf(statistic: float, n: int, m: int) -> float:
    """P-value of the two-sample Kolmogorov-Smirnov test: lattice paths are counted, for large samples the limit is taken."""
    if statistic <= 0.0:
        return 1.0
    k = n * (m / (n + m))
    x = math.sqrt(k) * statistic
    limit = kolmogorov_sf(x + 1.0 / (6.0 * math.sqrt(k)) + (x - 1.0) / (4.0 * k))
    # What chance brings that often needs no counting: the limit is off by less than 0.001.
    if max(n, m) > MAX_PATHS_ROWS or x > 6.0 or (limit > 0.2 and min(n, m) >= 200):
        return min(limit, 1.0)
    outside = _outside(statistic, max(n, m), min(n, m))
    # Below, the difference of two shares is nothing but rounding.
    return outside if outside > 1e-9 else min(limit, 1e-9)


def _outside(statistic: float, m: int, n: int) -> float:
    """The share of lattice paths from (0, 0) to (m, n) that touch |x / m - y / n| = statistic: column by column, the paths
    that stay within are summed; each column is scaled by the share of all paths that it stands for."""
    divisor = math.gcd(m, n)
    step_m, step_n = m // divisor, n // divisor
    h = round(statistic * (step_m * n))
    if h <= 0:
        return 1.0
    inside = np.zeros(n + 1)
    inside[: min(-(-h // step_m), n + 1)] = 1.0
    log_scale = 0.0
    for i in range(1, m + 1):
        low = min(max((step_n * i - h) // step_m + 1, 0), n)
        high = min(-(-(step_n * i + h) // step_m), n + 1)
        if high <= low:
            return 1.0
        inside[:low] = 0.0
        inside[low:high] = np.cumsum(inside[low:high])
        inside[high:] = 0.0
        top = inside[high - 1]
        if top > 1e200:
            inside[low:high] /= top
            log_scale += math.log(top)
    log_all = math.lgamma(m + n + 1) - math.lgamma(m + 1) - math.lgamma(n + 1)
    stays = math.log(inside[n]) + log_scale - log_all if inside[n] > 0 else -math.inf
    return min(max(-math.expm1(min(stays, 0.0)), 0.0), 1.0)


def two_proportions(k: int, n: int, l: int, m: int) -> float | None:
    """z of the test that two shares are the same, positive when it is larger now; None where there is nothing to test."""
    if n == 0 or m == 0:
        return None
    pooled = (k + l) / (n + m)
    if pooled <= 0.0 or pooled >= 1.0:
        return None
    return (l / m - k / n) / math.sqrt(pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m))


def share_grew(k: int, n: int, l: int, m: int) -> float:
    """P-value that a share is no larger than it was: Fisher's exact test, for many rows by the normal distribution."""
    if n == 0 or m == 0 or l == 0:
        return 1.0
    if m > MAX_EXACT_ROWS:
        z = two_proportions(k, n, l, m)
        return 1.0 if z is None else normal_sf(z)
    having, every = k + l, n + m
    if every - having < m - l:
        return 1.0

    def log_choose(a: int, b: int) -> float:
        return math.lgamma(a + 1.0) - math.lgamma(b + 1.0) - math.lgamma(a - b + 1.0)

    log_first = log_choose(having, l) + log_choose(every - having, m - l) - log_choose(every, m)
    term = math.exp(log_first) if log_first > -745.0 else 0.0
    tail = 0.0
    for x in range(l, min(m, having) + 1):
        tail += term
        term *= (having - x) * (m - x) / ((x + 1) * (every - having + x + 1 - m))
    return min(tail, 1.0)


def chi_square_p(before: Sequence[int], now: Sequence[int]) -> float | None:
    a, b = np.asarray(before, float), np.asarray(now, float)
    n, m = a.sum(), b.sum()
    if n == 0 or m == 0:
        return None
    is_rare = (a + b) * (min(n, m) / (n + m)) < LEAST_EXPECTED
    rare = (a[is_rare].sum(), b[is_rare].sum())
    a, b = a[~is_rare], b[~is_rare]
    if sum(rare) > 0:
        a, b = np.append(a, rare[0]), np.append(b, rare[1])
    if len(a) < 2:
        return 1.0
    expected = [(a + b) * (size / (n + m)) for size in (n, m)]
    statistic = sum((((seen - mean) ** 2) / mean).sum() for seen, mean in zip((a, b), expected))
    return gamma_q(0.5 * (len(a) - 1), 0.5 * float(statistic))


def shares(before: Sequence[int], now: Sequence[int]) -> tuple[np.ndarray, np.ndarray] | None:
    a, b = np.asarray(before, float), np.asarray(now, float)
    return None if a.sum() == 0 or b.sum() == 0 else (a / a.sum(), b / b.sum())


def psi(before: Sequence[int], now: Sequence[int]) -> float | None:
    both = shares(before, now)
    if both is None:
        return None
    p, q = (np.maximum(each, FLOOR) for each in both)
    return float(((q - p) * np.log(q / p)).sum())


def jensen_shannon(before: Sequence[int], now: Sequence[int]) -> float | None:
    both = shares(before, now)
    if both is None:
        return None
    middle = (both[0] + both[1]) / 2.0
    total = sum(float((p[p > 0] * np.log(p[p > 0] / middle[p > 0])).sum()) for p in both)
    return math.sqrt(max(0.5 * total, 0.0))


def total_variation(before: Sequence[int], now: Sequence[int]) -> float | None:
    both = shares(before, now)
    return None if both is None else float(0.5 * np.abs(both[0] - both[1]).sum())


def adjusted(p_values: Sequence[float | None], correction: str) -> list[float | None]:
    """Corrected for how many there are: Benjamini-Hochberg, Bonferroni or none."""
    order = sorted((p, at) for at, p in enumerate(p_values) if p is not None and p == p)
    out: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(order), 0, -1):
        p, at = order[rank - 1]
        if correction == "benjamini_hochberg":
            least = min(least, p * len(order) / rank)
            out[at] = least
        else:
            out[at] = min(p * len(order), 1.0) if correction == "bonferroni" else p
    return out
