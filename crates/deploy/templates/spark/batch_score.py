"""Batch scoring with Spark, for data past one machine.

    spark-submit spark/batch_score.py --model BUNDLE --input IN --output OUT [--keep id,date] [--ship]

IN is a Parquet folder or file, or a CSV file with a header; OUT becomes a Parquet folder. The bundle must be at the same
path on every node; with --ship Spark carries it there. Each Python worker keeps one session.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Iterator, Sequence

from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DecimalType, DoubleType, StringType, StructField, StructType


def quoted(name: str) -> str:
    """A column name in Spark's own words."""
    return "`" + name.replace("`", "``") + "`"


def scoring(bundle: str, is_shipped: bool, keep: Sequence[str]):
    """The function that runs in the Python workers."""

    def score(frames: Iterator) -> Iterator:
        import pandas

        folder = SparkFiles.get(bundle) if is_shipped else bundle
        if os.path.join(folder, "code") not in sys.path:
            sys.path.insert(0, os.path.join(folder, "code"))
        import tabular_scorer

        # Workers live longer than tasks: the module keeps what it has loaded.
        loaded = tabular_scorer.__dict__.setdefault("loaded_bundles", {})
        if folder not in loaded:
            loaded[folder] = tabular_scorer.TabularScorer(folder, intra_op_threads=1)
        for frame in frames:
            scored = loaded[folder].score_frame(frame)
            yield pandas.concat([frame[list(keep)].reset_index(drop=True), scored.reset_index(drop=True)], axis=1)

    return score


def score_dataframe(frame: DataFrame, bundle: str | Path, keep: Sequence[str] = (), is_shipped: bool = False) -> DataFrame:
    """The columns of `keep`, then label and probability_CLASS, or prediction. Other runs of Spark may import this."""
    bundle = Path(bundle).resolve()
    contract = json.loads((bundle / "contract.json").read_text(encoding="utf-8"))
    if absent := [name for name in keep if name not in frame.columns]:
        raise SystemExit(f"error: there is no column {absent[0]!r} to keep")
    columns = [frame[quoted(name)] for name in keep]
    if str(bundle / "code") not in sys.path:
        sys.path.insert(0, str(bundle / "code"))
    from tabular_table import find_columns

    places = find_columns(frame.columns, contract["inputs"])
    for name in (frame.columns[place] for place in places if place is not None):
        if name not in keep:
            # The scorer reads every other type itself.
            is_decimal = isinstance(frame.schema[name].dataType, DecimalType)
            columns.append(frame[quoted(name)].cast("double").alias(name) if is_decimal else frame[quoted(name)])
    answers = [StructField("prediction", DoubleType())]
    if contract.get("classes"):
        answers = [StructField("label", StringType())]
        answers += [StructField(f"probability_{name}", DoubleType()) for name in contract["classes"]]
    schema = StructType([*(frame.schema[name] for name in keep), *answers])
    place = bundle.name if is_shipped else str(bundle)
    return frame.select(*columns).mapInPandas(scoring(place, is_shipped, list(keep)), schema)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--keep", default="", help="columns to keep, with commas between")
    parser.add_argument("--ship", action="store_true", help="Spark carries the bundle to the nodes")
    chosen = parser.parse_args()
    spark = SparkSession.builder.appName("batch-score").getOrCreate()
    if chosen.ship:
        spark.sparkContext.addFile(str(Path(chosen.model).resolve()), recursive=True)
    is_csv = chosen.input.endswith((".csv", ".csv.gz"))
    frame = spark.read.option("header", True).csv(chosen.input) if is_csv else spark.read.parquet(chosen.input)
    keep = [name for name in chosen.keep.split(",") if name]
    score_dataframe(frame, chosen.model, keep, chosen.ship).write.mode("overwrite").parquet(chosen.output)
    spark.stop()


if __name__ == "__main__":
    main()
