# shellcheck shell=bash
# `sluice run`: the system in the foreground, until Ctrl-C or `sluice down`.

# watch_processes: reports each process that ends unexpectedly, once. It also checks the terminal, because the hang-up
# signal goes to the session's leader, which may be a make that waits for this script.
watch_processes() {
  local name reported=' '
  while :; do
    for name in $(recorded_processes); do
      load_process "$name" || continue
      if [ -z "$P_PID" ] || [ -n "$P_STOPPING" ] || is_running "$name"; then continue; fi
      case $reported in *" $name:$P_PID "*) continue ;; esac
      reported+="$name:$P_PID "
      complain "$name (PID $P_PID) has ended unexpectedly. The end of its log:"
      show_log_end "$P_LOG" "$P_LOG_OFFSET"
      complain "  Start it again with: infra/bin/sluice start $name"
    done
    sleep 1
    if [ -n "$ON_TERMINAL" ] && ! [ -t 1 ]; then exit 129; fi
  done
}

end_run() {
  local code=$?
  set +e
  trap 'IMPATIENT=" yet"' INT TERM
  clear_progress_line
  end_background_steps
  if [ -n "$(recorded_processes)" ]; then
    say "Stopping ..."
    stop_system
    say "Stopped. The state remains in $SLUICE_HOME (make clean-state deletes it)."
  fi
  unlock_all
  [ -z "$READY" ] || [ "$code" -ne 130 ] || code=0 # Ctrl-C is the normal end
  exit "$code"
}

run_in_foreground() {
  READY=
  lock_home
  [ -z "$(running_processes)" ] || {
    unlock "$START_LOCK"
    fail "Sluice is already running:" "$(running_processes | tr '\n' ' ')" "List the processes with: make status.  Stop them with: make down"
  }
  trap end_run EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  trap : PIPE
  check_all
  start_system
  ask_demo
  show_addresses
  say "Ctrl-C stops everything."
  READY=1
  watch_processes
}
