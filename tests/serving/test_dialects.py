"""Files written in other ways than RFC 4180 and UTF-8: a model that was trained on one is asked with the same file again, its
rows together, alone and in another order, by every scorer; the truth is what onnxruntime says of the cells' meanings."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import pytest

from judge import Bundle

HERE = Path(__file__).parent


class Way(NamedTuple):
    levels: list[str]
    # Writes one field.
    quoted: Callable[[str], str]
    delimiter: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""
    options: tuple = ()
    above: str = ""


def plain(text: str) -> str:
    return text


def rfc(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


WAYS = {
    "backslashes": Way(['U"l', "U\\l", "Ulm"], lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    "single quotes": Way(["Kiel, north", "Kiel", "Rome"], lambda text: f"'{text}'"),
    "no quotes": Way(['"a"', "a", "b"], plain, options=("--quote", "none")),
    "two colons": Way(["a,b", "a;b", "c"], plain, delimiter="::"),
    "unit separator": Way(["a,b", "a|b", "c"], plain, delimiter="\x1f"),
    "runs of blanks": Way(["one", "two", "three"], plain, delimiter="   "),
    "UTF-16": Way(["Ünlü", "İz", "plain"], rfc, encoding="utf-16-le", mark=b"\xff\xfe"),
    "GBK": Way(["深圳", "北京", "上海", "广州"], plain, encoding="gbk", options=("--encoding", "gbk")),
    "Shift-JIS": Way(["東京", "大阪", "京都"], plain, encoding="cp932", options=("--encoding", "shift-jis")),
    "Windows-1252": Way(["Åå", "Çé", "Öl"], plain, encoding="cp1252", options=("--encoding", "windows-1252")),
    "long titles": Way(["x", "y", "z"], plain, above="".join(f"Remark {n}\n" for n in range(40))),
}


def written(way: Way, rows: list[tuple], header: tuple = ("c", "x")) -> bytes:
    width = range(len(header))
    lines = [way.delimiter.join(header)]
    lines += [way.delimiter.join([way.quoted(row[0]), *(str(row[k]) for k in width[1:])]) for row in rows]
    return way.mark + (way.above + "\n".join(lines) + "\n").encode(way.encoding)


@pytest.mark.parametrize("name", WAYS)
def test_a_file_is_read_as_the_training_file_was(name, mllc, tmp_path):
    way = WAYS[name]
    rng = random.Random(7)
    rows = [(rng.choice(way.levels), round(rng.uniform(0, 9), 2)) for _ in range(240)]
    labelled = [(*row, "yes" if (way.levels.index(row[0]) % 2 == 0) != (rng.random() < 0.05) else "no") for row in rows]
    data = tmp_path / "train.csv"
    data.write_bytes(written(way, labelled, ("c", "x", "y")))

    def run(*command):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result

    run(mllc, "init", data, "--target", "y", "--out", tmp_path / "p.json", *way.options)
    run(mllc, "run", tmp_path / "p.json", "--data", data, "--out", tmp_path / "out")
    bundle = Bundle(tmp_path / "out" / "bundle")
    levels = next(spec["categories"] for spec in bundle.contract["inputs"] if spec["name"] == "c")
    assert sorted(levels) == sorted(way.levels)
    session = bundle.session()

    def truth(some: list[tuple]) -> list[str]:
        cells = {"c": np.array([[row[0]] for row in some], dtype=object), "x": np.array([[row[1]] for row in some], dtype=np.float64)}
        feeds = {spec["name"]: cells[spec["name"]] for spec in bundle.contract["inputs"]}
        return [str(label) for label in session.run([bundle.output("label")], feeds)[0]]

    assert len(set(truth(rows))) == 2
    shuffled = rng.sample(rows, len(rows))
    batches = [rows, shuffled, *([(level, 4.5)] for level in way.levels), rows[:3]]
    sys.path.insert(0, str(bundle.folder / "code"))
    for module in ("tabular_scorer", "tabular_table", "tabular_cells", "tabular_values"):
        sys.modules.pop(module, None)
    from tabular_scorer import TabularScorer

    scorer = TabularScorer(bundle.folder)
    batch, out = tmp_path / "batch.csv", tmp_path / "scored.csv"
    for each in batches:
        batch.write_bytes(written(way, each))
        for what, score in {
            "mllc": lambda: run(mllc, "score", bundle.folder, "--data", batch, "--out", out),
            "python": lambda: scorer.score_csv(batch, out),
            "page": lambda: run("node", HERE / "score_page.mjs", bundle.folder / "score.html", "csv", batch, out),
        }.items():
            score()
            with open(out, encoding="utf-8", newline="") as file:
                got = [record["label"] for record in csv.DictReader(file)]
            assert got == truth(each), f"{what}: {batch.read_bytes()[:200]!r}"
    sys.path.remove(str(bundle.folder / "code"))


def test_lines_that_begin_with_the_comment_mark_are_said(mllc, tmp_path):
    rng = random.Random(3)
    rows = [(rng.choice(["red", "blue"]), round(rng.uniform(0, 9), 2)) for _ in range(200)]
    lines = "".join(f"{c},{x},{'yes' if c == 'red' else 'no'}\n" for c, x in rows)
    (tmp_path / "train.csv").write_text("# made by hand\n# on a Monday\nc,x,y\n" + lines, encoding="utf-8")

    def run(*command):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return result.stderr

    run(mllc, "init", tmp_path / "train.csv", "--target", "y", "--out", tmp_path / "p.json")
    run(mllc, "run", tmp_path / "p.json", "--data", tmp_path / "train.csv", "--out", tmp_path / "out")
    batch, out = tmp_path / "batch.csv", tmp_path / "scored.csv"
    batch.write_text("c,x\n#red,.5\nred,.5\n#ff0000,.3\nblue,.1\n", encoding="utf-8")
    bundle = tmp_path / "out" / "bundle"
    said = run(mllc, "score", bundle, "--data", batch, "--out", out)
    assert "2 lines begin with # and are no rows" in said and "line 2" in said
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
    said = run(sys.executable, bundle / "code" / "tabular_scorer.py", "score", batch, out)
    assert "2 lines from here on begin with #" in said and "line 2" in said
