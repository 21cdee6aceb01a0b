# shellcheck shell=bash
# The folders of this copy: SLUICE_HOME with its state, and the environments in the project folder.

SLUICE_HOME=${SLUICE_HOME:-$PROJECT/.sluice}
case $SLUICE_HOME in /*) ;; *) SLUICE_HOME=$PWD/$SLUICE_HOME ;; esac
LOGS=$SLUICE_HOME/logs
RUN=$SLUICE_HOME/run
VENV=$PROJECT/.venv
VENV_PIPELINE=$PROJECT/.venv-pipeline
VENV_TEST=$PROJECT/.venv-test

HOME_MARKER=$SLUICE_HOME/.sluice-state

# `clean-state` deletes inside SLUICE_HOME, so a folder with other files is refused.
home_is_foreign() {
  [ -e "$SLUICE_HOME" ] && [ ! -e "$HOME_MARKER" ] && [ -n "$(ls -A "$SLUICE_HOME" 2>/dev/null)" ]
}

create_home() {
  ! home_is_foreign || fail "SLUICE_HOME=$SLUICE_HOME contains other files: choose an empty or a new folder."
  mkdir -p "$LOGS" "$RUN" "$SLUICE_HOME/redis" "$SLUICE_HOME/mlflow" "$SLUICE_HOME/postgres" "$SLUICE_HOME/cache" ||
    fail "SLUICE_HOME=$SLUICE_HOME is not writable: choose another folder."
  : >"$HOME_MARKER"
}
