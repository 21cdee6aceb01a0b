# shellcheck shell=bash
# Background processes: each is run by a supervisor of its own (supervise.py), which starts it again when it ends. The supervisor writes
# the record run/NAME.process; `up`, `status` and the system tests read it.

STOP_ORDER=(grafana alertmanager prometheus trainer prefect api worker monitor mlflow s3 postgres redis) # reverse start order; the API drains while workers still answer

BOOT=
if [ -r /proc/sys/kernel/random/boot_id ]; then
  IFS= read -r BOOT </proc/sys/kernel/random/boot_id
  BOOT=${BOOT:0:8}
fi

# identity_of PID: sets IDENTITY to its boot and start time, because a process id is used again; false if there is no such process or only
# a zombie.
identity_of() {
  local line=
  [ -n "$1" ] || return 1
  if [ -d /proc/self ]; then
    { IFS= read -r -d '' line <"/proc/$1/stat"; } 2>/dev/null || true
    # The name in field 2 may contain blanks, line ends and parentheses: count from its end.
    # shellcheck disable=SC2086
    set -- ${line##*) }
    [ $# -ge 20 ] || return 1 # it ends at this moment
    IDENTITY=$BOOT-${20}
    [ "$1" != Z ] && [ "$1" != X ]
  else
    line=$(ps -o stat=,lstart= -p "$1" 2>/dev/null) || return 1
    IDENTITY=$(printf '%s' "${line#* }" | tr -s ' ' _)
    case $line in Z*) return 1 ;; esac
  fi
}

# is_process PID IDENTITY: records of earlier versions hold no boot.
is_process() {
  [ -n "$1" ] && identity_of "$1" && { [ "$IDENTITY" = "$2" ] || [ "${IDENTITY#*-}" = "$2" ]; }
}

# group_lives PGID: the group still has a process that is not a zombie.
group_lives() {
  kill -0 -- "-$1" 2>/dev/null || return 1
  command -v ps >/dev/null || return 0
  ps -A -o pgid=,stat= | awk -v group="$1" '$1 == group && $2 !~ /^[ZX]/ { found = 1 } END { exit !found }'
}

# supervisor_python: sets SUPERVISOR_PYTHON. Any Python 3.8 will do.
supervisor_python() {
  for SUPERVISOR_PYTHON in "$PROJECT/.venv/bin/python" ${PYTHON:+"$PYTHON"} python3; do
    ! command -v "$SUPERVISOR_PYTHON" >/dev/null || return 0
  done
  fail "no Python 3 found, which supervises the processes." "$ADVICE_PYTHON"
}

DESCRIBING= # set while launch shall only set ASKED

# launch NAME FIELDS [SETTING=VALUE…] COMMAND…: starts COMMAND under a supervisor; returns once its record is there. FIELDS are additional
# lines of the record. Sets ASKED to a fingerprint of everything that was asked for.
launch() {
  local name=$1 fields=() settings=() field log=$LOGS/$1.log
  while IFS= read -r field; do [ -z "$field" ] || fields+=("$field"); done <<<"$2"
  shift 2
  ASKED=$({ printf '%s\0' ${fields[@]+"${fields[@]}"} "$@" && passed_through "$name"; } | "${SHA256[@]}")
  ASKED=${ASKED:0:16}
  [ -z "$DESCRIBING" ] || return 0
  while [[ ${1-} =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; do settings+=("$1") && shift; done
  supervisor_python
  (
    cd "$LOGS" || exit 1
    exec </dev/null >>"$log" 2>&1 8>&- 9>&-
    unset SLUICE_PROCESS
    with_settings ${settings[@]+"${settings[@]}"} "$SUPERVISOR_PYTHON" -I -S "$LIB/supervise.py" "$name" "$RUN" "$log" "$(stop_signal_of "$name")" \
      ${fields[@]+"${fields[@]}"} "asked=$ASKED" -- "$@"
  ) || fail "the supervisor of $name cannot be started." "Read the end of $log"
  note_in_start_log "started $name"
}

# load_process NAME: sets P_… from its record.
load_process() {
  local key value
  P_SUPERVISOR='' P_SUPERVISOR_STARTED='' P_PID='' P_STARTED='' P_STATE='' P_ENDS=0 P_LAST_END='' P_RETRY_AT=''
  P_LOG='' P_LOG_OFFSET=0 P_PORT='' P_MANAGEMENT='' P_APP='' P_ASKED=''
  { exec 8<"$RUN/$1.process"; } 2>/dev/null || return 1
  while IFS='=' read -r -u 8 key value; do
    case $key in
      supervisor) P_SUPERVISOR=$value ;;
      supervisor_started) P_SUPERVISOR_STARTED=$value ;;
      pid) P_PID=$value ;;
      started) P_STARTED=$value ;;
      state) P_STATE=$value ;;
      ends) P_ENDS=$value ;;
      last_end) P_LAST_END=$value ;;
      retry_at) P_RETRY_AT=$value ;;
      log) P_LOG=$value ;;
      log_offset) P_LOG_OFFSET=$value ;;
      port) P_PORT=$value ;;
      management) P_MANAGEMENT=$value ;;
      app) P_APP=$value ;;
      asked) P_ASKED=$value ;;
    esac
  done
  exec 8<&-
}

