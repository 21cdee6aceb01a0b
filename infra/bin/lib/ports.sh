# shellcheck shell=bash
# TCP ports: which are in use, by which process, and the next free one.

PORT_RESERVATIONS=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}/sluice-ports-$(id -u)

port_is_taken() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# port_owner PORT: "java, PID 123" if this user may see it.
port_owner() {
  local found=
  if command -v ss >/dev/null; then
    found=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1, PID \2/p' | head -n 1)
  elif command -v lsof >/dev/null; then
    found=$(lsof -nP -iTCP:"$1" -sTCP:LISTEN 2>/dev/null | awk 'NR == 2 { print $1 ", PID " $2 }')
  fi
  printf '%s' "${found:-another process}"
}

# reserve_port FROM: sets PORT to the next free one. The reservation covers the time between choosing and binding, so
# that two copies started at the same time never choose the same port.
reserve_port() {
  PORT=$1
  while port_is_recorded "$PORT" || port_is_asked_for "$PORT" || port_is_taken "$PORT" || ! try_lock "$PORT_RESERVATIONS/$PORT"; do
    PORT=$((PORT + 1))
    [ "$PORT" -le 65535 ] || fail "no port from $1 to 65535 is free: stop other programs."
  done
}

# port_is_asked_for PORT: a setting gives it to another process, which may not have bound it yet.
port_is_asked_for() {
  local name
  for name in $OUR_PORTS PROMETHEUS_PORT ALERTMANAGER_PORT; do [ "${!name}" != "$1" ] || return 0; done
  return 1
}

# port_is_ours PORT: held by a process of this copy that `up` may stop.
port_is_ours() {
  local name
  for name in $(recorded_processes); do
    if ! is_extra "$name" && still_there "$name" && { [ "$P_PORT" = "$1" ] || [ "$P_MANAGEMENT" = "$1" ]; }; then return 0; fi
  done
  return 1
}

# port_is_recorded PORT: it belongs to one of this copy's processes, running or not.
port_is_recorded() {
  grep -qsE "^(port|management)=$1\$" "$RUN"/*.process
}
