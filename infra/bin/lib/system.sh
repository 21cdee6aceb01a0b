# shellcheck shell=bash
# The whole system: start order, readiness and stop.

START_LOCK=$RUN/start.lock
SETUP_LOCK=$PROJECT/target/.set-up.lock
STARTED=()

# One start at a time for each SLUICE_HOME; `run` holds the lock as long as it lives.
lock_home() {
  create_home
  try_lock "$START_LOCK" || {
    holder_of "$START_LOCK" || fail "another start has just ended: try again."
    fail "Sluice is starting or running in the foreground here (PID $HOLDER)." \
      "Check it with: make status.  Stop it with Ctrl-C there or with: make down"
  }
  end_abandoned_steps
}

# Build and Python environment are in the project folder, not in SLUICE_HOME.
lock_setup() {
  try_lock "$SETUP_LOCK" && return
  begin setup-lock "waiting for another start that builds in this folder"
  until try_lock "$SETUP_LOCK"; do tick; done
  finish setup-lock
}

MOST_ENDS=3 # of a process that is starting: what it waits for may need some seconds

# wait_until NAME CONDITION…: fails when the process ends again and again before the condition holds.
wait_until() {
  local name=$1 deadline=$((SECONDS + SLUICE_START_TIMEOUT)) ends
  shift
  load_process "$name" || true
  ends=$((P_ENDS + MOST_ENDS))
  until is_running "$name" && "$@"; do
    if ! is_supervised "$name" || [ "$P_ENDS" -ge "$ends" ]; then
      show_log_end "$LOGS/$name.log" "$P_LOG_OFFSET"
      fail "$name ended during its start${P_LAST_END:+ ($P_LAST_END)}." "Read the log lines above; the whole log: $LOGS/$name.log"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      show_log_end "$LOGS/$name.log" "$P_LOG_OFFSET"
      fail "$name was not ready within $SLUICE_START_TIMEOUT s." "The whole log: $LOGS/$name.log" \
        "On a slow machine allow more time: SLUICE_START_TIMEOUT=600"
    fi
    collect_background
    tick
  done
}

set_up() {
  lock_setup
  begin_build
  begin_python_environment
}

start_system() {
  local name publishing=
  note_in_start_log "---- ${COMMAND}: APIs $APIS, workers $WORKERS, ports $SLUICE_PORT $MLFLOW_PORT $REDIS_PORT"
  stop_what_does_not_fit
  set_up
  await python
  if wants_stores; then start_stores; fi
  # MLflow starts slowest, so it starts first; only a publication waits for it.
  ensure mlflow
  if ! models_are_published; then
    begin mlflow "MLflow"
    wait_until mlflow mlflow_answers "$MLFLOW_PORT"
    finish mlflow
    begin_background publish "training and publishing the demo models" "$ADVICE_PUBLISH" publish_models
    publishing=1
  fi
  await build
  begin_fetching_redis
  begin_fetching_postgres
  await fetch-redis fetch-postgres
  begin_making_cluster
  install_app
  unlock "$SETUP_LOCK"

  begin redis "Redis"
  ensure redis
  wait_until redis redis_answers "$REDIS_PORT"
  finish redis
  for name in $(wanted_processes api); do ensure "$name"; done
  await make-cluster
  if wants_postgres; then ensure postgres; fi
  # Workers start after the first publication, so that they find all models at once.
  [ -z "$publishing" ] || await publish
  for name in $(wanted_processes worker); do ensure "$name"; done
  await_ready
  # It is not on the request path, so the start does not wait for it: its input waits in Redis.
  if wants_monitor; then ensure monitor; fi
  await_models
  scrape_what_runs
  report_ended
}

await_monitor() {
  begin monitor "monitor"
  load_process monitor
  wait_until monitor http_ok "$P_MANAGEMENT" /health/ready
  finish monitor
}

