# shellcheck shell=bash
# The MLflow server, artifacts proxied, one worker process: on SQLite and a folder, or on the stores of a platform (stores.sh).

# mlflow_stores: sets MLFLOW_STORES, environment variables: every user of the machine can read a command line.
mlflow_stores() {
  if wants_stores; then
    local address
    address=$(mlflow_database)
    store_settings
    MLFLOW_STORES=("MLFLOW_BACKEND_STORE_URI=postgresql+psycopg://${address#*://}" "MLFLOW_ARTIFACTS_DESTINATION=s3://$ARTIFACT_BUCKET"
      "MLFLOW_S3_ENDPOINT_URL=${SLUICE_S3_ENDPOINT:-http://127.0.0.1:$S3_PORT}" "AWS_DEFAULT_REGION=${SLUICE_S3_REGION:-us-east-1}"
      "${STORE_SETTINGS[@]}")
  else
    MLFLOW_STORES=("MLFLOW_BACKEND_STORE_URI=sqlite:///$SLUICE_HOME/mlflow/mlflow.db" "MLFLOW_ARTIFACTS_DESTINATION=$SLUICE_HOME/mlflow/artifacts")
  fi
}

# Job execution would start eight more processes for features of MLflow; telemetry would send data to other machines.
start_mlflow() {
  mlflow_stores
  launch mlflow "port=$MLFLOW_PORT" MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true "${MLFLOW_STORES[@]}" \
    "$VENV/bin/python" -m mlflow server --host 127.0.0.1 --port "$MLFLOW_PORT" --workers 1 --serve-artifacts
}

mlflow_answers() {
  http_ok "$1" /health
}
