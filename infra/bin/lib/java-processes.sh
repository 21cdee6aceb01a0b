# shellcheck shell=bash
# API frontends, model workers and the monitor: their ports, settings and JVM flags.

JVM_FLAGS=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+ExitOnOutOfMemoryError
  -XX:+AutoCreateSharedArchive "-Xlog:cds*=off" "-Xlog:aot*=off")

# keep_or_reserve NAME PORT FROM: a process keeps its port if nothing else has or wants it. Sets PORT.
keep_or_reserve() {
  PORT=$2
  if [ -n "$2" ] && ! port_is_asked_for "$2" && { ! port_is_taken "$2" || is_running "$1"; }; then return; fi
  if [ -n "$DESCRIBING" ]; then PORT=another; else reserve_port "$3"; fi
}

# A small heap that can grow, and a collector that takes no CPU time in the background: little memory is live.
HEAP_FLAGS=(-XX:+UseSerialGC -Xms64m)

# start_java NAME MODULE HEAP PORTS SETTING…: the JVM writes the class archive when it first ends, which saves a
# third (worker) to a half (API) of the CPU time of later starts. One archive for each process: two must not write to the same.
start_java() {
  local name=$1 module=$2 heap=$3 ports=$4
  local flags=("${JVM_FLAGS[@]}" "${HEAP_FLAGS[@]}" "-Xmx$heap" "-XX:SharedArchiveFile=$APP/$name.jsa")
  # The monitor is not time-critical: the fast compiler takes the least CPU time from predictions.
  [ "$module" != monitor ] || flags+=(-XX:TieredStopAtLevel=1)
  shift 4
  launch "$name" "$ports"$'\n'"app=$APP" "SLUICE_REDIS=redis://127.0.0.1:$REDIS_PORT" "$@" \
    "$JAVA" "${flags[@]}" -jar "$APP/$module/$module.jar"
}

start_api() {
  local name=api-$1 port management
  load_process "$name" || true
  if [ "$1" -eq 1 ]; then
    port=$SLUICE_PORT management=$SLUICE_MANAGEMENT_PORT
  else
    local kept=$P_MANAGEMENT
    keep_or_reserve "$name" "$P_PORT" "$FIRST_FURTHER_API_PORT"
    port=$PORT
    keep_or_reserve "$name" "$kept" "$FIRST_FURTHER_API_PORT"
    management=$PORT
  fi
  start_java "$name" api-frontend 256m "port=$port"$'\n'"management=$management" \
    "SLUICE_PORT=$port" "SLUICE_MANAGEMENT_PORT=$management"
}

# Inference uses every core; nice, so that the API can still answer and refuse at once.
start_worker() {
  local name=worker-$1
  store_settings
  load_process "$name" || true
  keep_or_reserve "$name" "$P_MANAGEMENT" "$FIRST_WORKER_MANAGEMENT_PORT"
  start_java "$name" model-worker 1g "management=$PORT" "SLUICE_MANAGEMENT_PORT=$PORT" \
    "OPENCV_LOG_LEVEL=${OPENCV_LOG_LEVEL:-SILENT}" "SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT" "SLUICE_CACHE=$SLUICE_HOME/cache" \
    "SLUICE_PREDICTION_LOG_BYTES=$(prediction_log_bytes)" ${STORE_SETTINGS[@]+"${STORE_SETTINGS[@]}"} nice -n 5
}

# Without a monitor no process reads the log.
prediction_log_bytes() {
  if wants_monitor; then printf '%s' "${SLUICE_PREDICTION_LOG_BYTES:-67108864}"; else printf '%s' "${SLUICE_PREDICTION_LOG_BYTES:-0}"; fi
}

# The monitor runs at low priority: its input waits in Redis. Alertmanager, if started, uses the token.
start_monitor() {
  make_hook_token
  start_java monitor monitor 192m "port=$SLUICE_MONITOR_PORT"$'\n'"management=$SLUICE_MONITOR_PORT" \
    "SLUICE_MONITOR_PORT=$SLUICE_MONITOR_PORT" "SLUICE_DATABASE=$(database_address)" "SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT" \
    "SLUICE_PROMETHEUS=${SLUICE_PROMETHEUS:-http://127.0.0.1:$PROMETHEUS_PORT}" \
    "SLUICE_HOME=$SLUICE_HOME" "SLUICE_HOOK_TOKEN=$(cat "$HOOK_TOKEN_FILE")" "SLUICE_RETRAIN_LOGS=${SLUICE_RETRAIN_LOGS:-$LOGS}" \
    "SLUICE_RETRAIN_COMMAND=${SLUICE_RETRAIN_COMMAND:-$(printf '%q' "$PROJECT/infra/bin/sluice") retrain --model {model\}}" nice -n 15
}
