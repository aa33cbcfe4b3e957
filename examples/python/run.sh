#!/usr/bin/env bash
# Starts a relay on a fresh store and lets the Python client check it, step by step.
#
#   examples/python/run.sh [PATH-OF-parcep-relay]      default: $PARCEP_RELAY, else target/{release,debug}/parcep-relay
#   PARCEP_TARGET=http://127.0.0.1:7443 examples/python/run.sh      a relay that runs already
#
# Packages go to a venv in ${XDG_CACHE_HOME:-/tmp}/parcep-python, stubs to a temporary folder; nothing is written here.
set -euo pipefail

work="$(mktemp -d)"
relay_pid=""
cleanup() {
    if [ -n "$relay_pid" ]; then
        kill "$relay_pid" 2>/dev/null || true
        wait "$relay_pid" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
vectors_are_current

target="${PARCEP_TARGET:-}" key=""
if [ -z "$target" ]; then
    relay="${1:-${PARCEP_RELAY:-}}"
    for candidate in "$root/target/release/parcep-relay" "$root/target/debug/parcep-relay"; do
        [ -n "$relay" ] || [ ! -x "$candidate" ] || relay="$candidate"
    done
    [ -n "$relay" ] || { echo "no relay: cargo build -p parcep-server" >&2; exit 2; }
    "$relay" --listen 127.0.0.1:0 --store "$work/relay.redb" >"$work/relay.out" 2>"$work/relay.err" &
    relay_pid=$!
    for _ in $(seq 100); do
        target="$(sed -n 's/^listening on \(http[^ ]*\).*/\1/p' "$work/relay.out")"
        [ -z "$target" ] || break
        kill -0 "$relay_pid" 2>/dev/null || break
        sleep 0.1
    done
    # A member has this key from its constitution; here the relay's operator says it.
    key="$(sed -n 's/.* relay-key \([0-9a-f]*\).*/\1/p' "$work/relay.out")"
    [ -n "$target" ] || { echo "the relay did not start:" >&2; cat "$work/relay.err" >&2; exit 1; }
fi

"$python" "$here/client.py" "$target" $key
