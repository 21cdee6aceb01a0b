# shellcheck shell=bash
# What was asked for and what runs: `up` stops what was not asked for, replaces what has other settings, and starts what is missing.

# wanted_processes [KIND…]: the processes that these settings ask for.
wanted_processes() {
  local kind number
  [ $# -gt 0 ] || set -- redis mlflow postgres s3 monitor api worker
  for kind in "$@"; do
    case $kind in
      api) for ((number = 1; number <= APIS; number++)); do echo "api-$number"; done ;;
      worker) for ((number = 1; number <= WORKERS; number++)); do echo "worker-$number"; done ;;
      postgres) ! wants_postgres || echo postgres ;;
      s3) ! wants_s3 || echo s3 ;;
      monitor) ! wants_monitor || echo monitor ;;
      *) echo "$kind" ;;
    esac
  done
}

# is_extra NAME: started by a command of its own, so that `up` neither asks for it nor stops it.
is_extra() {
  case $1 in grafana | alertmanager | prometheus | trainer | prefect) ;; *) return 1 ;; esac
}

# start_process NAME
start_process() {
  case $1 in api-* | worker-*) "start_${1%-*}" "${1#*-}" ;; *) "start_$1" ;; esac
}

# asked_of NAME: the fingerprint of what these settings ask of it; empty if that cannot be known yet.
asked_of() {
  (
    DESCRIBING=1
    start_process "$1" >/dev/null 2>&1 && printf '%s' "$ASKED"
  ) || true
}

# fits NAME: it runs as these settings ask for.
fits() {
  local asked
  is_supervised "$1" || return 1
  asked=$P_ASKED
  [ "$asked" = "$(asked_of "$1")" ]
}

# reason_to_stop NAME: sets REASON; false if it may continue. Jars are compared later, when the build is done.
reason_to_stop() {
  REASON=
  if ! is_one_of "$1" "$(wanted_processes)"; then
    REASON="is no longer asked for"
  elif ! is_supervised "$1"; then
    REASON="has no supervisor"
  else
    APP=$P_APP
    fits "$1" || REASON="has other settings"
  fi
  [ -n "$REASON" ]
}

# stop_what_does_not_fit: in stop order. Records of processes that no longer run and were not asked for are removed.
stop_what_does_not_fit() {
  local kind name leaving
  for kind in "${STOP_ORDER[@]}"; do
    leaving=()
    for name in $(recorded_processes "$kind"); do
      if is_extra "$name"; then
        still_there "$name" || forget "$name"
        continue
      fi
      reason_to_stop "$name" || continue
      if still_there "$name"; then
        say "  $name $REASON: stopping it"
        leaving+=("$name")
      fi
    done
    [ ${#leaving[@]} -eq 0 ] || stop_processes "${leaving[@]}"
    for name in $(recorded_processes "$kind"); do
      is_extra "$name" || is_one_of "$name" "$(wanted_processes "$kind")" || forget "$name"
    done
  done
}

# ensure NAME: starts it unless it runs as asked; one that waits for its next start is started now.
ensure() {
  if fits "$1"; then
    [ "$P_STATE" != restarting ] || kill -USR1 "$P_SUPERVISOR" 2>/dev/null || true
    return 0
  fi
  if still_there "$1"; then
    say "  $1 has other settings or other jars: stopping it"
    stop_processes "$1"
  fi
  STARTED+=("$1")
  start_process "$1"
}
