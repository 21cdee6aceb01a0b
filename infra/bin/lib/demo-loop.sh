# shellcheck shell=bash
# `sluice demo-loop`: runs the whole learning loop on this machine; `python -m training demo-loop` reports each step.
# It has separate state and ports, so that a running Sluice is not disturbed.

DEMO_PORTS_FROM=18080

# Short windows, so that the demonstration takes minutes: each is a setting.
demo_settings() {
  local name
  for name in SLUICE_PORT SLUICE_MANAGEMENT_PORT SLUICE_MONITOR_PORT MLFLOW_PORT REDIS_PORT POSTGRES_PORT PROMETHEUS_PORT \
    ALERTMANAGER_PORT PREFECT_PORT; do
    reserve_port "$DEMO_PORTS_FROM"
    printf -v "$name" '%s' "$PORT"
  done
  APIS=1 WORKERS=2
  ALERT_PACE=1s ALERT_FOR=5s
  export SLUICE_MODELS=loan-approval
  export SLUICE_DRIFT_INTERVAL=1s SLUICE_DRIFT_WINDOW=30s SLUICE_DRIFT_LEAST_SAMPLES=300 SLUICE_ACCURACY_WINDOW=15s
  export SLUICE_WATCH_INTERVAL=1s SLUICE_RETRAIN_COOL_DOWN=10s
  export SLUICE_RETRAIN_BY=prefect SLUICE_RETRAIN_ADDRESS=http://127.0.0.1:$PREFECT_PORT/api SLUICE_RETRAIN_TARGET=retraining/demo
}

start_prefect() {
  launch prefect "port=$PREFECT_PORT" "PREFECT_HOME=$SLUICE_HOME/prefect" PREFECT_SERVER_ANALYTICS_ENABLED=false \
    nice -n 5 "$VENV_PIPELINE/bin/python" -m prefect server start --host 127.0.0.1 --port "$PREFECT_PORT" --no-ui
}

prefect_answers() {
  http_ok "$1" /api/health
}

# start_trainer: runs the retrainings that Prefect schedules.
start_trainer() {
  launch trainer "" "PREFECT_HOME=$SLUICE_HOME/prefect" "PREFECT_API_URL=http://127.0.0.1:$PREFECT_PORT/api" "PYTHONPATH=$PROJECT" \
    "SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT" "SLUICE_DATABASE=$(database_address)" "SLUICE_HOME=$SLUICE_HOME" \
    nice -n 5 "$VENV_PIPELINE/bin/python" -m training.prefect_flow serve demo
}

trainer_serves() {
  http_ok "$PREFECT_PORT" /api/deployments/name/retraining/demo
}

end_demo() {
  local code=$?
  set +e
  trap 'IMPATIENT=" yet"' INT TERM
  clear_progress_line
  end_background_steps
  if [ -n "$(recorded_processes)" ]; then
    say "Stopping ..."
    stop_system
  fi
  unlock_all
  say "Logs of all processes: $LOGS"
  exit "$code"
}

run_demo_loop() {
  has_prometheus || fail "prometheus and alertmanager are not on the PATH." "$ADVICE_PROMETHEUS"
  lock_home
  trap end_demo EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  # Deletes an earlier demonstration: its predictions would be recent labelled data.
  (cd "$SLUICE_HOME" && rm -rf redis mlflow postgres/data cache logs prometheus prefect retraining)
  create_home
  check_settings
  demo_settings
  check_machine
  remember_request
  begin_pipeline_environment
  start_system
  await_monitor
  await pipeline-python
  ensure prefect
  begin prefect "Prefect"
  wait_until prefect prefect_answers "$PREFECT_PORT"
  finish prefect
  ensure trainer
  begin trainer "retraining registered with Prefect"
  wait_until trainer trainer_serves
  finish trainer
  configure_prometheus
  ensure alertmanager
  ensure prometheus
  # In the background, so that bash handles a signal at once.
  train demo-loop --api "http://127.0.0.1:$SLUICE_PORT" --monitor "http://127.0.0.1:$SLUICE_MONITOR_PORT" \
    --prometheus "http://127.0.0.1:$PROMETHEUS_PORT" --prefect "http://127.0.0.1:$PREFECT_PORT/api" --log "$LOGS/traffic.log" &
  wait $!
}
