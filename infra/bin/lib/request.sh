# shellcheck shell=bash
# What was asked for: the settings of the last `up` or `run`, in run/request (readable by its owner only: addresses may hold passwords).
# While the system runs, a setting that a command does not give has that value, so that `start`, `restart` and the next `up` mean the same
# system from any shell. `down` removes it.

REQUEST=$RUN/request

# Settings of infra/bin itself. Where a process needs one, launch gets it as an argument.
SYSTEM_SETTINGS='APIS WORKERS SLUICE_PORT SLUICE_MANAGEMENT_PORT SLUICE_MONITOR_PORT MLFLOW_PORT REDIS_PORT POSTGRES_PORT S3_PORT PROMETHEUS_PORT
  ALERTMANAGER_PORT PREFECT_PORT GRAFANA_PORT SLUICE_STORES SLUICE_MONITOR REDIS_APPENDFSYNC SLUICE_EMBEDDED_REDIS JAVA_HOME SLUICE_DATABASE
  SLUICE_MLFLOW_DATABASE SLUICE_PROMETHEUS'
# Those of one command, those of tests, and those that launch always sets.
UNREMEMBERED='SLUICE_HOME SLUICE_DEMO_HOME SLUICE_SKIP_BUILD SLUICE_MVN_FLAGS SLUICE_START_TIMEOUT SLUICE_STOP_TIMEOUT SLUICE_PROCESS SLUICE_MLFLOW
  SLUICE_REDIS SLUICE_API'

# is_one_of NAME LIST
is_one_of() {
  case " ${2//$'\n'/ } " in *" $1 "*) ;; *) return 1 ;; esac
}

# further_settings: names of the exported settings that infra/bin passes on to the processes unchanged.
further_settings() {
  local name
  for name in $(compgen -A export | LC_ALL=C sort); do
    case $name in SLUICE_* | AWS_* | OPENCV_LOG_LEVEL | JAVA_TOOL_OPTIONS) ;; *) continue ;; esac
    if ! is_one_of "$name" "$SYSTEM_SETTINGS $UNREMEMBERED"; then printf '%s\n' "$name"; fi
  done
}

# passed_through NAME: those that process NAME may read, with their values.
passed_through() {
  local name
  case $1 in api-* | worker-* | monitor) ;; *) return 0 ;; esac
  for name in $(further_settings); do printf '%s=%s\0' "$name" "${!name}"; done
}

remember_request() {
  local name
  (
    umask 077
    for name in $SYSTEM_SETTINGS $(further_settings); do
      # A value of several lines has no place here; no setting has one.
      case ${!name-} in *$'\n'*) continue ;; esac
      [ -z "${!name+given}" ] || printf '%s=%s\n' "$name" "${!name}"
    done >"$REQUEST.new"
  )
  mv "$REQUEST.new" "$REQUEST"
}

recall_request() {
  local line name
  if [ ! -s "$REQUEST" ] || [ -z "$(running_processes)" ]; then return 0; fi
  while IFS= read -r line; do
    name=${line%%=*}
    [ -n "${!name+given}" ] || export "${line?}"
  done <"$REQUEST"
}

case $COMMAND in
  up | start | stop | restart | status | start-mlflow | start-grafana | job | dead-letters | locust | traffic | retrain | notebook) recall_request ;;
esac
