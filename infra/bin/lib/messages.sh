# shellcheck shell=bash
# Output for people: plain lines, and errors with a remedy.

if [ -t 1 ]; then ON_TERMINAL=1; else ON_TERMINAL=; fi

# Output that nobody reads any more (make up | head) is discarded; it must not end a start half-way.
trap : PIPE

say() {
  clear_progress_line
  { printf '%s\n' "$*"; } 2>/dev/null || true
}

complain() {
  clear_progress_line
  # In this order: the text to the error output, the shell's own complaint about that to nowhere.
  printf '%s\n' "$*" >&2 2>/dev/null || true
}

# fail MESSAGE…: ends the command; every argument is a line.
fail() {
  clear_progress_line
  complain "sluice: $1"
  shift
  while [ $# -gt 0 ]; do complain "  $1" && shift; done
  exit 1
}

# show_log_end FILE [OFFSET]: the last 20 lines, without those before OFFSET bytes (an earlier process).
show_log_end() {
  [ -s "$1" ] || return 0
  complain "  --- end of $1"
  { tail -c "+$((${2:-0} + 1))" "$1" | tail -n 20 | sed 's/^/  | /' >&2; } || true
  complain "  ---"
}
