# shellcheck shell=bash
# The demo models: published to MLflow when the training package changed, and tested once when the system is up.

PUBLISHED_MODELS=$SLUICE_HOME/mlflow/.published-models

publish_fingerprint() {
  fingerprint_of \( -name '.?*' -o -name __pycache__ -o -name '*.egg-info' -o -path ./training/tests \) -prune -o -path './training/*'
}

models_are_published() {
  PUBLISH_STAMP=$SLUICE_HOME/mlflow/.published-from
  if wants_stores; then PUBLISH_STAMP+=-on-stores; fi # another registry
  PUBLISH_FINGERPRINT=$(publish_fingerprint)
  stamp_fits "$PUBLISH_STAMP" "$PUBLISH_FINGERPRINT" && [ -s "$PUBLISHED_MODELS" ]
}

train() {
  (cd "$PROJECT" && SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT MLFLOW_DISABLE_TELEMETRY=true PYTHONUNBUFFERED=1 \
    "$VENV/bin/python" -m training "$@")
}

# The worker serves the models that have a champion: the start waits only for those.
NAMES_OF_CHAMPIONS='
import json, sys
for model in json.load(sys.stdin).get("registered_models", []):
    if any(alias["alias"] == "champion" for alias in model.get("aliases", [])):
        print(model["name"])
'

publish_models() {
  rm -f "$PUBLISH_STAMP"
  train publish || return
  http_ok "$MLFLOW_PORT" "/api/2.0/mlflow/registered-models/search?max_results=1000" || return
  printf '%s' "$HTTP_BODY" | "$VENV/bin/python" -c "$NAMES_OF_CHAMPIONS" >"$PUBLISHED_MODELS" || return
  printf '%s\n' "$PUBLISH_FINGERPRINT" >"$PUBLISH_STAMP"
}

ADVICE_PUBLISH="Publish by hand for details: .venv/bin/python -m training publish --tracking-uri http://127.0.0.1:$MLFLOW_PORT (MLflow must be up: infra/bin/sluice start mlflow)."

# expected_models: name@alias, one per line. SLUICE_MODELS ("iris,imagenet@challenger") may name fewer than are published.
expected_models() {
  if [ -n "${SLUICE_MODELS:-}" ]; then
    printf '%s\n' "$SLUICE_MODELS" | tr ',' '\n' | tr -d ' '
  else
    cat "$PUBLISHED_MODELS"
  fi | sed 's/^[^@]*$/&@champion/'
}

# board_line NAME@ALIAS: its entry in HTTP_BODY, which was split into a line for each model.
board_line() {
  printf '%s\n' "$HTTP_BODY" | grep -F "\"${1%@*}\"," | grep -F "\"alias\":\"${1#*@}\""
}

# Workers that were killed stay on the board until another one removes them: one must have been seen within two seconds.
SEEN_NOW='"worker_seen_ms_ago":1?[0-9]{1,3}[,}]'

# models_are_live: a worker serves each now, regardless of older entries on the board; a withdrawn model is not waited for. Sets MISSING_MODELS
# and WITHDRAWN_MODELS.
models_are_live() {
  local model
  http_ok "$SLUICE_PORT" /v1/models || return 1
  MISSING_MODELS=
  WITHDRAWN_MODELS=
  HTTP_BODY=${HTTP_BODY//'{"model":'/$'\n'}
  for model in $(expected_models); do
    if board_line "$model" | grep '"state":"withdrawn"' >/dev/null; then
      WITHDRAWN_MODELS+="$model "
    elif ! board_line "$model" | grep '"state":"live","workers":[1-9]' | grep -E "$SEEN_NOW" >/dev/null; then
      MISSING_MODELS+="$model "
    fi
  done
  [ -z "$MISSING_MODELS" ]
}
