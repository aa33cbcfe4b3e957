# Sourced by the scripts beside it: a venv, the stubs of proto/ and $python. The caller made $work, a temporary folder.
# Packages go to a venv in ${XDG_CACHE_HOME:-/tmp}/parcep-python; its name holds a hash of what it contains, so that a
# change of versions makes a new one.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
stamp="$(cksum <"$here/requirements.txt" | cut -d' ' -f1)"
venv="${XDG_CACHE_HOME:-${TMPDIR:-/tmp}}/parcep-python/venv-$stamp"
if [ ! -e "$venv/.complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    touch "$venv/.complete"
fi
python="$venv/bin/python"

mkdir -p "$work/stubs"
"$python" -m grpc_tools.protoc -I "$root/proto" --python_out="$work/stubs" --grpc_python_out="$work/stubs" \
    $(cd "$root/proto" && find parcep/v1alpha1 -name '*.proto' | sort)
export PYTHONPATH="$work/stubs" PYTHONDONTWRITEBYTECODE=1

# The vectors in the repository are the ones that the specification gives. The rows of decisions are written by hand.
vectors_are_current() {
    "$python" "$here/vectors.py" "$work/vectors" >/dev/null
    diff -r --exclude=evaluate "$work/vectors" "$root/spec/vectors/v1alpha1" || {
        echo "spec/vectors/v1alpha1 is not what vectors.py writes" >&2
        return 1
    }
}
