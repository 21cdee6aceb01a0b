# shellcheck shell=bash
# `sluice dead-letters`: lists, shows, resends and deletes dead letters.

# run_dead_letters [list [DEPLOYMENT] | show ID | resend ID | drop ID]: asks api-1 if this copy runs one, otherwise SLUICE_MANAGEMENT_PORT.
run_dead_letters() {
  local python=$VENV/bin/python
  if [ ! -x "$python" ]; then
    find_python || fail "no Python 3.11 or newer found." "Install one or set PYTHON to it."
    python=$PYTHON
  fi
  if is_running api-1; then SLUICE_MANAGEMENT_PORT=$P_MANAGEMENT; fi
  exec "$python" "$LIB/dead_letters.py" "$SLUICE_MANAGEMENT_PORT" "$@"
}
