#!/usr/bin/env bash
# age_vendor.py with what it needs: a venv and the stubs of proto/. Questions on standard input, answers on standard output.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
"$python" "$here/age_vendor.py"
