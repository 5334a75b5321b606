"""Writes evaluate.json: thresholds and costs by counting, fairness by fairlearn, importances and fits by scikit-learn.

    python make_evaluate.py

scikit-learn 1.9.1, fairlearn 0.15.0, pandas 3.1.1, numpy 2.4.6.
"""

import json
import pathlib
import warnings

import fairlearn.metrics as fm
import numpy as np
import pandas as pd
from sklearn import datasets, metrics as m
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parents[2] / "public" / "samples"


def f32(p):
    return np.asarray(p, dtype=np.float32).astype(np.float64)


def number(x):
    return float(x) if np.isfinite(x) else None


def churn():
    frame = pd.read_csv(SAMPLES / "churn.csv", dtype={"senior": str}).drop_duplicates()
    x = pd.get_dummies(frame[["contract", "internet_service", "payment_method", "partner"]])
    for name in ("tenure", "support_calls", "late_payments"):
        x[name] = frame[name]
    return x.to_numpy(float), (frame["churned"] == "yes").to_numpy(int), frame


def loan():
    frame = pd.read_csv(SAMPLES / "loan.csv")
    x = pd.get_dummies(frame[["employment", "housing", "district"]])
    for name in ("loan_amount", "term_months", "existing_debt", "late_payments_2y", "years_employed"):
        x[name] = frame[name]
    return x.to_numpy(float), (frame["approved"] == "yes").to_numpy(int), frame


def scored(data, n=1200):
    x, y, frame = data
    a, b, ya, yb, _, fb = train_test_split(x, y, frame, test_size=n, random_state=3, stratify=y)
    p = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(a, ya).predict_proba(b)[:, 1]
    return yb, f32(p), fb


# Thresholds -----------------------------------------------------------------------------------------------------------

def threshold_case(name, y, p, fp, fn):
    y, p = np.asarray(y, int), f32(p)
    candidates = np.unique(np.concatenate([p, [0.0, 0.5, 1.0]]))
    costs = [fp * ((p >= t) & (y == 0)).sum() + fn * ((p < t) & (y == 1)).sum() for t in candidates]
    points = []
    for t in (0.0, 0.2, 0.35, 0.5, 0.65, 1.0):
        label = (p >= t).astype(int)
        tn, f_p, f_n, tp = m.confusion_matrix(y, label, labels=[0, 1]).ravel().tolist()
        one = len(set(y)) == 1 or len(set(label)) == 1
        points.append({
            "threshold": t, "tp": tp, "fp": f_p, "tn": tn, "fn": f_n, "cost": fp * f_p + fn * f_n,
            "precision": tp / (tp + f_p) if tp + f_p else None, "recall": tp / (tp + f_n) if tp + f_n else None,
            "f1": float(m.f1_score(y, label, zero_division=0)) if tp + f_p + f_n else None,
            "accuracy": float(m.accuracy_score(y, label)), "mcc": None if one else float(m.matthews_corrcoef(y, label)),
        })
    return {"name": name, "truth": y.tolist(), "scores": p.tolist(), "false_positive": fp, "false_negative": fn,
            "lowest_cost": float(min(costs)), "points": points}


# Fairness -------------------------------------------------------------------------------------------------------------

def fairness_case(name, y, label, group):
    """`group`: strings, None is missing. Groups too small by the workbench's rule are left out of the gaps."""
    group = np.array([g if g is not None else "(missing)" for g in group], dtype=object)
    y, label = np.asarray(y, int), np.asarray(label, int)
    rates, large = {}, []
    for g in sorted(set(group), key=lambda g: (g == "(missing)", g)):
        at = group == g
        t, l = y[at], label[at]
        share = lambda part, of: float(part / of) if of else None
        rates[g] = {
            "n_rows": int(at.sum()), "selection_rate": share(l.sum(), len(l)), "true_positive_rate": share((l * t).sum(), t.sum()),
            "false_positive_rate": share((l * (1 - t)).sum(), (1 - t).sum()), "precision": share((l * t).sum(), l.sum()),
            "accuracy": share((l == t).sum(), len(l)),
        }
        if at.sum() >= 30 and t.sum() >= 10 and (1 - t).sum() >= 10:
            large.append(g)
    keep = np.isin(group, large)
    t, l, s = y[keep], label[keep], group[keep].astype(str)
    criteria = {key: {"difference": None, "ratio": None}
                for key in ("demographic_parity", "equal_opportunity", "equalized_odds", "predictive_parity")}
    if len(large) >= 2:
        both = lambda f, g: {"difference": number(f(t, l, sensitive_features=s)), "ratio": number(g(t, l, sensitive_features=s))}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            criteria["demographic_parity"] = both(fm.demographic_parity_difference, fm.demographic_parity_ratio)
            criteria["equalized_odds"] = both(fm.equalized_odds_difference, fm.equalized_odds_ratio)
            criteria["equal_opportunity"] = both(fm.equal_opportunity_difference, fm.equal_opportunity_ratio)
            frame = fm.MetricFrame(metrics=lambda a, b: m.precision_score(a, b, zero_division=np.nan), y_true=t, y_pred=l,
                                   sensitive_features=s)
            if not frame.by_group.isna().any():
                criteria["predictive_parity"] = {"difference": number(frame.difference()), "ratio": number(frame.ratio())}
    raw = [None if g == "(missing)" else str(g) for g in group]
    return {"name": name, "truth": y.tolist(), "flagged": label.tolist(), "group": raw, "groups": rates, "criteria": criteria}


