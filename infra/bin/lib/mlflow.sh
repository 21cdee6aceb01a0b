# shellcheck shell=bash
# The MLflow server: SQLite, artifacts proxied, one worker process.

# Job execution would start eight further processes for MLflow's own features; telemetry would leave the machine.
start_mlflow() {
  launch mlflow "port=$MLFLOW_PORT" env MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true \
    "$VENV/bin/python" -m mlflow server --host 127.0.0.1 --port "$MLFLOW_PORT" --workers 1 \
    --backend-store-uri "sqlite:///$SLUICE_HOME/mlflow/mlflow.db" \
    --serve-artifacts --artifacts-destination "$SLUICE_HOME/mlflow/artifacts"
}

mlflow_answers() {
  http_ok "$1" /health
}
