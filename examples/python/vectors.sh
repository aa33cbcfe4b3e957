#!/usr/bin/env bash
# Checks the test vectors of spec/vectors with readers that share nothing with what wrote them: check_vectors.py, and
# age_check.py for those of ages.
#
#   examples/python/vectors.sh [OPTIONS OF BOTH]      such as --evidence FILE, --json, --no-sabotage
#   examples/python/vectors.sh --write                            writes the vectors anew, then checks them
#
# Needs no relay. Exit codes: 0 all agree, 1 something differs, 2 nothing ran.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

if [ "${1:-}" = --write ]; then
    shift
    "$python" "$here/vectors.py" "$root/spec/vectors/v1alpha1"
fi
vectors_are_current
"$python" "$here/check_vectors.py" "$@"
"$python" "$here/age_check.py" "$@"
