# shellcheck shell=bash
# Progress of long steps. On a terminal one line that shows the elapsed seconds; otherwise one line
# after a second and one at the end of the step. Every step is also logged to logs/start.log.

STEP_KEYS=() STEP_TITLES=() STEP_BEGUN=() STEP_PIDS=() STEP_LOGS=() STEP_ADVICE=() STEP_SHOWN=()
PROGRESS_LINE_SHOWN=

note_in_start_log() {
  [ ! -d "$LOGS" ] || printf '%s %s\n' "$(date '+%Y-%m-%dT%H:%M:%S')" "$*" >>"$LOGS/start.log"
}

clear_progress_line() {
  [ -z "$PROGRESS_LINE_SHOWN" ] || { printf '\r\033[K'; } 2>/dev/null || true
  PROGRESS_LINE_SHOWN=
}

# begin KEY TITLE: a step that this shell does itself.
begin() {
  STEP_KEYS+=("$1") STEP_TITLES+=("$2") STEP_BEGUN+=("$SECONDS") STEP_PIDS+=("") STEP_LOGS+=("") STEP_ADVICE+=("") STEP_SHOWN+=("")
  note_in_start_log "begin: $2"
}

# begin_background KEY TITLE ADVICE COMMAND…: a step that runs in parallel, in a separate process group so that
# everything it starts ends with it. ADVICE is the remedy if it fails.
begin_background() {
  local key=$1 title=$2 advice=$3 log=$LOGS/$1.log slot
  shift 3
  begin "$key" "$title"
  # Not the number of steps: closed steps leave gaps.
  slot_of "$key"
  slot=$SLOT
  rm -f "$RUN/step-$key.group"
  (
    exec </dev/null >"$log" 2>&1
    set -m # after stderr was redirected, so that the foreground process keeps the terminal
    ("$@") &
    note_step_group "$key" $!
    wait $!
  ) &
  STEP_PIDS[slot]=$! STEP_LOGS[slot]=$log STEP_ADVICE[slot]=$advice
}

# note_step_group KEY PGID: with the identities of its leader and of this command, so that a later command can recognize both.
note_step_group() {
  local leader mine
  identity_of "$2" && leader=$IDENTITY || leader=gone
  identity_of $$ && mine=$IDENTITY
  printf '%s %s %s %s\n' "$2" "$leader" $$ "$mine" >"$RUN/step-$1.group"
}

# end_abandoned_steps: a command that was killed leaves its Maven or pip behind, which would write to the same folders.
end_abandoned_steps() {
  local file group leader command identity
  for file in "$RUN"/step-*.group; do
    [ -e "$file" ] || continue
    read -r group leader command identity <"$file" || continue
    ! is_process "$command" "$identity" || continue
    ! is_process "$group" "$leader" || kill -TERM -- "-$group" 2>/dev/null || true
    rm -f "$file"
  done
}

slot_of() {
  for SLOT in ${STEP_KEYS[@]+"${!STEP_KEYS[@]}"}; do
    [ "${STEP_KEYS[SLOT]}" != "$1" ] || return 0
  done
  return 1
}

# tick: shows the elapsed time of each open step; call it in every waiting loop.
tick() {
  local slot line=
  for slot in ${STEP_KEYS[@]+"${!STEP_KEYS[@]}"}; do
    local seconds=$((SECONDS - STEP_BEGUN[slot]))
    line+="${line:+, }${STEP_TITLES[slot]} $seconds s"
    if [ -z "$ON_TERMINAL" ] && [ -z "${STEP_SHOWN[slot]}" ] && [ "$seconds" -ge 1 ]; then
      STEP_SHOWN[slot]=1
      say "  ${STEP_TITLES[slot]} ..."
    fi
  done
  if [ -n "$ON_TERMINAL" ] && [ -n "$line" ]; then
    { printf '\r\033[K  %s' "${line:0:$((${COLUMNS:-80} - 3))}"; } 2>/dev/null || true
    PROGRESS_LINE_SHOWN=1
  fi
  sleep 0.1
}

finish() {
  slot_of "$1" || return 0
  local seconds=$((SECONDS - STEP_BEGUN[SLOT]))
  say "$(printf '  %-44s done  %4d s' "${STEP_TITLES[SLOT]}" "$seconds")"
  note_in_start_log "done after $seconds s: ${STEP_TITLES[SLOT]}"
  close_step
}

close_step() {
  rm -f "$RUN/step-${STEP_KEYS[SLOT]}.group"
  unset "STEP_KEYS[SLOT]" "STEP_TITLES[SLOT]" "STEP_BEGUN[SLOT]" "STEP_PIDS[SLOT]" "STEP_LOGS[SLOT]" "STEP_ADVICE[SLOT]" "STEP_SHOWN[SLOT]"
}

# collect_background: closes the background steps that have ended; a failed step ends the command.
collect_background() {
  local slot
  for slot in ${STEP_KEYS[@]+"${!STEP_KEYS[@]}"}; do
    local pid=${STEP_PIDS[slot]} code=0
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid" || code=$?
      SLOT=$slot
      if [ "$code" -eq 0 ]; then
        finish "${STEP_KEYS[slot]}"
      else
        local title=${STEP_TITLES[slot]} log=${STEP_LOGS[slot]} advice=${STEP_ADVICE[slot]}
        note_in_start_log "FAILED after $((SECONDS - STEP_BEGUN[slot])) s (exit status $code): $title"
        close_step
        show_log_end "$log"
        fail "$title failed (exit status $code)." "$advice" "The whole log: $log"
      fi
    fi
  done
}

# await KEY…: waits for background steps.
await() {
  local key
  for key in "$@"; do
    while slot_of "$key"; do
      collect_background
      ! slot_of "$key" || tick
    done
  done
}

end_background_steps() {
  local slot group
  for slot in ${STEP_KEYS[@]+"${!STEP_KEYS[@]}"}; do
    [ -n "${STEP_PIDS[slot]}" ] || continue
    if read -r group _ 2>/dev/null <"$RUN/step-${STEP_KEYS[slot]}.group"; then
      kill -TERM -- "-$group" 2>/dev/null || true
    fi
    wait "${STEP_PIDS[slot]}" 2>/dev/null || true
  done
}
