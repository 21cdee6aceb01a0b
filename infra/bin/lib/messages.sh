# shellcheck shell=bash
# Output for people: plain lines, and errors with a remedy.

if [ -t 1 ]; then ON_TERMINAL=1; else ON_TERMINAL=; fi

say() {
  clear_progress_line
  printf '%s\n' "$*"
}

complain() {
  clear_progress_line
  printf '%s\n' "$*" >&2
}

# fail MESSAGE…: ends the command; every argument is a line.
fail() {
  clear_progress_line
  printf 'sluice: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# show_log_end FILE [OFFSET]: the last 20 lines, without those before OFFSET bytes (an earlier process).
show_log_end() {
  [ -s "$1" ] || return 0
  complain "  --- end of $1"
  tail -c "+$((${2:-0} + 1))" "$1" | tail -n 20 | sed 's/^/  | /' >&2
  complain "  ---"
}
