# shellcheck shell=bash
# `sluice run`: the system in the foreground, until Ctrl-C or `sluice down`.

# watch_processes: reports each end of a process, once. It also checks the terminal, because the hang-up signal goes to the session's
# leader, which may be a make that waits for this script.
watch_processes() {
  local name reported=' '
  while :; do
    for name in $(recorded_processes); do
      ! load_process "$name" || report_end "$name"
    done
    sleep 1
    if [ -n "$ON_TERMINAL" ] && ! [ -t 1 ]; then exit 129; fi
  done
}

# report_end NAME: of the loaded process; reads and extends `reported`.
report_end() {
  local remedy="It is started again."
  if [ "$P_STATE" = stopped ] || [ "$P_STATE" = stopping ]; then return; fi
  if ! is_supervised "$1"; then
    P_LAST_END="its supervisor was killed" remedy="Start it again with: infra/bin/sluice restart $1"
  elif [ "$P_ENDS" -eq 0 ]; then
    return
  fi
  case $reported in *" $1:$P_SUPERVISOR:$P_ENDS:$P_LAST_END "*) return ;; esac
  reported+="$1:$P_SUPERVISOR:$P_ENDS:$P_LAST_END "
  complain "$1 has ended unexpectedly ($P_LAST_END). $remedy The end of its log:"
  show_log_end "$P_LOG" "$P_LOG_OFFSET"
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
  check_all
  remember_request
  start_system
  ask_demo
  show_addresses
  say "Ctrl-C stops everything."
  READY=1
  watch_processes
}
