"""Random files whose cells look like another type, with what each cell means by the contract: made together, so that nothing
has to read them."""

from __future__ import annotations

import datetime
import math
import random
import re
from dataclasses import dataclass

REFUSED = object()
BLANKS = ["", "", "", " ", "\t", "\u00a0", "  "]
UNKNOWN = ["1.100", "1.0", "true", "1e03", "TRUE", "2020-01-31", "0", "na", "\u2603 unseen", "1,1", "Null", "-1", "inf"]
WORDS = ["abc", "1 234", "0x10", "--1", "1.2.3", "True", "2020-13-45", "%"]
TITLES = ["Report of 2024", "made by hand"]


@dataclass
class OddTable:
    text: str
    # Of each record: its line, and its values by input; None where it has another number of fields or a refused cell.
    lines: list[int]
    rows: list[dict | None]
    # Of each record its cells by input, as a service is sent them; None where it has another number of fields.
    texts: list[dict | None]
    delimiter: str

    @property
    def refused(self) -> list[int]:
        return [line for line, row in zip(self.lines, self.rows) if row is None]

    @property
    def good(self) -> list[dict]:
        return [row for row in self.rows if row is not None]


def of(spec: dict, contract: dict, name: str):
    own = spec.get(name)
    return contract.get(name) if own is None else own


def cell(rng: random.Random, spec: dict, contract: dict, may_refuse: bool) -> tuple[str, object]:
    tokens = of(spec, contract, "missing_tokens")
    if rng.random() < 0.15:
        return blanked(rng, rng.choice(tokens)), "" if spec["type"] == "string" else math.nan
    text, value = meant(rng, spec, contract, tokens, may_refuse)
    return (blanked(rng, text), value)


def blanked(rng: random.Random, text: str) -> str:
    return rng.choice(BLANKS) + text + rng.choice(BLANKS)


def meant(rng: random.Random, spec: dict, contract: dict, tokens: list[str], may_refuse: bool) -> tuple[str, object]:
    kind, comma = spec["kind"], of(spec, contract, "decimal_comma")
    if kind == "category":
        text = rng.choice(spec["categories"] if rng.random() < 0.8 else [t for t in UNKNOWN if t not in tokens])
        return text, text
    if may_refuse and rng.random() < 0.08:
        words = {
            "number": [*WORDS, "1.5" if comma else "1,5", "1,234.5"],
            "boolean": ["2", "maybe", "-1", "tru"],
            "time": ["03/25/2020", "yesterday", "31/02/2020", "1/2", "20200325", "2020", "43915"],
        }[kind]
        return rng.choice([word for word in words if word not in tokens]), REFUSED
    if kind == "boolean":
        word, value = rng.choice([("true", 1), ("FALSE", 0), ("yes", 1), ("No", 0), ("1", 1), ("0", 0), ("1e0", 1)])
        return word, float(value)
    if kind == "time" and rng.random() < 0.8:
        day = datetime.datetime(rng.randint(1971, 2040), rng.randint(1, 12), rng.randint(1, 28), tzinfo=datetime.timezone.utc)
        if rng.random() < 0.3:
            newest = spec["newest_year"]
            day = day.replace(year=rng.randint(newest - 99, newest))
            return day.strftime(rng.choice(["%d/%m/%y", "%d.%m.%y"])), day.timestamp()
        form = rng.choice(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%dT00:00:00Z", "%d %b %Y"])
        return day.strftime(form), day.timestamp()
    if rng.random() < 0.05:
        return rng.choice(["inf", "-Infinity", "1e999"]), math.nan
    span = spec.get("range") or {"min": 0.0, "max": 1.0}
    low, high = max(span["min"], -1e9), min(span["max"], 1e9)
    text = rng.choice(["{:.2f}", "{:.0f}", "{!r}", "{:.3e}", "+{:.1f}", "{:g}"]).format(rng.uniform(low, high)).replace("+-", "-")
    if text in tokens or (kind == "time" and re.fullmatch("[0-9]{4,8}", text)):
        return meant(rng, spec, contract, tokens, may_refuse)
    return text.replace(".", ",") if comma else text, float(text)


def field(rng: random.Random, text: str, delimiter: str) -> str:
    if any(c in text for c in (delimiter, '"', "\n", "\r")) or text != text.strip(" ") or rng.random() < 0.2:
        return '"' + text.replace('"', '""') + '"'
    return text


def table(rng: random.Random, contract: dict) -> OddTable:
    inputs = contract["inputs"]
    delimiter = rng.choice(",,;\t|")
    order = list(range(len(inputs)))
    is_training = rng.random() < 0.5
    if is_training:
        header = [spec["name"] if spec.get("header") is None else spec["header"] for spec in inputs]
    else:
        # The names that import gave say where a column is in any order.
        rng.shuffle(order)
        header = [inputs[k]["name"] for k in order]
    extra = rng.choice([[], ["not used"], ["id", "what, else"]])
    may_refuse = rng.random() < 0.3
    titles = TITLES[: rng.choice([0, 0, 0, 0, 1, 2])]
    records, lines, rows, texts = [], [], [], []
    line = 2 + len(titles) + sum(name.count("\n") for name in header)
    for _ in range(rng.randint(1, 6)):
        cells = [cell(rng, spec, contract, may_refuse) for spec in inputs]
        fields = [cells[k][0] for k in order] + ["x"] * len(extra)
        values = {spec["name"]: value for spec, (_, value) in zip(inputs, cells)}
        is_good = all(value is not REFUSED for value in values.values())
        sent = {spec["name"]: text for spec, (text, _) in zip(inputs, cells)}
        if may_refuse and rng.random() < 0.1:
            fields, is_good, sent = rng.choice([fields[:-1], [*fields, "0.0"]]), False, None
        records.append(fields)
        lines.append(line)
        rows.append(values if is_good else None)
        texts.append(sent)
        line += 1
    end = rng.choice(["\n", "\r\n"])
    written = [delimiter.join(field(rng, text, delimiter) for text in record) for record in [[*header, *extra], *records]]
    return OddTable(end.join([*titles, *written]) + rng.choice(["", end]), lines, rows, texts, delimiter)


def parts(rng: random.Random, whole: OddTable) -> list[OddTable]:
    """The same rows in another order, and one of them alone."""
    text = whole.text.replace("\r\n", "\n").rstrip("\n").split("\n")
    n_above = whole.lines[0] - 1
    above, below = text[:n_above], text[n_above:]

    def pick(chosen: list[int]) -> OddTable:
        kept = "\n".join([*above, *(below[k] for k in chosen)]) + "\n"
        lines = [n_above + 1 + k for k in range(len(chosen))]
        return OddTable(kept, lines, [whole.rows[k] for k in chosen], [whole.texts[k] for k in chosen], whole.delimiter)

    order = list(range(len(below)))
    rng.shuffle(order)
    return [pick(order), pick([rng.randrange(len(below))])]
