# shellcheck shell=bash
# `sluice job` and `sluice dead-letters`: shows jobs; lists, shows, resends and deletes dead letters.

# run_stored_jobs COMMAND ARGUMENT…: asks api-1 if this copy runs one, otherwise SLUICE_MANAGEMENT_PORT.
run_stored_jobs() {
  local python=$VENV/bin/python
  if [ ! -x "$python" ]; then
    find_python || fail "no Python 3.11 or newer found." "Install one or set PYTHON to it."
    python=$PYTHON
  fi
  if is_running api-1; then SLUICE_MANAGEMENT_PORT=$P_MANAGEMENT; fi
  exec "$python" "$LIB/stored_jobs.py" "$SLUICE_MANAGEMENT_PORT" "$@"
}