def quartile_case(name, values):
    present = values[~np.isnan(values)]
    edges = np.quantile(present, [0.25, 0.5, 0.75])
    counts = np.bincount(np.searchsorted(edges, present, side="left"), minlength=4)
    if len(set(edges)) == 3 and edges[0] > present.min():
        assert counts.tolist() == pd.qcut(pd.Series(values), 4).value_counts(sort=False).tolist()
    return {"name": name, "values": [None if np.isnan(v) else float(v) for v in values],
            "counts": [int(n) for n in counts if n] + ([int(np.isnan(values).sum())] if np.isnan(values).any() else [])}


# Importance -----------------------------------------------------------------------------------------------------------

def importance_case(name, x, y, model, scoring, metric):
    """The model is linear, so that the test can compute it: scores = x @ coefficients + intercepts."""
    result = permutation_importance(model, x, y, scoring=scoring, n_repeats=300, random_state=0)
    coefficients = np.atleast_2d(model.coef_)
    return {"name": name, "metric": metric, "x": x.T.tolist(), "truth": np.asarray(y, float).tolist(),
            "coefficients": coefficients.tolist(), "intercepts": np.atleast_1d(model.intercept_).tolist(),
            "mean": result.importances_mean.tolist(), "std": result.importances_std.tolist()}


# Over- and under-fitting ----------------------------------------------------------------------------------------------

def bootstrapped(figure, n, rng):
    """Percentiles of 500 resamples of the rows."""
    drawn = []
    for _ in range(500):
        rows = rng.integers(0, n, n)
        value = figure(rows)
        if np.isfinite(value):
            drawn.append(value)
    return [float(x) for x in np.quantile(drawn, [0.025, 0.975])]


def fit_candidate(name, algorithm, expected, model, x, y, classes, alone=None):
    """Five folds: training figures are means over the folds, validation figures are of all held-out rows together."""
    folds = (StratifiedKFold if classes else KFold)(5, shuffle=True, random_state=5)
    rng = np.random.default_rng(7)
    n, k = len(y), len(set(y)) if classes else 0
    held_out = np.zeros((n, k)) if classes else np.zeros(n)
    train = {}
    if classes:
        loss = lambda t, p: float(m.log_loss(t, p, labels=np.arange(k)))
        figures = {"log_loss": loss, "accuracy": lambda t, p: float(m.accuracy_score(t, p.argmax(1))),
                   "balanced_accuracy": lambda t, p: float(m.balanced_accuracy_score(t, p.argmax(1)))}
    else:
        figures = {"rmse": lambda t, p: float(m.root_mean_squared_error(t, p)), "r2": lambda t, p: float(m.r2_score(t, p))}
    for a, b in folds.split(x, y):
        model.fit(x[a], y[a])
        predict = model.predict_proba if classes else model.predict
        held_out[b] = predict(x[b])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for key, figure in figures.items():
                train.setdefault(key, []).append(figure(y[a], predict(x[a])))
    validation = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for key, figure in figures.items():
            low, high = bootstrapped(lambda rows: figure(y[rows], held_out[rows]), n, rng)
            if classes:
                shares = np.bincount(y, minlength=k) / n
                constant = {"log_loss": loss(y, np.tile(shares, (n, 1))), "accuracy": float(shares.max()),
                            "balanced_accuracy": 1 / k}[key]
            else:
                constant = {"rmse": float(np.std(y)), "r2": 0.0}[key]
            validation[key] = {"value": figure(y, held_out), "low": low, "high": high, "baseline": constant}
    return {"name": name, "algorithm": algorithm, "expected": expected, "alone": alone, "n_rows": n,
            "train": {key: float(np.mean(values)) for key, values in train.items()}, "validation": validation}


