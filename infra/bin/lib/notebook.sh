# shellcheck shell=bash
# `sluice notebook`: JupyterLab in a separate environment that includes the training environment's packages.

VENV_NOTEBOOK=$PROJECT/.venv-notebook
NOTEBOOK_REQUIREMENTS=$PROJECT/training/requirements-notebook.lock
NOTEBOOK=$PROJECT/training/notebooks/from-a-model-to-an-answer.ipynb

make_notebook_environment() {
  make_environment "$VENV_NOTEBOOK" "$NOTEBOOK_REQUIREMENTS" || return
  local place
  place=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return
  # After its own packages on the path.
  printf '%s\n' "$place" >"$("$VENV_NOTEBOOK/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/sluice-training.pth"
}

begin_notebook_environment() {
  environment_is_current "$VENV_NOTEBOOK" "$NOTEBOOK_REQUIREMENTS" ||
    begin_background notebook-python "Python environment of Jupyter" "$ADVICE_PIP" make_notebook_environment
}

# run_notebook [--execute]: opens the notebook, or executes it and prints the output.
run_notebook() {
  clean_up_at_end
  create_home
  require_ready_api
  find_python || fail "no Python 3.11 or newer with venv and pip found." "$ADVICE_PYTHON"
  lock_setup
  begin_python_environment
  await python
  begin_notebook_environment
  await notebook-python
  unlock "$SETUP_LOCK"
  export SLUICE_API=http://127.0.0.1:$SLUICE_PORT SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT
  export MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT=true MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR=false
  cd "$PROJECT/training/notebooks"
  if [ "${1:-}" = --execute ]; then
    "$VENV_NOTEBOOK/bin/python" "$LIB/execute_notebook.py" "$NOTEBOOK"
  else
    exec "$VENV_NOTEBOOK/bin/python" -m jupyterlab --ip 127.0.0.1 "$NOTEBOOK"
  fi
}
