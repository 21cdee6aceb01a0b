# shellcheck shell=bash
# Grafana, if installed, with the dashboards of infra/grafana. Without it the monitor shows the same at /dashboards/.

GRAFANA_HOME=$SLUICE_HOME/grafana
ADVICE_GRAFANA="Install it: https://grafana.com/grafana/download. The monitor shows the same dashboards without it: http://127.0.0.1:$SLUICE_MONITOR_PORT/dashboards/"

# grafana_share: sets GRAFANA_SHARE to the folder of its pages: beside the binary, or that of the distribution's package.
grafana_share() {
  local place
  for place in "$(dirname "$(dirname "$(readlink -f "$(command -v grafana)")")")" /usr/share/grafana; do
    GRAFANA_SHARE=$place
    [ ! -d "$place/public" ] || return 0
  done
  return 1
}

start_grafana() {
  launch grafana "port=$GRAFANA_PORT" "GF_SERVER_HTTP_ADDR=127.0.0.1" "GF_SERVER_HTTP_PORT=$GRAFANA_PORT" "GF_PATHS_DATA=$GRAFANA_HOME/data" \
    "GF_PATHS_PROVISIONING=$PROJECT/infra/grafana/provisioning" "GF_SECURITY_ADMIN_PASSWORD=$(cat "$GRAFANA_HOME/admin-password")" \
    GF_ANALYTICS_REPORTING_ENABLED=false GF_ANALYTICS_CHECK_FOR_UPDATES=false "SLUICE_DASHBOARDS=$PROJECT/infra/grafana/dashboards" \
    "SLUICE_PROMETHEUS=${SLUICE_PROMETHEUS:-http://127.0.0.1:$PROMETHEUS_PORT}" "SLUICE_POSTGRES=127.0.0.1:$POSTGRES_PORT" \
    SLUICE_POSTGRES_DATABASE=postgres SLUICE_POSTGRES_SSLMODE=disable SLUICE_POSTGRES_READER=sluice_reader \
    "SLUICE_POSTGRES_READER_PASSWORD=$(cat "$GRAFANA_HOME/reader-password")" \
    nice -n 5 grafana server --homepath "$GRAFANA_SHARE"
}

# start_grafana_beside: for a running system; starts Prometheus if needed.
start_grafana_beside() {
  trap unlock_all EXIT
  create_home
  check_addresses
  report_faults
  command -v grafana >/dev/null || fail "grafana is not on the PATH." "$ADVICE_GRAFANA"
  grafana_share || fail "the pages of $(command -v grafana) are neither beside it nor in /usr/share/grafana." "$ADVICE_GRAFANA"
  is_running postgres || fail "Postgres is not running; Grafana shows its data." "Start it with: make up"
  is_running prometheus || start_one prometheus
  mkdir -p "$GRAFANA_HOME/data"
  [ -s "$GRAFANA_HOME/admin-password" ] || make_secret "$GRAFANA_HOME/admin-password"
  [ -s "$GRAFANA_HOME/reader-password" ] || make_secret "$GRAFANA_HOME/reader-password"
  SLUICE_DATABASE=$(database_address) SLUICE_POSTGRES_READER=sluice_reader SLUICE_POSTGRES_READER_PASSWORD=$(cat "$GRAFANA_HOME/reader-password") \
    "$VENV/bin/python" "$LIB/make_reader.py" || fail "cannot create Grafana's user in Postgres." "The monitor creates the tables when it starts first: check that it runs with: make status"
  ensure grafana
  begin grafana "Grafana"
  wait_until grafana http_ok "$GRAFANA_PORT" /api/health
  finish grafana
  say "  Grafana      http://127.0.0.1:$GRAFANA_PORT, user admin, its password in $GRAFANA_HOME/admin-password"
}
