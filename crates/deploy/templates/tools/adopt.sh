#!/usr/bin/env bash
# Makes a retrained model the one of this repository: bundle, project and the count of openings of the test set.
#   bash tools/adopt.sh retrained
# The workflow itself stays: a job's token may not change it. project.mllc holds old and new rows, and is what the next
# retraining starts from.
set -euo pipefail
cd "$(dirname "$0")/.."
from=${1:?which folder of mllc retrain?}

if [ ! -f "$from/bundle/contract.json" ]; then
  echo "$from/bundle is no bundle" >&2
  exit 1
fi
name() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))["model"]["name"])' "$1"; }
if [ "$(name "$from/bundle/contract.json")" != "$(name contract.json)" ]; then
  echo "$from/bundle is another model than this repository's" >&2
  exit 1
fi
tar --directory "$from/bundle" --exclude ./.github --create . | tar --extract
cp "$from/project.mllc" project.mllc
if [ -f "$from/ledger.json" ]; then
  cp "$from/ledger.json" ledger.json
fi
echo "version $(python3 tests/check_bundle.py version)"
