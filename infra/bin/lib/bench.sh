# shellcheck shell=bash
# `sluice bench`: Sluice beside its peers, everything that takes installed into a folder of its own.

BENCH_HOME=$PROJECT/.bench

check_bench() {
  case $1 in
    quick | whole | limit | log) ;;
    *)
      fail "there is no benchmark '$1'." \
        "Choose: quick (the headline), whole (all figures), limit (Sluice beside the bare engine), log (with the prediction log and without), growth (how cost grows) or micro (JMH)."
      ;;
  esac
  command -v redis-server >/dev/null ||
    fail "redis-server is not on the PATH: the classic pattern needs it." "Install it: apt install redis-server"
}

build_bench() {
  maven --quiet -Dstyle.color=never -Dquick -DskipTests -pl api-frontend,monitor,bench -am package
}

# begin_peer_environment STEP TITLE FOLDER LOCK
begin_peer_environment() {
  begin_further_environment "$1" "$2" "$BENCH_HOME/$3" "$PROJECT/bench/peers/$4"
}

BENCH_PID= # while it measures

# Java stops the peers when it is told to end; a Sluice that was up, or on its way up, is not its child.
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

# run_bench quick|whole|limit|log [NAME…]: with what the names of those begin who take part
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

# What needs neither peers nor models.
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
  find_redis || fail "there is no redis-server." "$ADVICE_REDIS"
  bench_main growth.BenchGrowth "${1:-all}" "$REDIS_SERVER" "${REDIS_SETTINGS[@]}"
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
  wait "$BENCH_PID" # and not in the foreground, where bash would hear of a signal only afterwards
  BENCH_PID=
}
