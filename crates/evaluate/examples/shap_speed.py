"""Times shap's TreeExplainer and writes its trees, rows and answers for the example of the same name.

    python shap_speed.py trees.json
    cargo run --release -p evaluate --example shap_speed -- trees.json

LightGBM, 100 trees of 31 leaves on 20,000 rows x 25 columns; 1,000 rows are explained, on one thread. shap's own code
(`internal`) runs on the trees in its dictionary form, LightGBM's by `pred_contrib`.
"""

import json
import pathlib
import sys
import time

import lightgbm as lgb
import numpy as np
import shap
from sklearn.datasets import make_classification

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "tests" / "golden" / "explain"))
import make_explain as golden  # noqa: E402


def best_of(n, run):
    times = []
    for _ in range(n):
        start = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - start)
    return min(times), answer


x, y = make_classification(20_000, 25, n_informative=12, random_state=1)
x = golden.with_holes(golden.f32(x), 0.05, 1)
model = lgb.train({"objective": "binary", "num_leaves": 31, "verbosity": -1, "num_threads": 1}, lgb.Dataset(x, y), 100)
trees = [golden.lgb_tree(t["tree_structure"], 0, 1) for t in model.dump_model()["tree_info"]]
rows = x[:1000]

lightgbm_secs, phi = best_of(3, lambda: model.predict(rows, pred_contrib=True, num_threads=1))
explainer = shap.TreeExplainer({"trees": [golden.shap_dict(t, 1) for t in trees]},
                               feature_perturbation="tree_path_dependent")
shap_secs, own = best_of(3, lambda: explainer.shap_values(rows, check_additivity=False))
print(f"LightGBM pred_contrib {lightgbm_secs:.3f} s, shap {shap_secs:.3f} s; "
      f"they differ by {np.abs(own.reshape(1000, -1) - phi[:, :-1]).max():.1e}")
pathlib.Path(sys.argv[1]).write_text(json.dumps(
    {"trees": trees, "x": golden.cells(rows), "expected": phi.tolist()}, separators=(",", ":")))
