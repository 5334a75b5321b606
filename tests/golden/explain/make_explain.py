"""Writes explain.json: SHAP values by the shap package, and one deep tree by exact fractions.

    python make_explain.py

shap 0.51.0, scikit-learn 1.9.1, lightgbm 4.7.0, numpy 2.4.6.

Trees are written in the workbench's node form: left when x <= threshold, `missing_left` where there is no x, `cover` the
training rows (or weight) of a node, leaf values already divided by the number of trees.
"""

import json
import pathlib
from fractions import Fraction
from math import factorial

import lightgbm as lgb
import numpy as np
import shap
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier

HERE = pathlib.Path(__file__).resolve().parent
LEAF = 2**32 - 1


def f32(x):
    return np.asarray(x, dtype=np.float32).astype(np.float64)


def cells(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in x]


def by_output(phi, n_rows):
    """rows x outputs x features, whatever form shap answered in (it puts outputs last)."""
    phi = np.asarray(phi)
    return (phi[:, None, :] if phi.ndim == 2 else np.moveaxis(phi, 2, 1)).reshape(n_rows, -1, phi.shape[1])


def case(name, trees, base, aggregate, x, expected_base, phi, tolerance=1e-10):
    phi = by_output(phi, len(x))
    return {
        "name": name, "trees": trees, "base": [float(b) for b in base], "aggregate": aggregate, "x": cells(x),
        "expected_base": [float(b) for b in np.atleast_1d(expected_base)], "expected": phi.tolist(), "tolerance": tolerance,
    }


# scikit-learn ---------------------------------------------------------------------------------------------------------

def sk_tree(tree, n_trees, is_class):
    t = tree.tree_
    value = t.value[:, 0, :]
    if is_class:
        value = value / value.sum(axis=1, keepdims=True)
    leaf = t.children_left < 0
    return {
        "feature": [LEAF if l else int(f) for l, f in zip(leaf, t.feature)],
        "threshold": [0.0 if l else float(v) for l, v in zip(leaf, t.threshold)],
        "missing_left": [bool(m) for m in t.missing_go_to_left],
        "left": [0 if l else int(c) for l, c in zip(leaf, t.children_left)],
        "right": [0 if l else int(c) for l, c in zip(leaf, t.children_right)],
        "value": [0.0 if l == 0 else float(v / n_trees) for l, row in zip(leaf, value) for v in row],
        "cover": [float(c) for c in t.weighted_n_node_samples],
    }


def sk_cases():
    x, y = load_iris(return_X_y=True)
    x = f32(x)
    tree = DecisionTreeClassifier(max_depth=5, random_state=1).fit(x, y)
    rows = x[::15]
    e = shap.TreeExplainer(tree, feature_perturbation="tree_path_dependent")
    yield case("decision tree, three classes", [sk_tree(tree, 1, True)], [0, 0, 0], "mean", rows,
               e.expected_value, e.shap_values(rows))

    # Rounded features have ties, and splits on one feature repeat along a path.
    x, y = make_classification(400, 6, n_informative=4, n_redundant=1, random_state=3)
    x = f32(np.round(x, 1))
    forest = RandomForestClassifier(6, max_leaf_nodes=16, random_state=5).fit(x, y)
    rows = x[::40]
    e = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
    yield case("random forest, two classes, ties", [sk_tree(t, 6, True) for t in forest.estimators_], [0, 0], "mean", rows,
               e.expected_value, e.shap_values(rows))

    x, y = load_diabetes(return_X_y=True, scaled=False)
    x = f32(x)
    forest = RandomForestRegressor(5, max_leaf_nodes=20, max_features=4, random_state=2).fit(x, y)
    rows = x[::45]
    e = shap.TreeExplainer(forest, feature_perturbation="tree_path_dependent")
    yield case("random forest, regression", [sk_tree(t, 5, False) for t in forest.estimators_], [0], "mean", rows,
               e.expected_value, e.shap_values(rows))


# LightGBM -------------------------------------------------------------------------------------------------------------

def lgb_tree(structure, k, n_outputs):
    out = {key: [] for key in ("feature", "threshold", "missing_left", "left", "right", "value", "cover")}

    def add(node):
        at = len(out["feature"])
        is_leaf = "leaf_value" in node
        out["feature"].append(LEAF if is_leaf else node["split_feature"])
        out["threshold"].append(0.0 if is_leaf else float(node["threshold"]))
        out["missing_left"].append(bool(node.get("default_left", True)))
        out["left"].append(0)
        out["right"].append(0)
        value = [0.0] * n_outputs
        if is_leaf:
            value[k] = float(node["leaf_value"])
        else:
            assert node["missing_type"] == "NaN" and node["decision_type"] == "<=", node
        out["value"] += value
        out["cover"].append(float(node.get("leaf_count", node.get("internal_count"))))
        if not is_leaf:
            out["left"][at] = add(node["left_child"])
            out["right"][at] = add(node["right_child"])
        return at

    add(structure)
    return out


