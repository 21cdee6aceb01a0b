# shellcheck shell=bash
# `sluice bench`: compares Sluice with its peers; installs everything into a separate folder.

BENCH_HOME=$PROJECT/.bench

check_bench() {
  case $1 in
    quick | whole | limit | log) ;;
    *)
      fail "unknown benchmark '$1'." \
        "Choose: quick (main figures), whole (all figures), limit (Sluice and the bare engine), log (with and without the prediction log), growth (how the cost grows), memory (what answers leave in Redis) or micro (JMH)."
      ;;
  esac
  command -v redis-server >/dev/null ||
    fail "redis-server is not on the PATH; the contestant 'Classic' needs it." "Install it: apt install redis-server"
}

build_bench() {
  maven --quiet -Dstyle.color=never -Dquick -DskipTests -pl api-frontend,monitor,bench -am package
}

# begin_peer_environment STEP TITLE FOLDER LOCK
begin_peer_environment() {
  begin_further_environment "$1" "$2" "$BENCH_HOME/$3" "$PROJECT/bench/peers/$4"
}

BENCH_PID= # while it measures

# Java stops the peers on SIGTERM; a running or starting Sluice is not its child.
end_bench() {
  local code=$?
  trap '' INT TERM
  if [ -n "$BENCH_PID" ]; then
    say "Stopping ..."
    kill -TERM "$BENCH_PID" 2>/dev/null || true
    wait "$BENCH_PID" || true
    SLUICE_HOME=$BENCH_HOME/sluice "$PROJECT/infra/bin/sluice" down >/dev/null
  fi
  end_background_steps
  unlock_all
  exit "$code"
}

clean_up_after_bench() {
  trap end_bench EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# run_bench quick|whole|limit|log [NAME…]: only the servers whose names begin with NAME
run_bench() {
  clean_up_after_bench
  check_settings
  check_machine
  check_bench "$1"
  mkdir -p "$BENCH_HOME"
  create_home
  lock_setup
  begin_python_environment
  begin_peer_environment peers "Python environment of the peers" venv requirements.lock
  begin_peer_environment mlserver "Python environment of MLServer" venv-mlserver requirements-mlserver.lock
  begin_background bench "Java modules (Maven)" "$ADVICE_MAVEN" build_bench
  await python peers mlserver bench
  unlock "$SETUP_LOCK"
  case $1 in
    limit) bench_main BenchAgainstLimit ;;
    *) bench_main BenchPeers "$@" ;;
  esac
}

# For benchmarks that need neither peers nor models.
prepare_own_bench() {
  clean_up_after_bench
  check_settings
  check_machine
  mkdir -p "$BENCH_HOME"
  create_home
  lock_setup
  begin_background bench "Java modules (Maven)" "$ADVICE_MAVEN" build_bench
  await bench
  unlock "$SETUP_LOCK"
  export SLUICE_LOG_LEVEL=${SLUICE_LOG_LEVEL:-WARN}
}

# run_growth [SWEEP]
run_growth() {
  prepare_own_bench
  find_redis || fail "no redis-server 6.2 or newer found." "$ADVICE_REDIS"
  bench_main growth.BenchGrowth "${1:-all}" "$REDIS_SERVER" "${REDIS_SETTINGS[@]}"
}

# run_memory [SECONDS [ROWS_PER_SECOND]]
run_memory() {
  prepare_own_bench
  bench_main memory.BenchMemory "${1:-600}" "${2:-2000}"
}

# run_soak [SECONDS [SHARE]]
run_soak() {
  prepare_own_bench
  bench_main soak.BenchSoak "${1:-1800}" "${2:-0.7}"
}

# run_micro [REGULAR EXPRESSION]
run_micro() {
  prepare_own_bench
  bench_main micro.BenchMicro "${1:-.*}"
}

# bench_main CLASS ARGUMENT…
bench_main() {
  local class=$1
  shift
  local module path="$PROJECT/bench/target/bench.jar:$PROJECT/bench/target/lib/*"
  for module in model-worker api-frontend; do path+=":$PROJECT/$module/target/$module.jar:$PROJECT/$module/target/lib/*"; done
  "$JAVA" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx512m -cp "$path" \
    "dev.sluice.bench.$class" "$PROJECT" "$BENCH_HOME" "$@" &
  BENCH_PID=$!
  wait "$BENCH_PID" # not in the foreground: bash would handle a signal only afterwards
  BENCH_PID=
}
