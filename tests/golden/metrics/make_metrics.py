"""Writes metrics.json: scores, curves and calibration by scikit-learn, intervals by scipy.

    python make_metrics.py

scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6. A figure is null where scikit-learn itself warns that it is undefined,
and in the four cases where it answers with a number all the same: mcc of one class (0), average precision without a
positive row (0), r2 of a constant truth (0 or 1), mape with a true value of 0 (huge).
"""

import json
import pathlib
import warnings

import numpy as np
from scipy import stats
from sklearn import datasets, metrics as m
from sklearn.calibration import calibration_curve
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, label_binarize

HERE = pathlib.Path(__file__).resolve().parent


def f32(p):
    return np.asarray(p, dtype=np.float32).astype(np.float64)


def figure(f):
    """The value, or None where scikit-learn says that it is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", UndefinedMetricWarning)
        try:
            value = float(f())
        except (UndefinedMetricWarning, ValueError, ZeroDivisionError):
            return None
    return value if np.isfinite(value) else None


def averages(y, label, p, k):
    out = {}
    for name, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        out[name] = {a: float(f(y, label, average=a, zero_division=0)) for a in ("micro", "macro", "weighted")}
    if k > 2:
        hot = label_binarize(y, classes=range(k))
        for name, f in (("roc_auc", m.roc_auc_score), ("average_precision", m.average_precision_score)):
            absent = len(set(y)) < k
            out[name] = {a: None if absent and a != "micro" else figure(lambda: f(hot, p, average=a))
                         for a in ("micro", "macro", "weighted")}
    return out


def classes_case(name, y, p, threshold=None):
    y, p = np.asarray(y), f32(p)
    k = p.shape[1]
    binary = k == 2
    label = (p[:, 1] >= (0.5 if threshold is None else threshold)).astype(int) if binary else p.argmax(axis=1)
    labels = list(range(k))
    one = len(set(y)) == 1 or len(set(label)) == 1
    hot = label_binarize(y, classes=labels) if not binary else None
    ovr = lambda f: (lambda: f(y, p[:, 1])) if binary else (lambda: f(hot, p, average="macro"))
    of_labels = dict(average="binary", zero_division="warn") if binary else dict(average="macro", zero_division=0)
    eye = np.eye(k)[y]
    scores = {
        "roc_auc": figure(ovr(m.roc_auc_score)),
        "average_precision": figure(ovr(m.average_precision_score)) if all((y == c).any() for c in labels[-1 if binary else 0:])
        else None,
        "log_loss": figure(lambda: m.log_loss(y, p, labels=labels)),
        "brier": figure(lambda: m.brier_score_loss(y, p[:, 1], pos_label=1) if binary else m.brier_score_loss(y, p, labels=labels))
        if len(set(y)) > 1 else float(((y - p[:, 1]) ** 2).mean() if binary else ((eye - p) ** 2).sum(axis=1).mean()),
        "accuracy": figure(lambda: m.accuracy_score(y, label)),
        "balanced_accuracy": figure(lambda: m.balanced_accuracy_score(y, label)),
        "precision": figure(lambda: m.precision_score(y, label, **of_labels)),
        "recall": figure(lambda: m.recall_score(y, label, **of_labels)),
        "f1": figure(lambda: m.f1_score(y, label, **of_labels)),
        "specificity": figure(lambda: m.recall_score(y, label, pos_label=0, zero_division="warn")) if binary else None,
        "mcc": None if one else figure(lambda: m.matthews_corrcoef(y, label)),
        "kappa": figure(lambda: m.cohen_kappa_score(y, label, labels=labels)),
    }
    per_class = []
    for c in labels:
        t, q = (y == c).astype(int), (label == c).astype(int)
        per_class.append({
            "n_rows": int(t.sum()),
            "precision": figure(lambda: m.precision_score(t, q, zero_division="warn")),
            "recall": figure(lambda: m.recall_score(t, q, zero_division="warn")),
            "f1": figure(lambda: m.f1_score(t, q, zero_division="warn")),
            "roc_auc": figure(lambda: m.roc_auc_score(t, p[:, c])),
        })
    curves = []
    for c in ([1] if binary else labels):
        t = (y == c).astype(int)
        if 0 < t.sum() < len(t):
            fpr, tpr, _ = m.roc_curve(t, p[:, c], drop_intermediate=False)
            precision, recall, _ = m.precision_recall_curve(t, p[:, c])
            observed, predicted = calibration_curve(t, p[:, c], n_bins=10, strategy="uniform")
            curves.append({"class": c, "fpr": fpr.tolist(), "tpr": tpr.tolist(), "precision": precision.tolist(),
                           "recall": recall.tolist(), "observed": observed.tolist(), "mean_predicted": predicted.tolist()})
    return {"name": name, "n_classes": k, "threshold": threshold, "truth": y.tolist(), "values": p.ravel().tolist(),
            "scores": scores, "averages": averages(y, label, p, k),
            "confusion": m.confusion_matrix(y, label, labels=labels).tolist(), "per_class": per_class, "curves": curves}


def values_case(name, y, p, n_features):
    y, p = np.asarray(y, float), np.asarray(p, float)
    n = len(y)
    constant = n < 2 or (y == y[0]).all()
    r2 = None if constant else float(m.r2_score(y, p))
    with np.errstate(all="ignore"):
        both = np.abs(y) + np.abs(p)
        smape = float(np.mean(np.where(both == 0, 0, 2 * np.abs(y - p) / np.where(both == 0, 1, both))))
    scores = {
        "rmse": float(m.root_mean_squared_error(y, p)), "mae": float(m.mean_absolute_error(y, p)), "r2": r2,
        "adjusted_r2": None if r2 is None or n <= n_features + 1 else 1 - (1 - r2) * (n - 1) / (n - n_features - 1),
        "mape": None if (y == 0).any() else float(m.mean_absolute_percentage_error(y, p)), "smape": smape,
        "median_ae": float(m.median_absolute_error(y, p)), "max_error": float(m.max_error(y, p)),
        "quantile_loss": float(m.mean_pinball_loss(y, p, alpha=0.5)),
    }
    return {"name": name, "truth": y.tolist(), "values": p.tolist(), "n_features": n_features, "scores": scores}


def interval(case, metric, f):
    y = np.array(case["truth"])
    p = np.array(case["values"])
    p = p.reshape(len(y), -1)[:, -1] if "n_classes" in case else p
    result = stats.bootstrap((y, p), f, paired=True, vectorized=False, n_resamples=9999, confidence_level=0.95,
                             method="percentile", rng=np.random.default_rng(5))
    return {"case": case["name"], "metric": metric, "low": float(result.confidence_interval.low),
            "high": float(result.confidence_interval.high)}


def main():
    rng = np.random.default_rng(11)

    def probabilities(data, n_features, c=1.0):
        x, y = data.data[:, :n_features], data.target
        order = np.random.default_rng(1).permutation(len(y))
        x, y = x[order], y[order]
        cut = len(y) // 2
        model = make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=1000)).fit(x[:cut], y[:cut])
        return y[cut:], model.predict_proba(x[cut:])

    cancer_y, cancer_p = probabilities(datasets.load_breast_cancer(), 2, 0.1)
    wine_y, wine_p = probabilities(datasets.load_wine(), 2)
    iris_y, iris_p = probabilities(datasets.load_iris(), 2)
    noisy_y = rng.integers(0, 2, 400)
    noisy = np.clip(0.5 + 0.12 * (noisy_y - 0.5) + rng.normal(0, 0.2, 400), 0, 1)
    ties = np.round(noisy, 1)
    both = lambda p: np.column_stack([1 - p, p])
    k4 = rng.dirichlet(np.ones(4), 300)
    k4_y = np.array([rng.choice(4, p=0.6 * row + 0.1) for row in k4])
    coarse = np.round(k4 * 4)
    coarse = (coarse + 1e-9) / (coarse + 1e-9).sum(axis=1, keepdims=True)
    classes = [
        classes_case("breast cancer", cancer_y, cancer_p),
        classes_case("breast cancer, threshold 0.2", cancer_y, cancer_p, 0.2),
        classes_case("noise", noisy_y, both(noisy)),
        classes_case("ties, threshold on a score", noisy_y, both(ties), 0.6000000238418579),
        classes_case("all scores equal", [0, 1, 1, 0, 1], both(np.full(5, 0.3))),
        classes_case("perfect and certain", [0, 1, 1, 0], both(np.array([0, 1.0, 1, 0]))),
        classes_case("wrong and certain", [0, 1, 1, 0], both(np.array([1.0, 0, 1, 0]))),
        classes_case("only positives", [1, 1, 1], both(np.array([0.2, 0.7, 0.9]))),
        classes_case("only negatives", [0, 0, 0], both(np.array([0.2, 0.7, 0.9]))),
        classes_case("one row", [1], both(np.array([0.7]))),
        classes_case("wine", wine_y, wine_p),
        classes_case("iris", iris_y, iris_p),
        classes_case("four classes", k4_y, k4),
        classes_case("four classes, ties", k4_y, coarse),
        classes_case("a class never true", np.where(k4_y == 3, 0, k4_y)[:60], k4[:60]),
        classes_case("a class never predicted", k4_y[:80], np.where(np.arange(4) == 2, 0.0, k4[:80] + k4[:80, 2:3] / 3)),
    ]
    diabetes = datasets.load_diabetes(scaled=False)
    cut = 221
    diabetes_p = LinearRegression().fit(diabetes.data[:cut], diabetes.target[:cut]).predict(diabetes.data[cut:])
    counts = rng.poisson(3, 120)
    values = [
        values_case("diabetes", diabetes.target[cut:], diabetes_p, 10),
        values_case("ties and zeros", counts, np.round(counts + rng.normal(0, 1, 120)), 3),
        values_case("far from zero", 1e8 + rng.normal(0, 1, 50), 1e8 + rng.normal(0, 1, 50), 2),
        values_case("negative", -rng.exponential(10, 75), -rng.exponential(10, 75), 4),
        values_case("constant truth", [2.5] * 6, [2.5, 2, 3, 2.5, 2.4, 2.6], 1),
        values_case("perfect", [1, 2, 3, 4], [1, 2, 3, 4], 1),
        values_case("one row", [3], [2.5], 1),
        values_case("more features than rows", [1, 2, 4], [1, 2, 3], 5),
    ]
    by_name = {case["name"]: case for case in classes + values}
    intervals = [
        interval(by_name["noise"], "roc_auc", m.roc_auc_score),
        interval(by_name["noise"], "f1", lambda y, p: m.f1_score(y, p >= 0.5)),
        interval(by_name["breast cancer"], "brier", m.brier_score_loss),
        interval(by_name["diabetes"], "rmse", m.root_mean_squared_error),
        interval(by_name["diabetes"], "r2", m.r2_score),
        interval(by_name["diabetes"], "median_ae", m.median_absolute_error),
    ]
    with open(HERE / "metrics.json", "w", encoding="utf-8") as file:
        json.dump({"classes": classes, "values": values, "intervals": intervals}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