def with_holes(x, share, seed):
    x = x.copy()
    x[np.random.default_rng(seed).random(x.shape) < share] = np.nan
    return x


def lgb_case(name, aggregate, x, y, n_outputs, rows, **params):
    params = {"verbosity": -1, "num_threads": 1, "deterministic": True, "seed": 1, "num_leaves": 12, "learning_rate": 0.2,
              "min_data_in_leaf": 5, **params}
    model = lgb.train(params, lgb.Dataset(x, y), num_boost_round=6)
    dump = model.dump_model()
    trees = [lgb_tree(t["tree_structure"], i % n_outputs, n_outputs) for i, t in enumerate(dump["tree_info"])]
    e = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    # LightGBM's own code: per output the features and, last, the expected value.
    phi = model.predict(rows, pred_contrib=True).reshape(len(rows), n_outputs, x.shape[1] + 1)
    answered = e.shap_values(rows)
    assert np.abs(by_output(answered, len(rows)) - phi[:, :, :-1]).max() < 1e-12
    # The first tree holds the initial score.
    return case(name, trees, [0] * n_outputs, aggregate, rows, phi[0, :, -1], answered)


def lgb_cases():
    x, y = make_classification(600, 7, n_informative=5, random_state=11)
    x = with_holes(f32(x), 0.15, 1)
    yield lgb_case("boosting, two classes, missing values", "sigmoid", x, y, 1, x[::60], objective="binary")
    x, y = make_classification(600, 6, n_informative=5, n_redundant=0, n_classes=3, random_state=12)
    x = with_holes(f32(np.round(x, 1)), 0.1, 2)
    yield lgb_case("boosting, three classes, missing values, ties", "softmax", x, y, 3, x[::75], objective="multiclass",
                   num_class=3)
    x, y = load_diabetes(return_X_y=True, scaled=False)
    x = with_holes(f32(x), 0.1, 3)
    yield lgb_case("boosting, regression, missing values", "identity", x, y, 1, x[::50], objective="regression")


# Random trees in shap's own dictionary form -----------------------------------------------------------------------------

def random_tree(rng, n_features, n_outputs, max_depth):
    out = {key: [] for key in ("feature", "threshold", "missing_left", "left", "right", "value", "cover")}

    def add(depth, cover):
        at = len(out["feature"])
        is_leaf = depth == max_depth or (depth > 0 and rng.random() < 0.25) or cover < 2
        out["feature"].append(LEAF if is_leaf else int(rng.integers(n_features)))
        out["threshold"].append(0.0 if is_leaf else float(np.round(rng.normal(), 1)))
        out["missing_left"].append(bool(rng.random() < 0.5))
        out["left"].append(0)
        out["right"].append(0)
        out["value"] += [float(v) for v in (rng.normal(size=n_outputs) if is_leaf else [0.0] * n_outputs)]
        out["cover"].append(float(cover))
        if not is_leaf:
            left = int(rng.integers(1, cover))
            out["left"][at] = add(depth + 1, left)
            out["right"][at] = add(depth + 1, cover - left)
        return at

    add(0, 5000)
    return out


def shap_dict(tree, n_outputs):
    """shap's form: -1 for no child."""
    leaf = np.array(tree["feature"]) == LEAF
    left = np.where(leaf, -1, tree["left"])
    right = np.where(leaf, -1, tree["right"])
    return {
        "children_left": left.astype(np.int32), "children_right": right.astype(np.int32),
        "children_default": np.where(tree["missing_left"], left, right).astype(np.int32),
        "features": np.where(leaf, -2, tree["feature"]).astype(np.int32),
        "thresholds": np.array(tree["threshold"]),
        "values": np.array(tree["value"]).reshape(-1, n_outputs),
        "node_sample_weight": np.array(tree["cover"]),
    }


def dict_case():
    rng = np.random.default_rng(8)
    n_features, n_outputs = 6, 2
    trees = [random_tree(rng, n_features, n_outputs, 7) for _ in range(4)]
    x = with_holes(f32(np.round(rng.normal(size=(10, n_features)), 1)), 0.25, 4)
    e = shap.TreeExplainer({"trees": [shap_dict(t, n_outputs) for t in trees]},
                           feature_perturbation="tree_path_dependent")
    phi = e.shap_values(x, check_additivity=False)
    return case("random trees, missing values", trees, [0, 0], "softmax", x, e.expected_value, phi)


# A deep tree, exactly ---------------------------------------------------------------------------------------------------

