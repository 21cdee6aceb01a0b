# shellcheck shell=bash
# `sluice bench`: Sluice beside its peers, everything that takes installed into a folder of its own.

BENCH_HOME=$PROJECT/.bench
BENCH_REQUIREMENTS=$PROJECT/bench/peers/requirements.lock

check_bench() {
  case $1 in
    quick | whole | limit) ;;
    *)
      fail "there is no benchmark '$1'." \
        "Choose: quick (the headline), whole (all figures), limit (Sluice beside the bare engine), growth (how cost grows) or micro (JMH)."
      ;;
  esac
  command -v redis-server >/dev/null ||
    fail "redis-server is not on the PATH: the classic pattern needs it." "Install it: apt install redis-server"
}

build_bench() {
  maven --quiet -Dstyle.color=never -Dquick -DskipTests -pl bench -am package
}

# run_bench quick|whole|limit
run_bench() {
  clean_up_at_end
  check_settings
  check_machine
  check_bench "$1"
  mkdir -p "$BENCH_HOME"
  create_home
  lock_setup
  begin_python_environment
  if ! environment_is_current "$BENCH_HOME/venv" "$BENCH_REQUIREMENTS"; then
    begin_background peers "Python environment of the peers" "$ADVICE_PIP" make_environment "$BENCH_HOME/venv" "$BENCH_REQUIREMENTS"
  fi
  begin_background bench "Java modules (Maven)" "$ADVICE_MAVEN" build_bench
  await python peers bench
  unlock "$SETUP_LOCK"
  case $1 in
    limit) bench_main BenchAgainstLimit ;;
    *) bench_main BenchPeers "$1" ;;
  esac
}

# What needs neither peers nor models.
prepare_own_bench() {
  clean_up_at_end
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
    "dev.sluice.bench.$class" "$@" "$PROJECT" "$BENCH_HOME"
}
