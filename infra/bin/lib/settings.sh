# shellcheck shell=bash
# Settings: environment variables with their defaults, and the folders derived from them.

SLUICE_PORT=${SLUICE_PORT:-8080}
SLUICE_MANAGEMENT_PORT=${SLUICE_MANAGEMENT_PORT:-8081}
MLFLOW_PORT=${MLFLOW_PORT:-5000}
REDIS_PORT=${REDIS_PORT:-6390}
POSTGRES_PORT=${POSTGRES_PORT:-5433}
PROMETHEUS_PORT=${PROMETHEUS_PORT:-9090}
ALERTMANAGER_PORT=${ALERTMANAGER_PORT:-9093}
PREFECT_PORT=${PREFECT_PORT:-4200}
S3_PORT=${S3_PORT:-7070}
GRAFANA_PORT=${GRAFANA_PORT:-3000}
SLUICE_STORES=${SLUICE_STORES:-0}
SLUICE_MONITOR=${SLUICE_MONITOR:-1}
SLUICE_MONITOR_PORT=${SLUICE_MONITOR_PORT:-8070}
REDIS_APPENDFSYNC=${REDIS_APPENDFSYNC:-everysec}
APIS=${APIS:-1}
WORKERS=${WORKERS:-1}
SLUICE_START_TIMEOUT=${SLUICE_START_TIMEOUT:-300}
SLUICE_STOP_TIMEOUT=${SLUICE_STOP_TIMEOUT:-20}

FIRST_WORKER_MANAGEMENT_PORT=8082
FIRST_FURTHER_API_PORT=8090

SLUICE_HOME=${SLUICE_HOME:-$PROJECT/.sluice}
case $SLUICE_HOME in /*) ;; *) SLUICE_HOME=$PWD/$SLUICE_HOME ;; esac
LOGS=$SLUICE_HOME/logs
RUN=$SLUICE_HOME/run
VENV=$PROJECT/.venv
VENV_PIPELINE=$PROJECT/.venv-pipeline
VENV_TEST=$PROJECT/.venv-test

HOME_MARKER=$SLUICE_HOME/.sluice-state

# `clean-state` deletes inside SLUICE_HOME, so a folder with other files is refused.
home_is_foreign() {
  [ -e "$SLUICE_HOME" ] && [ ! -e "$HOME_MARKER" ] && [ -n "$(ls -A "$SLUICE_HOME" 2>/dev/null)" ]
}

create_home() {
  ! home_is_foreign || fail "SLUICE_HOME=$SLUICE_HOME contains other files: choose an empty or a new folder."
  mkdir -p "$LOGS" "$RUN" "$SLUICE_HOME/redis" "$SLUICE_HOME/mlflow" "$SLUICE_HOME/postgres" "$SLUICE_HOME/cache" ||
    fail "SLUICE_HOME=$SLUICE_HOME is not writable: choose another folder."
  : >"$HOME_MARKER"
}