def shapley(path, value):
    """Of one leaf: path is {feature: (o, z)} in fractions."""
    out = {}
    n = len(path)
    for j in path:
        # Coefficients of prod over the others of (z + o y): by how many known ones.
        poly = [Fraction(1)]
        for i, (o, z) in path.items():
            if i != j:
                poly = [z * a + o * b for a, b in zip(poly + [Fraction(0)], [Fraction(0)] + poly)]
        o, z = path[j]
        weight = sum(c * factorial(s) * factorial(n - s - 1) for s, c in enumerate(poly))
        out[j] = value * (o - z) * weight / factorial(n)
    return out


def deep_case():
    """A chain of 40 features, each turning off 1 row of the rest: shares near 1."""
    depth = 40
    tree = {key: [] for key in ("feature", "threshold", "missing_left", "left", "right", "value", "cover")}

    def add(feature, cover, value, left, right):
        for key, v in (("feature", feature), ("threshold", 0.5), ("missing_left", True), ("left", left), ("right", right),
                       ("value", value), ("cover", float(cover))):
            tree[key].append(v)

    rest = 200
    for d in range(depth):
        add(d, rest, 0.0, 2 * d + 2, 2 * d + 1)
        add(LEAF, 1, float(d % 5) - 2.0, 0, 0)
        rest -= 1
    add(LEAF, rest, 3.0, 0, 0)
    x = np.zeros((4, depth))
    x[1, 0::3] = 1
    x[2, 39] = 1
    x[3, :] = 1
    phi = np.zeros((len(x), depth))
    base = Fraction(0)
    for r, row in enumerate(x):
        path, rest, base = {}, 200, Fraction(0)
        reached = Fraction(1)
        for d in range(depth):
            share = Fraction(1, rest)
            hit = Fraction(int(row[d] > 0.5))
            value = Fraction(d % 5 - 2)
            base += reached * share * value
            for j, v in shapley({**path, d: (hit, share)}, value).items():
                phi[r, j] += float(v)
            path[d] = (1 - hit, 1 - share)
            reached *= 1 - share
            rest -= 1
        base += reached * 3
        for j, v in shapley(path, Fraction(3)).items():
            phi[r, j] += float(v)
    e = shap.TreeExplainer({"trees": [shap_dict(tree, 1)]}, feature_perturbation="tree_path_dependent")
    print("deep tree: shap is off by", np.abs(e.shap_values(x, check_additivity=False).reshape(phi.shape) - phi).max())
    # The sum of 41 rounded fractions.
    return case("a deep chain, by fractions", [tree], [0], "identity", x, [float(base)], phi, tolerance=1e-13)


# Linear models --------------------------------------------------------------------------------------------------------

def linear_cases():
    for name, data, model, link in [
        ("logistic, two classes", make_classification(300, 5, random_state=4), LogisticRegression(), "sigmoid"),
        ("logistic, three classes", load_iris(return_X_y=True), LogisticRegression(max_iter=1000), "softmax"),
        ("linear", load_diabetes(return_X_y=True, scaled=False), LinearRegression(), "identity"),
        ("ridge", load_diabetes(return_X_y=True, scaled=False), Ridge(10.0), "identity"),
    ]:
        x, y = f32(data[0]), data[1]
        model.fit(x, y)
        background, rows = x[::3], x[::40]
        e = shap.LinearExplainer(model, shap.maskers.Independent(background, max_samples=len(background)))
        yield {
            "name": name, "link": link, "coefficients": np.atleast_2d(model.coef_).tolist(),
            "intercepts": np.atleast_1d(model.intercept_).tolist(), "background": background.tolist(), "x": rows.tolist(),
            "expected_base": np.atleast_1d(e.expected_value).tolist(),
            "expected": by_output(e.shap_values(rows), len(rows)).tolist(),
        }


# Any model ------------------------------------------------------------------------------------------------------------

def exact_case():
    """Probabilities of a logistic model against a background, all coalitions."""
    x, y = load_iris(return_X_y=True)
    x = f32(x)
    model = LogisticRegression(max_iter=1000).fit(x, y)
    background, rows = x[::6], x[::12]
    masker = shap.maskers.Independent(background, max_samples=len(background))
    e = shap.explainers.Exact(model.predict_proba, masker)(rows)
    return {
        "name": "logistic probabilities, three classes", "link": "softmax", "coefficients": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(), "background": background.tolist(), "x": rows.tolist(),
        "expected_base": e.base_values[0].tolist(), "expected": by_output(e.values, len(rows)).tolist(),
    }


if __name__ == "__main__":
    golden = {
        "trees": [*sk_cases(), *lgb_cases(), dict_case(), deep_case()],
        "linear": list(linear_cases()),
        "any": [exact_case()],
    }
    (HERE / "explain.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
