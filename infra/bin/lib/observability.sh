# shellcheck shell=bash
# Prometheus and Alertmanager for the system, if they are installed: metrics, alerts, and the route from alerts to the monitor.

ADVICE_PROMETHEUS="Debian: apt install prometheus prometheus-alertmanager. Elsewhere: https://prometheus.io/download"
PROMETHEUS_HOME=$SLUICE_HOME/prometheus
HOOK_TOKEN_FILE=$PROMETHEUS_HOME/hook-token

has_prometheus() {
  command -v prometheus >/dev/null && { command -v alertmanager >/dev/null || command -v prometheus-alertmanager >/dev/null; }
}

# make_hook_token: Alertmanager sends it to the monitor.
make_hook_token() {
  [ ! -s "$HOOK_TOKEN_FILE" ] || return 0
  mkdir -p "$PROMETHEUS_HOME"
  make_secret "$HOOK_TOKEN_FILE"
}

# scrape_targets: each process with metrics, in the form of Prometheus's file discovery.
scrape_targets() {
  local name separator='['
  for name in $(recorded_processes api worker monitor); do
    load_process "$name"
    printf '%s{"targets": ["127.0.0.1:%s"], "labels": {"process": "%s"}}' "$separator" "$P_MANAGEMENT" "$name"
    separator=', '
  done
  printf ']\n'
}

# configure_prometheus: its files, from infra/prometheus and infra/alertmanager, with the ports of this copy.
# ALERT_PACE (5s) is the scrape and evaluation interval; ALERT_FOR, if set, replaces the rules' own waiting times.
configure_prometheus() {
  local source=$PROJECT/infra
  mkdir -p "$PROMETHEUS_HOME/rules" "$PROMETHEUS_HOME/targets"
  sed "s/_interval: 5s/_interval: ${ALERT_PACE:-5s}/" "$source/prometheus/prometheus.yml" >"$PROMETHEUS_HOME/prometheus.yml"
  sed "s/for: [0-9]*[sm]\$/for: ${ALERT_FOR:-&}/; s/for: for: /for: /" "$source/prometheus/rules/sluice.yml" >"$PROMETHEUS_HOME/rules/sluice.yml"
  sed "s/127.0.0.1:8070/127.0.0.1:$SLUICE_MONITOR_PORT/; s/group_wait: 5s/group_wait: ${ALERT_PACE:-5s}/; s/group_interval: 30s/group_interval: ${ALERT_FOR:-30s}/" \
    "$source/alertmanager/alertmanager.yml" >"$PROMETHEUS_HOME/alertmanager.yml"
  printf '[{"targets": ["127.0.0.1:%s"]}]\n' "$ALERTMANAGER_PORT" >"$PROMETHEUS_HOME/targets/alertmanager.json"
  scrape_what_runs
}

# scrape_what_runs: Prometheus reads the file again when it changes.
scrape_what_runs() {
  local targets=$PROMETHEUS_HOME/targets/sluice.json
  [ -d "${targets%/*}" ] || return 0
  scrape_targets >"$targets.new"
  mv "$targets.new" "$targets"
}

start_prometheus() {
  launch prometheus "port=$PROMETHEUS_PORT" nice -n 5 prometheus --config.file="$PROMETHEUS_HOME/prometheus.yml" \
    --storage.tsdb.path="$PROMETHEUS_HOME/data" --storage.tsdb.retention.time=3d --web.listen-address="127.0.0.1:$PROMETHEUS_PORT"
}

start_alertmanager() {
  local program
  program=$(command -v alertmanager || command -v prometheus-alertmanager)
  launch alertmanager "port=$ALERTMANAGER_PORT" nice -n 5 "$program" --config.file="$PROMETHEUS_HOME/alertmanager.yml" \
    --storage.path="$PROMETHEUS_HOME/alertmanager" --web.listen-address="127.0.0.1:$ALERTMANAGER_PORT" --cluster.listen-address=
}
