# shellcheck shell=bash
# Background processes: launched in a process group of their own, recorded in run/NAME.process, stopped by that record.
# A record contains the process's start time, so that a reused process id is not mistaken for the process.

STOP_ORDER=(grafana alertmanager prometheus trainer prefect api worker monitor mlflow s3 postgres redis) # reverse start order; the API drains while workers still answer

# identity_of PID: sets IDENTITY to its start time; false if there is no such process or only a zombie.
identity_of() {
  local line
  if [ -d /proc/self ]; then
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # The name in field 2 may contain blanks and parentheses: count from its end.
    # shellcheck disable=SC2086
    set -- ${line##*) }
    IDENTITY=${20}
    [ "$1" != Z ] && [ "$1" != X ]
  else
    line=$(ps -o stat=,lstart= -p "$1" 2>/dev/null) || return 1
    IDENTITY=$(printf '%s' "${line#* }" | tr -s ' ' _)
    case $line in Z*) return 1 ;; esac
  fi
}

# group_lives PGID: the group still has a process that is not a zombie.
group_lives() {
  kill -0 -- "-$1" 2>/dev/null || return 1
  command -v ps >/dev/null || return 0
  ps -A -o pgid=,stat= | awk -v group="$1" '$1 == group && $2 !~ /^[ZX]/ { found = 1 } END { exit !found }'
}

# launch NAME FIELDS COMMAND…: FIELDS are additional lines of the record ("port=8080 management=8081"), which the system tests read.
launch() {
  local name=$1 fields=$2 log=$LOGS/$1.log
  shift 2
  if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 10000000 ]; then mv "$log" "$log.1"; fi
  (
    trap : INT TERM # Ctrl-C must not fall between the start of the process and its record
    trap '' HUP     # closing the terminal must not end the process
    cd "$LOGS" || exit 1
    exec </dev/null >>"$log" 2>&1 9>&-
    offset=$(wc -c <"$log")
    set -m # after stderr was redirected, so that the foreground process keeps the terminal
    "$@" &
    started=$(identity_of $! && printf '%s' "$IDENTITY") || started=gone
    {
      printf 'pid=%s\nstarted=%s\nlog=%s\nlog_offset=%s\n' $! "$started" "$log" "$((offset))"
      # shellcheck disable=SC2086
      printf '%s\n' $fields
    } >"$RUN/.$name.new"
    mv "$RUN/.$name.new" "$RUN/$name.process"
  )
  note_in_start_log "started $name"
}

# load_process NAME: sets P_PID, P_STARTED, P_LOG, P_LOG_OFFSET, P_PORT, P_MANAGEMENT, P_STOPPING from its record.
load_process() {
  local key value
  P_PID='' P_STARTED='' P_LOG='' P_LOG_OFFSET=0 P_PORT='' P_MANAGEMENT='' P_STOPPING=''
  { exec 8<"$RUN/$1.process"; } 2>/dev/null || return 1
  while IFS='=' read -r -u 8 key value; do
    case $key in
      pid) P_PID=$value ;;
      started) P_STARTED=$value ;;
      log) P_LOG=$value ;;
      log_offset) P_LOG_OFFSET=$value ;;
      port) P_PORT=$value ;;
      management) P_MANAGEMENT=$value ;;
      stopping) P_STOPPING=$value ;;
    esac
  done
  exec 8<&-
}

# is_running NAME: also loads its record.
is_running() {
  load_process "$1" && [ -n "$P_PID" ] && identity_of "$P_PID" && [ "$IDENTITY" = "$P_STARTED" ]
}

# recorded_processes [KIND…]: names in stop order; "api" means api-1, api-2 …
recorded_processes() {
  local kind file
  [ $# -gt 0 ] || set -- "${STOP_ORDER[@]}"
  for kind in "$@"; do
    for file in "$RUN/$kind.process" "$RUN/$kind"-*.process; do
      [ ! -e "$file" ] || basename "$file" .process
    done
  done
}

require_running() {
  is_running "$1" && return
  show_log_end "$LOGS/$1.log" "$P_LOG_OFFSET"
  fail "$1 ended during its start." "Read the log lines above; the whole log: $LOGS/$1.log"
}

# signal_process NAME SIGNAL
signal_process() {
  ! load_process "$1" || [ -z "$P_PID" ] || kill "-$2" -- "-$P_PID" 2>/dev/null || true
}

# still_there NAME: the process or one of its children. A group id is not reused while a member lives; if the leader's id
# now belongs to another process, the process has ended.
still_there() {
  load_process "$1" && [ -n "$P_PID" ] || return 1
  if identity_of "$P_PID"; then [ "$IDENTITY" = "$P_STARTED" ]; else group_lives "$P_PID"; fi
}

# At SIGTERM Postgres waits until its last client disconnects.
stop_signal_of() {
  case $1 in postgres) echo INT ;; *) echo TERM ;; esac
}

IMPATIENT= # set by a second Ctrl-C

# stop_processes NAME…: all at once, by SIGTERM; those left after the time limit are killed by their ids.
stop_processes() {
  local name left killed='' begun=$SECONDS deadline=$((SECONDS + SLUICE_STOP_TIMEOUT)) stopping=()
  for name in "$@"; do
    if still_there "$name"; then
      stopping+=("$name")
      signal_process "$name" "$(stop_signal_of "$name")"
    fi
  done
  [ ${#stopping[@]} -gt 0 ] || return 0
  begin stop "stopping ${stopping[*]}"
  while :; do
    left=()
    for name in "${stopping[@]}"; do ! still_there "$name" || left+=("$name"); done
    [ ${#left[@]} -gt 0 ] || break
    if [ -n "$IMPATIENT" ] && [ "$deadline" -gt $((begun + 2)) ]; then deadline=$((begun + 2)); fi
    if [ -z "$killed" ] && [ "$SECONDS" -ge "$deadline" ]; then
      for name in "${left[@]}"; do
        load_process "$name"
        complain "  $name (PID $P_PID) has not stopped${IMPATIENT:- within $SLUICE_STOP_TIMEOUT s}: killing it."
        signal_process "$name" KILL
      done
      killed=1
    fi
    tick
  done
  finish stop
}

# forget NAME…: removes the records of stopped processes.
forget() {
  local name
  for name in "$@"; do rm -f "$RUN/$name.process"; done
}
