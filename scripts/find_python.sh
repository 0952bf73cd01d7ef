# Sourced by the commands: `root` is the checkout, `python` a Python that can build the environment.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "需要 Python 3.11 或更高版本；Debian、Ubuntu 上请运行：apt install python3 python3-venv" >&2
  echo "Python 3.11 or newer is needed; on Debian and Ubuntu: apt install python3 python3-venv" >&2
  exit 1
fi
prepare() {
  env -u PYTHONHOME PYTHONPATH="$root" "$python" -B -P -m scripts.prepare "$@"
}