def class_models(pruned, boosting=None):
    logistic = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    boosted = boosting or GradientBoostingClassifier(n_estimators=60, max_depth=3, random_state=0)
    return {"unpruned tree": ("decision_tree", DecisionTreeClassifier(random_state=0)),
            "pruned tree": ("decision_tree", DecisionTreeClassifier(random_state=0, **pruned)),
            "stump": ("decision_tree", DecisionTreeClassifier(max_depth=1)),
            "forest": ("random_forest", RandomForestClassifier(100, random_state=0, n_jobs=2)),
            "boosting": ("gradient_boosting", boosted), "logistic": ("logistic_regression", logistic)}


def value_models(pruned):
    return {"unpruned tree": ("decision_tree", DecisionTreeRegressor(random_state=0)),
            "pruned tree": ("decision_tree", DecisionTreeRegressor(random_state=0, **pruned)),
            "stump": ("decision_tree", DecisionTreeRegressor(max_depth=1)),
            "forest": ("random_forest", RandomForestRegressor(100, random_state=0, n_jobs=2)),
            "boosting": ("gradient_boosting", GradientBoostingRegressor(random_state=0)),
            "ridge": ("ridge", make_pipeline(StandardScaler(), Ridge(1.0)))}


def fit_case(name, metric, x, y, models, expected):
    """`expected`: per model the verdict beside the others, and the one alone where that differs."""
    candidates = []
    for key, (algorithm, model) in models.items():
        verdict, alone = (expected[key] + (None,))[:2]
        candidates.append(fit_candidate(key, algorithm, verdict, model, x, y, metric in ("accuracy", "log_loss"), alone))
    return {"name": name, "metric": metric, "candidates": candidates}


def sensor():
    frame = pd.read_csv(SAMPLES / "sensor.csv").dropna()
    y = frame.pop("bearing_temp_c").to_numpy(float)
    return frame.select_dtypes("number").to_numpy(float), y


def fits():
    rng = np.random.default_rng(3)
    iris, digits, diabetes = datasets.load_iris(), datasets.load_digits(), datasets.load_diabetes()
    noise = rng.normal(size=(400, 10))
    wide = rng.normal(size=(120, 400))
    wide_y = wide[:, :5].sum(axis=1) + rng.normal(0, 1.0, 120)
    sensor_x, sensor_y = sensor()
    memorises, over, under, good, unknown = ("memorises",), ("over_fitting",), ("under_fitting",), ("good",), ("cannot_tell",)
    forty = rng.permutation(len(iris.target))[:40]
    return [
        fit_case("iris", "accuracy", iris.data, iris.target, class_models({"min_samples_leaf": 8}), {
            "unpruned tree": memorises, "pruned tree": good, "stump": under, "forest": good, "boosting": good, "logistic": good}),
        fit_case("digits", "accuracy", digits.data, digits.target, class_models({"max_depth": 6}), {
            "unpruned tree": memorises, "pruned tree": over, "stump": under, "forest": good, "boosting": good, "logistic": good}),
        fit_case("diabetes", "rmse", diabetes.data, diabetes.target, value_models({"max_depth": 3}), {
            "unpruned tree": memorises, "pruned tree": ("over_fitting", "good"), "stump": under, "forest": good, "boosting": over,
            "ridge": good}),
        fit_case("sensor", "rmse", sensor_x, sensor_y, value_models({"min_samples_leaf": 20}), {
            "unpruned tree": memorises, "pruned tree": ("over_fitting", "good"), "stump": ("under_fitting", "good"), "forest": good,
            "boosting": good, "ridge": ("under_fitting", "good")}),
        fit_case("noise", "accuracy", noise, rng.integers(0, 2, 400), class_models({"max_depth": 3}), {
            "unpruned tree": memorises, "pruned tree": over, "stump": under, "forest": over, "boosting": over, "logistic": under}),
        fit_case("more features than rows", "rmse", wide, wide_y, {
            "next to no ridge": ("ridge", Ridge(1e-6)), "little ridge": ("ridge", Ridge(10.0)), "much ridge": ("ridge", Ridge(1e4))}, {
            "next to no ridge": memorises, "little ridge": memorises, "much ridge": under}),
        fit_case("iris, 40 rows", "accuracy", iris.data[forty], iris.target[forty], class_models({"min_samples_leaf": 4}),
                 {key: unknown for key in class_models({})}),
    ]
