#!/usr/bin/env bash
# Puts the command-line tool at tools/mllc: the version and the bytes that tools/mllc.lock names, and no others.
set -euo pipefail
cd "$(dirname "$0")"

value() { sed -n "s/^$1=//p" mllc.lock; }
version=$(value version)
url=$(value url)
sha256=$(value sha256)

if [ -z "$sha256" ]; then
  echo "tools/mllc.lock names no SHA-256: put there what 'sha256sum mllc' says of mllc $version for Linux" >&2
  exit 1
fi
if [ ! -f mllc ]; then
  if [ -z "$url" ]; then
    echo "tools/mllc.lock names no url, and there is no file tools/mllc: write the address of mllc $version for Linux" >&2
    echo "into the lock (a workbench that is served has it beside its page), or commit the program as tools/mllc" >&2
    exit 1
  fi
  curl --fail --silent --show-error --location --output mllc.part "$url"
  mv mllc.part mllc
fi
echo "$sha256  mllc" | sha256sum --check --quiet -
chmod +x mllc
./mllc --version | grep --quiet --fixed-strings --word-regexp "$version"
echo "tools/mllc is version $version"
