# shellcheck shell=bash
# `sluice status`: one line for each process, with its current state.

# state_of NAME: sets STATE.
state_of() {
  local alive ready
  if ! is_running "$1"; then
    STATE=dead
    [ "$P_STATE" != stopped ] || STATE=stopped
    ! is_supervised "$1" || STATE=restarting
    return
  fi
  case $1 in
    redis) alive="redis_answers $P_PORT" ready=true ;;
    mlflow) alive="mlflow_answers $P_PORT" ready=true ;;
    postgres) alive="postgres_answers $P_PORT" ready=true ;;
    s3) alive="s3_answers $P_PORT" ready=true ;;
    prometheus | alertmanager | grafana | prefect | trainer) alive=true ready=true ;;
    *) alive="http_ok $P_MANAGEMENT /health/live" ready="http_ok $P_MANAGEMENT /health/ready" ;;
  esac
  if ! $alive; then
    STATE=starting
  elif $ready; then
    STATE=ready
  else
    STATE=live
  fi
}

show_status() {
  local name address management
  if [ -z "$(recorded_processes)" ]; then
    say "Nothing is running in $SLUICE_HOME."
    return
  fi
  say "$(printf '%-12s %8s  %-10s %-24s %-24s %s' NAME PID STATE ADDRESS MANAGEMENT LOG)"
  for name in $(recorded_processes | sort); do
    state_of "$name"
    case $name in redis) address=redis://127.0.0.1:$P_PORT ;; postgres) address=127.0.0.1:$P_PORT ;; *) address=${P_PORT:+http://127.0.0.1:$P_PORT} ;; esac
    management=${P_MANAGEMENT:+http://127.0.0.1:$P_MANAGEMENT}
    say "$(printf '%-12s %8s  %-10s %-24s %-24s %s' "$name" "${P_PID:--}" "$STATE" "${address:--}" "${management:--}" "$P_LOG")"
    show_restarts "$name"
  done
}

# show_restarts NAME: of the process that state_of has loaded.
show_restarts() {
  local pause
  if [ "$STATE" = restarting ]; then
    pause=$((P_RETRY_AT - $(date +%s)))
    say "$(printf '%-12s %8s  ended %s times, last with %s; the next start is in %s s' '' '' "$P_ENDS" "$P_LAST_END" "$((pause > 0 ? pause : 0))")"
  elif is_running "$1" && ! is_supervised "$1"; then
    say "$(printf '%-12s %8s  its supervisor was killed: make up replaces both' '' '')"
  fi
}

clean_state() {
  if home_is_foreign; then fail "SLUICE_HOME=$SLUICE_HOME contains other files and was not deleted: delete it by hand."; fi
  if [ ! -e "$HOME_MARKER" ]; then
    say "$SLUICE_HOME contains no state."
    return
  fi
  if holder_of "$START_LOCK" || [ -n "$(running_processes)" ]; then
    fail "Sluice is running and uses its state." "Stop it first: make down"
  fi
  (cd "$SLUICE_HOME" && rm -rf redis mlflow postgres s3 prometheus grafana prefect retraining cache logs run app)
  rm -f "$HOME_MARKER"
  rmdir "$SLUICE_HOME" 2>/dev/null || say "$SLUICE_HOME also contains other files, which were not deleted."
  say "Deleted the state in $SLUICE_HOME: queues, models, predictions, cache, logs. The next start creates it again."
}
