"""Runs the scikit-learn lines that the workbench writes for each golden case, and compares with the expected features.

    cargo run -q -p prepare --example sklearn_lines < prepare.json | python check_lines.py

scikit-learn 1.9.1, numpy 2.4.6, pandas 3. Tolerance: 1e-9 relative, the lines learn in another order of sums.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
cases = json.loads((pathlib.Path(__file__).resolve().parent / "prepare.json").read_text())["cases"]
sources = json.load(sys.stdin)
faults = []
for case, source in zip(cases, sources, strict=True):
    frame = pd.DataFrame({
        c["name"]: pd.Series(c["cells"], dtype=object if c["type"] == "category" else float) for c in case["columns"]
    })
    space = {}
    try:
        exec(compile(source, case["name"], "exec"), space)
        pipeline = space["pipeline"].fit(frame[: case["n_train"]])
        out = pipeline.transform(frame)
        assert list(out.columns) == [f["name"] for f in case["features"]], list(out.columns)
        for feature in case["features"]:
            np.testing.assert_allclose(
                out[feature["name"]], np.array(feature["values"], dtype=float), rtol=1e-9, atol=1e-12, err_msg=feature["name"]
            )
    except Exception as error:
        faults.append(f"{case['name']}: {type(error).__name__}: {str(error)[:600]}")
print(f"{len(cases) - len(faults)} of {len(cases)} cases agree")
print("\n".join(faults))
sys.exit(bool(faults))
