# Sets PYTHON to a Python 3.11 or newer; sourced by the commands beside it.
# PYTHON in the environment is tried first, then the usual names.
export PYTHONUTF8=1  # whatever the locale says: what is printed is partly Chinese
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    PYTHON=$candidate
    export PYTHON
    return 0
  fi
done
echo "$0: Python 3.11 or newer is needed and was not found." >&2
if command -v apt-get >/dev/null 2>&1; then
  echo "Run this, then try again:  sudo apt-get install -y python3 python3-venv" >&2
elif command -v dnf >/dev/null 2>&1; then
  echo "Run this, then try again:  sudo dnf install -y python3.12" >&2
elif command -v brew >/dev/null 2>&1; then
  echo "Run this, then try again:  brew install python@3.13" >&2
else
  echo "Install it, or name yours:  PYTHON=/path/to/python3 $0" >&2
fi
exit 1
