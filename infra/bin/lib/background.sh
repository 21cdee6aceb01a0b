# shellcheck shell=bash
# `sluice up`, `down`, `start NAME`, `stop NAME`: the system in the background.

end_up() {
  local code=$?
  set +e
  trap 'IMPATIENT=" yet"' INT TERM
  clear_progress_line
  end_background_steps
  [ "$code" -eq 0 ] || undo_start
  unlock_all
  exit "$code"
}

up_in_background() {
  local before
  lock_home
  trap end_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  before=$(running_processes | tr '\n' ' ')
  [ -z "$before" ] || say "Already up: $before"
  check_all
  remember_request
  start_system
  if [ ${#STARTED[@]} -eq 0 ]; then
    say "All processes run as asked for."
  else
    [ -z "$before" ] || say "Started: ${STARTED[*]}"
    ask_demo
  fi
  show_addresses
  say "Stop it with: make down"
}

# down: first ends a start in progress or a run in the foreground.
down() {
  local starter
  trap unlock_all EXIT
  if holder_of "$START_LOCK"; then
    starter=$HOLDER
    kill -TERM "$starter"
    begin starter "ending the start or run with PID $starter"
    while holder_of "$START_LOCK" && [ "$HOLDER" = "$starter" ]; do tick; done
    finish starter
  fi
  if [ -z "$(recorded_processes)" ]; then
    say "Nothing is running."
    return
  fi
  stop_system
  say "Everything is stopped. The state remains in $SLUICE_HOME (make clean-state deletes it)."
}

require_name() {
  case ${1:-} in
    redis | mlflow | postgres | s3 | monitor | prometheus | alertmanager) ;;
    api-[1-9]* | worker-[1-9]*) case ${1#*-} in *[!0-9]*) fail "unknown process $1: use a number, for example ${1%%-*}-1." ;; esac ;;
    *) fail "unknown process '${1:-}': use one of redis, mlflow, postgres, s3, monitor, prometheus, alertmanager, api-1, worker-1, worker-2 ..." ;;
  esac
}

# start NAME: one process, with the settings of the others.
start_one() {
  local name=$1
  require_name "$name"
  trap unlock_all EXIT
  create_home
  find_jdk || fail "no JDK $JDK_FLOOR or newer found: install one and set JAVA_HOME to it."
  case $name in
    mlflow) [ -x "$VENV/bin/python" ] || fail "the Python environment does not exist yet." "Create it with: make build" ;;
    postgres) [ -e "$POSTGRES_HOME/data" ] || fail "the Postgres binaries and files do not exist yet." "Create them with: make up" ;;
    s3) find_tool versitygw || fail "versitygw is not installed." "Build it with: make start-mlflow" ;;
    prometheus | alertmanager) has_prometheus || fail "$name is not on the PATH." "$ADVICE_PROMETHEUS"
      configure_prometheus ;;
    monitor | api-* | worker-*) install_app ;;
  esac
  if is_supervised "$name" && ! fits "$name"; then
    fail "$name runs with other settings or other jars." "Replace it with: infra/bin/sluice restart $name"
  fi
  if is_running "$name"; then say "$name is already running (PID $P_PID)."; fi
  ensure "$name"
  begin one "$name ready"
  case $name in
    redis) wait_until redis redis_answers "$REDIS_PORT" ;;
    mlflow) wait_until mlflow mlflow_answers "$MLFLOW_PORT" ;;
    postgres) wait_until postgres postgres_answers "$POSTGRES_PORT" ;;
    s3) wait_until s3 s3_answers "$S3_PORT" ;;
    prometheus) wait_until prometheus http_ok "$PROMETHEUS_PORT" /-/ready ;;
    alertmanager) wait_until alertmanager http_ok "$ALERTMANAGER_PORT" /-/ready ;;
    *) load_process "$name" && wait_until "$name" http_ok "$P_MANAGEMENT" /health/ready ;;
  esac
  finish one
}

# stop NAME: keeps its record, so that status shows it and a later start uses the same ports.
stop_one() {
  require_name "$1"
  load_process "$1" || fail "$1 was not started in $SLUICE_HOME." "List the processes with: infra/bin/sluice status"
  stop_processes "$1"
  # A supervisor that was killed has not written this itself.
  { grep -vE '^(supervisor|supervisor_started|pid|started|state|retry_at)=' "$RUN/$1.process" && echo state=stopped; } >"$RUN/.$1.new"
  mv "$RUN/.$1.new" "$RUN/$1.process"
}
