# shellcheck shell=bash
# The Python environments in the project folder, with the versions of the lock files.

REQUIREMENTS=$PROJECT/training/requirements.lock
PIPELINE_REQUIREMENTS=$PROJECT/training/requirements-pipeline.lock
TEST_REQUIREMENTS=$PROJECT/infra/system-tests/requirements.lock

python_is_fit() {
  "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

ADVICE_PYTHON="Install one or set PYTHON to it."

# find_python: sets PYTHON; false if none is 3.11 or newer with venv and pip.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && python_is_fit "$candidate"; then
      PYTHON=$candidate
      return 0
    fi
  done
  return 1
}

# environment_is_current VENV LOCK
environment_is_current() {
  [ -x "$1/bin/python" ] && stamp_fits "$1/.made-from" "$("${SHA256[@]}" <"$2")"
}

python_environment_is_current() {
  environment_is_current "$VENV" "$REQUIREMENTS"
}

# make_environment VENV LOCK
make_environment() {
  # A copied or moved environment still points to its old folder: it is created again; otherwise pip updates it.
  if ! "$1/bin/python" -m pip --version >/dev/null 2>&1 || ! grep -qsF "$1" "$1/bin/pip"; then
    rm -rf "$1"
    "$PYTHON" -m venv "$1" || return
  fi
  rm -f "$1/.made-from"
  # No compilation of modules that may never be imported: that would take half of the CPU time of the installation.
  "$1/bin/python" -m pip install --no-compile --disable-pip-version-check --no-input --progress-bar off -r "$2" || return
  "${SHA256[@]}" <"$2" >"$1/.made-from"
}

ADVICE_PIP="The usual cause is that the package index is unreachable: check the network and pip's settings (pip config list), then start again."

begin_python_environment() {
  python_environment_is_current ||
    begin_background python "Python environment" "$ADVICE_PIP" make_environment "$VENV" "$REQUIREMENTS"
}

# begin_further_environment STEP TITLE VENV LOCK: an environment that the running system does not need.
begin_further_environment() {
  if environment_is_current "$3" "$4"; then return; fi
  find_python || fail "no Python 3.11 or newer with venv and pip found." "$ADVICE_PYTHON"
  begin_background "$1" "$2" "$ADVICE_PIP" make_environment "$3" "$4"
}

# For retraining: the training package with Prefect and Evidently.
begin_pipeline_environment() {
  begin_further_environment pipeline-python "Python environment of the pipeline" "$VENV_PIPELINE" "$PIPELINE_REQUIREMENTS"
}

begin_test_environment() {
  begin_further_environment test-python "Python environment of the system tests" "$VENV_TEST" "$TEST_REQUIREMENTS"
}