# A later start does not wait for MLflow, and predictions work without it. Report it if it has ended.
report_ended() {
  local name
  for name in $(recorded_processes); do
    if is_running "$name" || [ "$P_STATE" = stopped ]; then continue; fi
    complain "  $name has ended unexpectedly ($P_LAST_END). The end of its log:"
    show_log_end "$P_LOG" "$P_LOG_OFFSET"
  done
}

await_ready() {
  local name
  begin ready "API and workers ready"
  for name in $(wanted_processes api worker); do
    load_process "$name"
    wait_until "$name" http_ok "$P_MANAGEMENT" /health/ready
  done
  finish ready
}

# A rejected model must not prevent the use of the others.
await_models() {
  local deadline=$((SECONDS + 60))
  MISSING_MODELS=
  WITHDRAWN_MODELS=
  begin models "models live"
  until models_are_live; do
    is_supervised api-1 || fail "api-1 has ended." "The whole log: $LOGS/api-1.log"
    if [ "$SECONDS" -ge "$deadline" ]; then
      complain "  not live yet: $MISSING_MODELS(for the reason see GET /v1/models and $LOGS/worker-1.log)"
      break
    fi
    tick
  done
  finish models
  if [ -n "$WITHDRAWN_MODELS" ]; then
    complain "  withdrawn, because the registry has no alias for them: $WITHDRAWN_MODELS(set the alias again to serve them)"
  fi
}

# Does nothing if SLUICE_MODELS does not include the demo models, or one of them is withdrawn.
ask_demo() {
  local model line
  for model in imagenet iris; do
    expected_models | grep -qx "$model@champion" || return 0
    case " $WITHDRAWN_MODELS" in *" $model@champion "*) return 0 ;; esac
  done
  begin_background demo "one picture and one row" "Read the logs of the API and the worker: $LOGS" train demo --api "http://127.0.0.1:$SLUICE_PORT"
  await demo
  while IFS= read -r line; do say "    $line"; done <"$LOGS/demo.log"
}

stop_system() {
  local kind
  for kind in "${STOP_ORDER[@]}"; do
    # shellcheck disable=SC2046
    set -- $(recorded_processes "$kind")
    stop_processes "$@"
    forget "$@"
  done
  rm -f "$REQUEST"
}

# undo_start: stops the processes that this command started, but none that ran before.
undo_start() {
  local index
  for ((index = ${#STARTED[@]} - 1; index >= 0; index--)); do
    stop_processes "${STARTED[index]}"
    forget "${STARTED[index]}"
  done
}

show_addresses() {
  local name where=http://127.0.0.1:$SLUICE_PORT
  say ""
  say "Sluice is up ($SECONDS s)."
  for name in $(wanted_processes api); do
    load_process "$name"
    say "$(printf '  %-12s http://127.0.0.1:%s   management http://127.0.0.1:%s/metrics' "$name" "$P_PORT" "$P_MANAGEMENT")"
  done
  for name in $(wanted_processes worker); do
    load_process "$name"
    say "$(printf '  %-12s management http://127.0.0.1:%s/metrics' "$name" "$P_MANAGEMENT")"
  done
  if wants_monitor; then
    say "  monitor      http://127.0.0.1:$SLUICE_MONITOR_PORT/metrics, /v1/drift, /v1/retrainings"
    say "  dashboards   http://127.0.0.1:$SLUICE_MONITOR_PORT/dashboards/"
  fi
  say "  docs         $where/docs"
  say "  MLflow       http://127.0.0.1:$MLFLOW_PORT"
  say "  Redis        redis://127.0.0.1:$REDIS_PORT"
  say "  logs         $LOGS"
  say ""
  say "Try it:"
  say "  curl -F image=@training/samples/flower.jpg $where/predict"
  say "  curl -H 'Content-Type: application/json' -d '{\"sepal_length\": 5.1, \"sepal_width\": 3.5, \"petal_length\": 1.4, \"petal_width\": 0.2}' $where/v1/models/iris/predict"
  say "  curl $where/v1/models"
  say ""
}
