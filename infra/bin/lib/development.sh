# shellcheck shell=bash
# `sluice build`, `test`, `model-test`, `chaos`, `train-rings`, `locust`, `traffic`, `retrain` and `flow-test`: what developers call.

clean_up_at_end() {
  trap 'end_background_steps; unlock_all' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

TEST_REPORT=()
TESTS_FAILED=

# check NAME COMMAND…: runs all of them, however many fail.
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
  (cd "$PROJECT" && shellcheck --external-sources --check-sourced infra/bin/sluice infra/bin/tests/* .ci/run &&
    echo "shellcheck: no findings in $(cat infra/bin/sluice infra/bin/lib/*.sh infra/bin/tests/* .ci/run | wc -l) lines")
}

check_shell_tests() {
  local test
  for test in "$PROJECT"/infra/bin/tests/*; do "$test" || return; done
}

# Each alert has a case in the tests of the rules, and a page that says what to do.
check_alerts() {
  local alert status=0 tests=$PROJECT/infra/prometheus/tests/sluice_test.yml
  promtool test rules "$tests" || status=1
  while read -r alert; do
    grep -q "alertname: $alert\$" "$tests" || { complain "$alert has no test" && status=1; }
    [ -f "$PROJECT/docs/runbooks/$alert.md" ] || { complain "$alert has no page in docs/runbooks" && status=1; }
  done < <(sed -n 's/^ *- alert: //p' "$PROJECT"/infra/prometheus/rules/*.yml)
  promtool check config --syntax-only "$PROJECT/infra/prometheus/prometheus.yml" || status=1
  amtool check-config "$PROJECT/infra/alertmanager/alertmanager.yml" || status=1
  return "$status"
}

check_python_tests() {
  (cd "$PROJECT" && "$VENV/bin/python" -m pytest training)
}

# The system tests are a module of this build; they call `sluice up` on free ports, in a SLUICE_HOME of their own.
check_java() {
  maven verify
}

run_tests() {
  clean_up_at_end
  check_settings
  check_machine
  set_up_for_tests
  if command -v shellcheck >/dev/null; then
    check "Shell" check_shell
  else
    TEST_REPORT+=("$(printf '%-24s %-26s' "Shell" "SKIPPED: no shellcheck")")
    complain "SKIPPED: shellcheck is not installed (apt install shellcheck); the shell scripts stay unchecked."
  fi
  check "Shell tests" check_shell_tests
  if command -v promtool >/dev/null && command -v amtool >/dev/null; then
    check "Alerts" check_alerts
  else
    TEST_REPORT+=("$(printf '%-24s %-26s' "Alerts" "SKIPPED: no promtool, amtool")")
    complain "SKIPPED: promtool or amtool is not installed (apt install prometheus prometheus-alertmanager); the alerts stay unchecked."
  fi
  if has_kubernetes_tools; then
    check "Kubernetes" check_kubernetes
  else
    TEST_REPORT+=("$(printf '%-24s %-26s' "Kubernetes" "SKIPPED: no $MISSING_KUBERNETES_TOOL")")
    complain "SKIPPED: there is no $MISSING_KUBERNETES_TOOL and no Go 1.24 or newer to fetch it with; the manifests in infra/k8s stay unchecked."
  fi
  check "Python" check_python_tests
  check "Java and end to end" check_java
  printf '\n==== Result\n'
  printf '%s\n' "${TEST_REPORT[@]}"
  [ -z "$TESTS_FAILED" ]
}

# Random interleavings, and each guard of the scripts taken out in turn; says what it saw.
run_model_test() {
  check_settings
  check_machine
  maven -pl shared test -Dquick -Dtest=QueueProtocolModelTest -Dtest.output.to.file=false
}

CHAOS_TESTS='QueueProtocolModelTest,*FaultsTest,OverloadTest,RolloutTest,StrangeQueueTest,Attack*Test,Hostile*Test,MutatedPicturesTest,PixelBombTest,RandomModelsTest,OpenApiContractTest'

# Every fault and every attack in the long form, on each Redis version; the table of faults comes last, also when one broke.
run_chaos() {
  local status=0 table=$PROJECT/infra/system-tests/target/faults.md
  clean_up_at_end
  check_settings
  check_machine
  set_up_for_tests
  rm -f "$table"
  maven verify -Dquick -Dsluice.chaos=long -Dtest="$CHAOS_TESTS" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dtest.output.to.file=false "$@" || status=$?
  [ ! -f "$table" ] || { printf '\n' && cat "$table"; }
  return "$status"
}

set_up_for_tests() {
  create_home
  lock_setup
  begin_python_environment
  begin_test_environment
  # Without it what needs an S3 store is skipped, and says so.
  if command -v go >/dev/null; then begin_tool versitygw "$VERSITYGW" "$ADVICE_S3"; fi
  begin_kubernetes_tools
  await python
  begin_notebook_environment
  await notebook-python python test-python tool-versitygw tool-kustomize crds
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

# Torch drags in gigabytes: it gets an environment of its own, and only here.
train_rings() {
  local venv=$PROJECT/.venv-torch lock=$PROJECT/training/requirements-torch.lock
  clean_up_at_end
  [ -f "$lock" ] || fail "$lock is missing: this is not a whole copy of the project."
  find_python || fail "there is no Python 3.11 or newer with venv and pip." "Install one or set PYTHON to it."
  create_home
  lock_setup
  if ! environment_is_current "$venv" "$lock"; then
    begin_background torch "Python environment with torch (gigabytes)" "$ADVICE_PIP" make_environment "$venv" "$lock"
    await torch
  fi
  (cd "$PROJECT" && "$venv/bin/python" -m training rings)
}

# run_retraining [ARGUMENT…]: by the running system's MLflow and Postgres, in the environment that has Evidently.
run_retraining() {
  clean_up_at_end
  create_home
  adopt_running_ports
  if [ -z "${SLUICE_DATABASE:-}" ] && ! is_running postgres; then
    fail "there is no Postgres to learn from." "Start one with: make up, or name one: SLUICE_DATABASE=postgresql://..."
  fi
  lock_setup
  begin_pipeline_environment
  await pipeline-python
  unlock "$SETUP_LOCK"
  (cd "$PROJECT" && SLUICE_HOME=$SLUICE_HOME SLUICE_DATABASE=$(database_address) SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT \
    MLFLOW_DISABLE_TELEMETRY=true "$VENV_PIPELINE/bin/python" -m training retrain "$@")
}

# The same stages by Prefect, by Airflow and by hand: in environments of their own, which `make test` does not make.
run_flow_tests() {
  clean_up_at_end
  find_python || fail "there is no Python 3.11 or newer with venv and pip." "Install one or set PYTHON to it."
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

# require_ready_api: sets SLUICE_PORT to that of api-1, when this copy runs one.
require_ready_api() {
  if is_running api-1; then SLUICE_PORT=$P_PORT; fi
  http_ok "$SLUICE_PORT" /health/ready || fail "no API is ready on port $SLUICE_PORT." "Start one with: make up"
}

# run_traffic [ARGUMENT…]: until Ctrl-C, or for --seconds.
run_traffic() {
  [ -x "$VENV/bin/python" ] || fail "there is no Python environment yet." "Make it with: make build"
  require_ready_api
  cd "$PROJECT" && exec "$VENV/bin/python" -m training traffic --api "http://127.0.0.1:$SLUICE_PORT" "$@"
}

# locust [--shape NAME | ARGUMENT…]: 20 users for a minute, a shape of locust/shapes, or what the arguments say.
run_locust() {
  local files=locust/locustfile.py
  [ -x "$VENV/bin/locust" ] || fail "there is no Python environment yet." "Make it with: make build"
  require_ready_api
  if [ "${1:-}" = --shape ]; then
    files+=,locust/shapes/${2:-}.py
    [ -f "$PROJECT/${files#*,}" ] || fail "there is no shape '${2:-}'." "There are: $(cd "$PROJECT/locust/shapes" && echo *.py | sed 's/\.py//g')"
    shift 2
    set -- --headless "$@"
  fi
  [ $# -gt 0 ] || set -- --headless --users 20 --spawn-rate 5 --run-time 60s
  cd "$PROJECT" && exec "$VENV/bin/locust" --locustfile "$files" --host "http://127.0.0.1:$SLUICE_PORT" "$@"
}
