# shellcheck shell=bash
# Platform stores (SLUICE_STORES=1): MLflow's records in Postgres, its artifacts in an S3 store. On a bare machine the store is
# versitygw on a folder; SLUICE_S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set another one.

VERSITYGW=github.com/versity/versitygw/cmd/versitygw@v1.8.0
S3_HOME=$SLUICE_HOME/s3
S3_ACCESS_KEY_FILE=$S3_HOME/access-key
S3_SECRET_KEY_FILE=$S3_HOME/secret-key
# Workers download directly from it; with SLUICE_ARTIFACTS= (empty) through MLflow's proxy.
ARTIFACT_BUCKET=${SLUICE_BUCKET:-mlflow}

ADVICE_S3="Put versitygw on the PATH, install Go 1.24 or newer, or set the address of your own S3 store: SLUICE_S3_ENDPOINT=https://... with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
ADVICE_STORES="Check that Postgres and the S3 store are ready: infra/bin/sluice status"

wants_stores() {
  [ "$SLUICE_STORES" = 1 ]
}

wants_s3() {
  wants_stores && [ -z "${SLUICE_S3_ENDPOINT:-}" ]
}

# mlflow_database: SLUICE_MLFLOW_DATABASE, or the database "mlflow" on the monitor's server.
mlflow_database() {
  if [ -n "${SLUICE_MLFLOW_DATABASE:-}" ]; then
    printf '%s' "$SLUICE_MLFLOW_DATABASE"
  else
    local address
    address=$(database_address)
    printf '%s/mlflow' "${address%/*}"
  fi
}

# store_settings: sets STORE_SETTINGS, the addresses and keys of the artifacts for MLflow and workers.
store_settings() {
  STORE_SETTINGS=()
  wants_stores || return 0
  if wants_s3; then
    STORE_SETTINGS=("SLUICE_S3_ENDPOINT=http://127.0.0.1:$S3_PORT" "AWS_ACCESS_KEY_ID=$(cat "$S3_ACCESS_KEY_FILE")"
      "AWS_SECRET_ACCESS_KEY=$(cat "$S3_SECRET_KEY_FILE")")
  fi
  STORE_SETTINGS+=("SLUICE_ARTIFACTS=${SLUICE_ARTIFACTS-s3://$ARTIFACT_BUCKET}")
}

start_s3() {
  find_tool versitygw
  mkdir -p "$S3_HOME/data"
  [ -s "$S3_ACCESS_KEY_FILE" ] || make_secret "$S3_ACCESS_KEY_FILE"
  [ -s "$S3_SECRET_KEY_FILE" ] || make_secret "$S3_SECRET_KEY_FILE"
  launch s3 "port=$S3_PORT" "ROOT_ACCESS_KEY=$(cat "$S3_ACCESS_KEY_FILE")" "ROOT_SECRET_KEY=$(cat "$S3_SECRET_KEY_FILE")" \
    "$TOOL" --port "127.0.0.1:$S3_PORT" --health /health posix "$S3_HOME/data"
}

s3_answers() {
  http_ok "$1" /health
}

# make_bucket_and_database: creates them unless they exist.
make_bucket_and_database() {
  store_settings
  local endpoint=${SLUICE_S3_ENDPOINT:-http://127.0.0.1:$S3_PORT}
  (with_settings ${STORE_SETTINGS[@]+"${STORE_SETTINGS[@]}"} "SLUICE_S3_ENDPOINT=$endpoint" "SLUICE_MLFLOW_DATABASE=$(mlflow_database)" \
    "$VENV/bin/python" "$LIB/make_stores.py" "$ARTIFACT_BUCKET")
}

# start_stores: everything that MLflow needs before it starts.
start_stores() {
  if wants_s3; then begin_tool versitygw "$VERSITYGW" "$ADVICE_S3"; fi
  begin_fetching_postgres
  await fetch-postgres
  begin_making_cluster
  await make-cluster tool-versitygw
  if wants_postgres; then ensure postgres; fi
  if wants_s3; then ensure s3; fi
  begin stores "Postgres and the S3 store"
  if wants_postgres; then wait_until postgres postgres_answers "$POSTGRES_PORT"; fi
  if wants_s3; then wait_until s3 s3_answers "$S3_PORT"; fi
  finish stores
  begin_background make-stores "MLflow's database and bucket" "$ADVICE_STORES" make_bucket_and_database
  await make-stores
}

# start_mlflow_alone: only the registry on its stores, in the background.
start_mlflow_alone() {
  lock_home
  trap end_up EXIT
  if ! wants_stores && [ -n "$(running_processes)" ]; then
    fail "Sluice runs with MLflow on a folder." "Move it to the stores with: make up SLUICE_STORES=1"
  fi
  SLUICE_STORES=1
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  check_all
  remember_request
  lock_setup
  begin_python_environment
  await python
  unlock "$SETUP_LOCK"
  start_stores
  ensure mlflow
  begin mlflow "MLflow"
  wait_until mlflow mlflow_answers "$MLFLOW_PORT"
  finish mlflow
  say ""
  say "  MLflow       http://127.0.0.1:$MLFLOW_PORT"
  if is_running postgres; then say "  Postgres     127.0.0.1:$P_PORT, user sluice, its password in $POSTGRES_PASSWORD_FILE"; fi
  if is_running s3; then say "  S3 store     http://127.0.0.1:$P_PORT, bucket $ARTIFACT_BUCKET, its keys in $S3_HOME"; fi
  say "Serve its models with: make up SLUICE_STORES=1    Stop it with: make down"
}
