# shellcheck shell=bash
# `sluice build`, `test`, `test-fast`, `integration`, `model-test`, `chaos`, `train-rings`, `locust`, `traffic`, `retrain` and `flow-test`: the developers' commands.

clean_up_at_end() {
  trap 'end_background_steps; unlock_all' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

TEST_REPORT=()
TESTS_FAILED=

# check NAME COMMAND…: records a failure and continues.
check() {
  local name=$1 begun=$SECONDS verdict=passed
  shift
  printf '\n==== %s\n' "$name"
  if "$@"; then :; else
    verdict="FAILED (exit status $?)"
    TESTS_FAILED=1
  fi
  TEST_REPORT+=("$(printf '%-24s %-26s %4d s' "$name" "$verdict" $((SECONDS - begun)))")
}

check_shell() {
  (cd "$PROJECT" && shellcheck --external-sources --check-sourced infra/bin/sluice infra/bin/tests/* infra/bin/long-tests/* .ci/run &&
    echo "shellcheck: no findings in $(cat infra/bin/sluice infra/bin/lib/*.sh infra/bin/tests/* infra/bin/long-tests/* .ci/run | wc -l) lines")
}

check_shell_tests() {
  local test
  for test in "$PROJECT"/infra/bin/tests/*; do "$test" || return; done
}

# Each alert has a test case and a runbook page.
check_alerts() {
  local alert status=0 tests=$PROJECT/infra/prometheus/tests/sluice_test.yml
  promtool test rules "$tests" || status=1
  while read -r alert; do
    grep -q "alertname: $alert\$" "$tests" || { complain "the alert $alert has no test: add a case to $tests" && status=1; }
    [ -f "$PROJECT/docs/runbooks/$alert.md" ] || { complain "the alert $alert has no runbook: write docs/runbooks/$alert.md" && status=1; }
  done < <(sed -n 's/^ *- alert: //p' "$PROJECT"/infra/prometheus/rules/*.yml)
  promtool check config --syntax-only "$PROJECT/infra/prometheus/prometheus.yml" || status=1
  amtool check-config "$PROJECT/infra/alertmanager/alertmanager.yml" || status=1
  return "$status"
}

check_python_tests() {
  (cd "$PROJECT" && "$VENV/bin/python" -m pytest training)
}

# Two modules at a time. The system tests are the last one; they call `sluice up` on free ports, in a SLUICE_HOME of their own.
check_java() {
  maven -T 2 verify -DexcludedGroups=integration
}

check_java_integration() {
  maven verify -Dquick -Dgroups=integration
}

# skip CHECK PROGRAM ADVICE
skip() {
  TEST_REPORT+=("$(printf '%-24s %-26s' "$1" "SKIPPED: no $2")")
  complain "SKIPPED: $2 not found; the check '$1' is not made. $3"
}

report_tests() {
  printf '\n==== Result\n'
  printf '%s\n' "${TEST_REPORT[@]}"
  [ -z "$TESTS_FAILED" ]
}

run_tests() {
  clean_up_at_end
  check_settings
  check_machine
  set_up_for_tests
  if command -v shellcheck >/dev/null; then
    check "Shell" check_shell
  else
    skip "Shell" shellcheck "Install it: apt install shellcheck"
  fi
  check "Shell tests" check_shell_tests
  check "Python" check_python_tests
  check "Java and end to end" check_java
  report_tests
}

# What needs programs of others beyond Redis, Postgres and MLflow. Without one of them its tests report SKIPPED.
run_integration() {
  clean_up_at_end
  check_settings
  check_machine
  set_up_for_tests
  set_up_for_integration
  if command -v promtool >/dev/null && command -v amtool >/dev/null; then
    check "Alerts" check_alerts
  else
    skip "Alerts" "promtool or amtool" "Install both: apt install prometheus prometheus-alertmanager"
  fi
  if has_kubernetes_tools; then
    check "Kubernetes" check_kubernetes
  else
    skip "Kubernetes" "$MISSING_KUBERNETES_TOOL" "Install Go 1.24 or newer, which downloads it."
  fi
  check "Java and end to end" check_java_integration
  report_tests
}

# While you write: the tests that start no process of their own, or only for a moment.
run_fast_tests() {
  check_settings
  check_machine
  maven --quiet -T 2 test -Dquick '-DexcludedGroups=slow,integration' -pl '!infra/system-tests' "$@"
}

# Random interleavings, and each guard of the scripts removed in turn; prints the results.
run_model_test() {
  check_settings
  check_machine
  maven -pl shared test -Dquick -Dtest=QueueProtocolModelTest -Dtest.output.to.file=false
}

CHAOS_TESTS='QueueProtocolModelTest,*FaultsTest,MovedNamesTest,FrontDoorTest,RedisRightsTest,OverloadTest,RolloutTest,StrangeQueueTest,Attack*Test,Hostile*Test,MutatedPicturesTest,PixelBombTest,RandomModelsTest,OpenApiContractTest'

# Every fault and every attack in the long form, on each Redis version; prints the table of faults last, also after a failure.
run_chaos() {
  local status=0 table=$PROJECT/infra/system-tests/target/faults.md
  clean_up_at_end
  check_settings
  check_machine
  set_up_for_tests
  set_up_for_integration
  rm -f "$table"
  maven verify -Dquick -Dsluice.chaos=long -Dtest="$CHAOS_TESTS" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dtest.output.to.file=false -Djunit.jupiter.execution.parallel.enabled=true "$@" || status=$?
  "$PROJECT/infra/bin/long-tests/first-start" || status=$?
  "$PROJECT/infra/bin/long-tests/ctrl-c" || status=$?
  [ ! -f "$table" ] || { printf '\n' && cat "$table"; }
  return "$status"
}

set_up_for_tests() {
  create_home
  lock_setup
  begin_python_environment
  await python
  unlock "$SETUP_LOCK"
}

set_up_for_integration() {
  lock_setup
  begin_test_environment
  # Without go the tests that need an S3 store report SKIPPED.
  if command -v go >/dev/null; then begin_tool versitygw "$VERSITYGW" "$ADVICE_S3"; fi
  begin_kubernetes_tools
  begin_notebook_environment
  await notebook-python test-python tool-versitygw tool-kustomize crds
  unlock "$SETUP_LOCK"
}

build_all() {
  clean_up_at_end
  check_settings
  check_machine
  create_home
  set_up
  await build python
  say "The jars and the Python environment are up to date."
}

# Torch needs gigabytes: it has a separate environment, used only here.
train_rings() {
  local venv=$PROJECT/.venv-torch lock=$PROJECT/training/requirements-torch.lock
  clean_up_at_end
  [ -f "$lock" ] || fail "$lock is missing: clone the whole project."
  find_python || fail "no Python 3.11 or newer with venv and pip found." "$ADVICE_PYTHON"
  create_home
  lock_setup
  if ! environment_is_current "$venv" "$lock"; then
    begin_background torch "Python environment with torch (gigabytes)" "$ADVICE_PIP" make_environment "$venv" "$lock"
    await torch
  fi
  (cd "$PROJECT" && "$venv/bin/python" -m training rings)
}

# run_retraining [ARGUMENT…]: with MLflow and Postgres of the running system, in the environment that has Evidently.
run_retraining() {
  clean_up_at_end
  create_home
  if [ -z "${SLUICE_DATABASE:-}" ] && ! is_running postgres; then
    fail "no Postgres with predictions is running." "Start one with: make up, or set SLUICE_DATABASE=postgresql://..."
  fi
  lock_setup
  begin_pipeline_environment
  await pipeline-python
  unlock "$SETUP_LOCK"
  (cd "$PROJECT" && SLUICE_HOME=$SLUICE_HOME SLUICE_DATABASE=$(database_address) SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT \
    MLFLOW_DISABLE_TELEMETRY=true "$VENV_PIPELINE/bin/python" -m training retrain "$@")
}

# The same stages by Prefect, by Airflow and by hand: in separate environments, which `make test` does not create.
run_flow_tests() {
  clean_up_at_end
  find_python || fail "no Python 3.11 or newer with venv and pip found." "$ADVICE_PYTHON"
  create_home
  lock_setup
  begin_python_environment
  begin_pipeline_environment
  begin_further_environment airflow-python "Python environment of Airflow" "$PROJECT/.venv-airflow" "$PROJECT/training/airflow/requirements.lock"
  await python pipeline-python airflow-python
  unlock "$SETUP_LOCK"
  (cd "$PROJECT" && "$VENV_PIPELINE/bin/python" -m pytest training/tests/test_flows.py -k prefect &&
    SLUICE_AIRFLOW=$PROJECT/.venv-airflow/bin/airflow "$VENV/bin/python" -m pytest training/tests/test_flows.py -k airflow)
}

# require_ready_api: sets SLUICE_PORT to that of api-1, if this copy runs one.
require_ready_api() {
  if is_running api-1; then SLUICE_PORT=$P_PORT; fi
  http_ok "$SLUICE_PORT" /health/ready || fail "no API is ready on port $SLUICE_PORT." "Start one with: make up"
}

# run_traffic [ARGUMENT…]: until Ctrl-C, or for --seconds.
run_traffic() {
  [ -x "$VENV/bin/python" ] || fail "the Python environment does not exist yet." "Create it with: make build"
  require_ready_api
  cd "$PROJECT" && exec "$VENV/bin/python" -m training traffic --api "http://127.0.0.1:$SLUICE_PORT" "$@"
}

# run_locust [--shape NAME | ARGUMENT…]: 20 users for a minute, a shape of locust/shapes, or your own arguments for locust.
run_locust() {
  local files=locust/locustfile.py
  [ -x "$VENV/bin/locust" ] || fail "the Python environment does not exist yet." "Create it with: make build"
  require_ready_api
  if [ "${1:-}" = --shape ]; then
    files+=,locust/shapes/${2:-}.py
    [ -f "$PROJECT/${files#*,}" ] || fail "unknown shape '${2:-}'." "Choose one of: $(cd "$PROJECT/locust/shapes" && echo *.py | sed 's/\.py//g')"
    shift 2
    set -- --headless "$@"
  fi
  [ $# -gt 0 ] || set -- --headless --users 20 --spawn-rate 5 --run-time 60s
  cd "$PROJECT" && exec "$VENV/bin/locust" --locustfile "$files" --host "http://127.0.0.1:$SLUICE_PORT" "$@"
}