def main():
    rng = np.random.default_rng(4)
    churn_y, churn_p, churn_frame = scored(churn())
    loan_y, loan_p, loan_frame = scored(loan())
    ties = np.round(churn_p, 1)
    thresholds = [
        threshold_case("churn", churn_y, churn_p, 20, 50),
        threshold_case("loan", loan_y, loan_p, 400, 90),
        threshold_case("ties", churn_y, ties, 1, 1),
        threshold_case("one class", np.ones(40, int), rng.random(40), 1, 1),
        threshold_case("one score", [0, 1, 1], [0.5, 0.5, 0.5], 3, 2),
        threshold_case("certain", [0, 1, 1, 0], [0, 1, 0, 1], 1, 5),
    ]
    churn_label = (churn_p >= 0.29).astype(int)
    loan_label = (loan_p >= 0.5).astype(int)
    age = pd.cut(loan_frame["age"], [0, 25, 40, 60, 100], labels=["a", "b", "c", "d"]).astype(str).tolist()
    tiny = [None if i % 40 == 0 else g if i % 50 else "rare" for i, g in enumerate(loan_frame["gender"])]
    fairness = [
        fairness_case("churn, senior", churn_y, churn_label, churn_frame["senior"].tolist()),
        fairness_case("loan, gender", loan_y, loan_label, loan_frame["gender"].tolist()),
        fairness_case("loan, age", loan_y, loan_label, age),
        fairness_case("loan, district", loan_y, loan_label, loan_frame["district"].tolist()),
        fairness_case("loan, a rare group and missing cells", loan_y, loan_label, tiny),
        fairness_case("nobody flagged", churn_y, np.zeros_like(churn_y), churn_frame["gender"].tolist()),
        fairness_case("everybody flagged", churn_y, np.ones_like(churn_y), churn_frame["gender"].tolist()),
        fairness_case("one group", churn_y, churn_label, ["all"] * len(churn_y)),
    ]
    with_gaps = churn_frame["monthly_charges"].to_numpy(float)
    quartiles = [
        quartile_case("age", loan_frame["age"].to_numpy(float)),
        quartile_case("monthly charges with missing cells", with_gaps),
        quartile_case("many zeros", np.concatenate([np.zeros(70), rng.exponential(5, 100)])),
        quartile_case("tenure", churn_frame["tenure"].to_numpy(float)),
    ]
    cancer, iris, diabetes = datasets.load_breast_cancer(), datasets.load_iris(), datasets.load_diabetes()
    scale = StandardScaler().fit_transform
    cancer_x = np.column_stack([scale(cancer.data[:, [0, 1, 4, 21]]), np.zeros(len(cancer.target))])
    iris_x = scale(iris.data)
    ties_x = np.column_stack([rng.integers(0, 3, 300), rng.integers(0, 2, 300), np.full(300, 7.0)]).astype(float)
    ties_y = 2.0 * ties_x[:, 0] - ties_x[:, 1] + rng.normal(0, 0.5, 300)
    importance = [
        importance_case("breast cancer and a constant", cancer_x, cancer.target,
                        LogisticRegression(max_iter=2000).fit(cancer_x, cancer.target), "roc_auc", "roc_auc"),
        importance_case("iris", iris_x, iris.target, LogisticRegression(max_iter=2000).fit(iris_x, iris.target), "accuracy", "accuracy"),
        importance_case("diabetes", diabetes.data, diabetes.target, LinearRegression().fit(diabetes.data, diabetes.target),
                        "neg_root_mean_squared_error", "rmse"),
        importance_case("ties and a constant", ties_x, ties_y, LinearRegression().fit(ties_x, ties_y), "r2", "r2"),
    ]
    with open(HERE / "evaluate.json", "w", encoding="utf-8") as file:
        json.dump({"thresholds": thresholds, "fairness": fairness, "quartiles": quartiles, "importance": importance, "fits": fits()},
                  file)
        file.write("\n")


if __name__ == "__main__":
    main()