# is_supervised NAME: it runs, or its supervisor is about to start it again. Also loads its record.
is_supervised() {
  load_process "$1" && is_process "$P_SUPERVISOR" "$P_SUPERVISOR_STARTED" && [ "$P_STATE" != stopped ]
}

# is_running NAME: also loads its record.
is_running() {
  load_process "$1" && is_process "$P_PID" "$P_STARTED"
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

# running_processes: those that run or are about to be started again.
running_processes() {
  local name
  for name in $(recorded_processes); do
    if is_supervised "$name" || is_running "$name"; then printf '%s\n' "$name"; fi
  done
}

# marked_processes NAME: ids of the processes that it has started, whoever their parents are now.
marked_processes() {
  [ -d /proc/self ] || return 0
  { grep -lszxF "SLUICE_PROCESS=$RUN/$1" /proc/[0-9]*/environ || true; } | cut -d/ -f3
}

# signal_process NAME SIGNAL: to its supervisor, which passes on an orderly stop, and to whatever has no supervisor or is to be killed.
signal_process() {
  local pid supervised=
  load_process "$1" || return 0
  if is_process "$P_SUPERVISOR" "$P_SUPERVISOR_STARTED"; then supervised=1; fi
  if [ "$2" = STOP-ORDERLY ] && [ -n "$supervised" ]; then
    kill -TERM "$P_SUPERVISOR" 2>/dev/null || true
    return
  fi
  set -- "$1" "${2/STOP-ORDERLY/$(stop_signal_of "$1")}"
  [ -z "$supervised" ] || kill "-$2" "$P_SUPERVISOR" 2>/dev/null || true
  if is_process "$P_PID" "$P_STARTED" || { [ ! -d /proc/self ] && [ -n "$P_PID" ]; }; then kill "-$2" -- "-$P_PID" 2>/dev/null || true; fi
  for pid in $(marked_processes "$1"); do kill "-$2" "$pid" 2>/dev/null || true; done
}

# still_there NAME: the supervisor, the process or something that it has started.
still_there() {
  load_process "$1" || return 1
  is_process "$P_SUPERVISOR" "$P_SUPERVISOR_STARTED" || is_process "$P_PID" "$P_STARTED" || [ -n "$(marked_processes "$1")" ] ||
    { [ ! -d /proc/self ] && [ -n "$P_PID" ] && group_lives "$P_PID"; }
}

# At SIGTERM Postgres waits until its last client disconnects.
stop_signal_of() {
  case $1 in postgres) echo INT ;; *) echo TERM ;; esac
}

IMPATIENT= # set by a second Ctrl-C

# stop_processes NAME…: all at once, by SIGTERM; those left after the time limit are killed.
stop_processes() {
  local name left killed='' begun=$SECONDS deadline=$((SECONDS + SLUICE_STOP_TIMEOUT)) stopping=()
  for name in "$@"; do
    if still_there "$name"; then
      stopping+=("$name")
      signal_process "$name" STOP-ORDERLY
    fi
  done
  [ ${#stopping[@]} -gt 0 ] || return 0
  begin stop "stopping ${stopping[*]}"
  while :; do
    left=()
    for name in "${stopping[@]}"; do ! still_there "$name" || left+=("$name"); done
    [ ${#left[@]} -gt 0 ] || break
    if [ -n "$IMPATIENT" ] && [ "$deadline" -gt $((begun + 2)) ]; then deadline=$((begun + 2)); fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      for name in "${left[@]}"; do
        load_process "$name"
        [ -n "$killed" ] || complain "  $name (PID ${P_PID:-$P_SUPERVISOR}) has not stopped${IMPATIENT:- within $SLUICE_STOP_TIMEOUT s}: killing it."
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
