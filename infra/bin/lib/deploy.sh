# shellcheck shell=bash
# `sluice deploy-all`: every part in containers, by infra/compose.

ADVICE_DOCKER="Docker 20.10 or newer with Compose 2.20 or newer: https://docs.docker.com/engine/install. Without containers: make up SLUICE_STORES=1"

deploy_all() {
  clean_up_at_end
  command -v docker >/dev/null || fail "docker is not on the PATH." "Install $ADVICE_DOCKER"
  docker compose version >/dev/null 2>&1 || fail "docker has no Compose plug-in." "Install $ADVICE_DOCKER"
  docker info >/dev/null 2>&1 || fail "the Docker engine does not answer this user." "Start it, or read the output of: docker info"
  check_settings
  check_machine
  # Clean, so that no libraries of an earlier build get into the images.
  maven -DskipTests clean package
  cd "$PROJECT/infra/compose"
  [ -f .env ] || cp env.example .env
  ./make-secrets
  COMPOSE_PROFILES=${COMPOSE_PROFILES:-stores,monitoring,orchestration} SLUICE_PREDICTION_LOG_BYTES=${SLUICE_PREDICTION_LOG_BYTES:-67108864} \
    docker compose up -d --build --wait
  docker compose ps
  say "Stop it with: cd infra/compose && docker compose down"
}
