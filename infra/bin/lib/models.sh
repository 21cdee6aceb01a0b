# shellcheck shell=bash
# The demo models: published to MLflow when the training package changed, and asked once when the system is up.

PUBLISH_STAMP=$SLUICE_HOME/mlflow/.published-from
PUBLISHED_MODELS=$SLUICE_HOME/mlflow/.published-models

publish_fingerprint() {
  fingerprint_of \( -name '.?*' -o -name __pycache__ -o -name '*.egg-info' -o -path ./training/tests \) -prune -o -path './training/*'
}

models_are_published() {
  PUBLISH_FINGERPRINT=$(publish_fingerprint)
  stamp_fits "$PUBLISH_STAMP" "$PUBLISH_FINGERPRINT" && [ -s "$PUBLISHED_MODELS" ]
}

train() {
  (cd "$PROJECT" && SLUICE_MLFLOW=http://127.0.0.1:$MLFLOW_PORT MLFLOW_DISABLE_TELEMETRY=true PYTHONUNBUFFERED=1 \
    "$VENV/bin/python" -m training "$@")
}

publish_models() {
  rm -f "$PUBLISH_STAMP"
  train publish || return
  http_ok "$MLFLOW_PORT" /api/2.0/mlflow/registered-models/search || return
  printf '%s' "$HTTP_BODY" | grep -o '"name": *"[^"]*"' | sed 's/.*: *"\(.*\)"/\1/' | sort -u >"$PUBLISHED_MODELS"
  printf '%s\n' "$PUBLISH_FINGERPRINT" >"$PUBLISH_STAMP"
}

ADVICE_PUBLISH="Publish by hand to see more: .venv/bin/python -m training publish --tracking-uri http://127.0.0.1:$MLFLOW_PORT (MLflow must be up: infra/bin/sluice start mlflow)."

# expected_models: a name a line. SLUICE_MODELS ("iris,imagenet@challenger") names fewer than are published.
expected_models() {
  if [ -n "${SLUICE_MODELS:-}" ]; then
    printf '%s\n' "$SLUICE_MODELS" | tr ',' '\n' | sed 's/@.*//; s/ //g' | sort -u
  else
    cat "$PUBLISHED_MODELS"
  fi
}

# models_are_listed: the API knows a deployment of each.
models_are_listed() {
  local model body
  http_ok "$SLUICE_PORT" /v1/models || return 1
  body=$(printf '%s' "$HTTP_BODY" | tr -d ' \n')
  for model in $(expected_models); do
    case $body in *"\"$model\""*) ;; *) return 1 ;; esac
  done
}
