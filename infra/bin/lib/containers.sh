# shellcheck shell=bash
# `sluice container-test`: builds the four images and runs the core services of compose.yaml from them, with the same options. It uses no
# registry: it builds the base image from Debian's packages and this machine's JDK; Redis and nginx run from the same base. Needs Linux, and
# either a running engine or root and `dockerd`, which then runs with a separate folder and socket. Deletes everything at the end.

CONTAINER_PARTS='redis mlflow worker api-1 api-2 nginx'
CONTAINER_ADVICE='Debian: apt-get install -y --no-install-recommends docker.io debootstrap'

# Prints the reason, so that a skipped test is not mistaken for a passed one.
skip_containers() {
  say "==== SKIPPED: the container test did not run: $1"
  [ $# -lt 2 ] || say "     $2"
  exit 0
}

engine() {
  DOCKER_BUILDKIT=0 docker "$@"
}

engine_answers() {
  command -v docker >/dev/null && engine info >/dev/null 2>&1
}

check_containers() {
  [ "$(uname -sm)" = "Linux x86_64" ] || skip_containers "the images are for linux/amd64, and this is $(uname -sm)."
  jars_exist || skip_containers "the jars are not built." "Build them with: make build"
  find_jdk || skip_containers "no JDK $JDK_FLOOR found for the base image."
  [ "$(id -u)" = 0 ] || skip_containers "building a base image (debootstrap) needs root."
  command -v docker >/dev/null || skip_containers "docker is not on the PATH." "$CONTAINER_ADVICE"
  command -v debootstrap >/dev/null || skip_containers "debootstrap is not on the PATH; the base image needs it." "$CONTAINER_ADVICE"
  command -v curl >/dev/null || skip_containers "curl is not on the PATH; the test requests need it."
  engine_answers || command -v dockerd >/dev/null || skip_containers "no Docker engine is running, and dockerd is not on the PATH." "$CONTAINER_ADVICE"
}

# ---- a separate engine; afterwards the machine's network is restored

firewall_commands() {
  local command
  for command in iptables ip6tables; do
    if command -v "$command-save" >/dev/null && "$command" -t nat -S >/dev/null 2>&1 && "$command" -S >/dev/null 2>&1; then
      printf '%s\n' "$command"
    fi
  done
}

remember_network() {
  local command
  cat /proc/sys/net/ipv4/ip_forward >"$CONTAINERS/ip_forward"
  [ -d /sys/class/net/docker0 ] || : >"$CONTAINERS/no-docker0"
  for command in $(firewall_commands); do
    { "$command-save" -t filter && "$command-save" -t nat; } >"$CONTAINERS/$command.rules" 2>/dev/null
  done
}

restore_network() {
  local rules command
  for rules in "$CONTAINERS"/*.rules; do
    [ -s "$rules" ] || continue
    command=${rules##*/}
    "${command%.rules}-restore" <"$rules" || complain "  the rules of ${command%.rules} could not be restored: $rules"
  done
  if [ -e "$CONTAINERS/no-docker0" ] && [ -d /sys/class/net/docker0 ]; then ip link delete docker0; fi
  cat "$CONTAINERS/ip_forward" >/proc/sys/net/ipv4/ip_forward
}

# find_engine: uses the running engine, or starts one and sets ENGINE_PID.
find_engine() {
  local tries
  ENGINE_PID=
  if engine_answers; then return; fi
  remember_network
  export DOCKER_HOST=unix://$CONTAINERS/docker.sock
  # An empty configuration: that of the machine may name another folder or socket.
  echo '{}' >"$CONTAINERS/daemon.json"
  # A separate process group: Ctrl-C ends the test, and the test ends the engine.
  set -m
  dockerd --config-file "$CONTAINERS/daemon.json" --data-root "$CONTAINERS/data" --exec-root "$CONTAINERS/exec" -H "$DOCKER_HOST" \
    -p "$CONTAINERS/docker.pid" </dev/null >"$CONTAINERS/dockerd.log" 2>&1 &
  ENGINE_PID=$!
  set +m
  for ((tries = 0; tries < 300; tries++)); do
    if engine_answers; then return; fi
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.1
  done
  show_log_end "$CONTAINERS/dockerd.log"
  skip_containers "dockerd does not start here; its last lines are above."
}

# Cleans up after any step; each line may find nothing.
clean_up_containers() {
  local code=$? ids
  set +e
  trap '' INT TERM HUP
  clear_progress_line
  if engine_answers; then
    ids=$(engine ps -aq --filter "label=$CONTAINER_MARK")
    # shellcheck disable=SC2086 # each id a word
    [ -z "$ids" ] || engine rm -f $ids >/dev/null
    engine volume ls -q --filter "label=$CONTAINER_MARK" | xargs -r docker volume rm -f >/dev/null
    engine network ls -q --filter "label=$CONTAINER_MARK" | xargs -r docker network rm >/dev/null
    # files-… names the first stage of each image, so that no unnamed images remain.
    engine images --format '{{.Repository}}:{{.Tag}}' | grep "^$CONTAINER_MARK/" | xargs -r docker rmi -f >/dev/null
  fi
  if [ -n "${ENGINE_PID:-}" ]; then
    kill "$ENGINE_PID" 2>/dev/null
    wait "$ENGINE_PID" 2>/dev/null
    restore_network
  fi
  # An interrupted debootstrap leaves mounts: unmount them before the folder is deleted.
  awk -v folder="$CONTAINERS/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done
  if [ "$code" -ne 0 ]; then cat "$CONTAINERS"/*.log >"$CONTAINER_LOG" 2>/dev/null && complain "  All logs: $CONTAINER_LOG"; fi
  rm -rf --one-file-system "$CONTAINERS"
  unlock_all
  exit "$code"
}

# ---- the base and the images

debian_mirror() {
  local mirror=
  if [ -r /etc/os-release ] && grep -q '^ID=debian' /etc/os-release; then
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.* 2>/dev/null | sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +(https?:[^ ]*).*/\3/p' | head -n 1)
  fi
  printf '%s' "${mirror:-http://deb.debian.org/debian}"
}

# Like the images that compose.yaml names: Java 25, Python with venv, redis-server, nginx, and a /data owned by Redis's user.
make_base() {
  local base=$CONTAINERS/base
  debootstrap --variant=minbase bookworm "$base" "$(debian_mirror)" || return
  printf '#!/bin/sh\nexit 101\n' >"$base/usr/sbin/policy-rc.d" && chmod 755 "$base/usr/sbin/policy-rc.d" || return
  DEBIAN_FRONTEND=noninteractive chroot "$base" \
    apt-get install -y --no-install-recommends python3 python3-venv redis-server nginx-light wget ca-certificates libstdc++6 || return
  rm -rf "$base"/usr/sbin/policy-rc.d "$base"/var/cache/apt/archives/*.deb "$base"/var/lib/apt/lists/* "$base"/usr/share/doc "$base"/usr/share/man "$base"/usr/share/locale
  mkdir "$base/opt/java" && cp -a "$JAVA_HOME/." "$base/opt/java" || return
  rm -rf "$base"/opt/java/jmods "$base"/opt/java/lib/src.zip "$base"/opt/java/man
  ln -s /opt/java/bin/java "$base/usr/local/bin/java" || return
  install -d -o 999 -g 1000 "$base/data" || return
  # Package indexes as this machine is configured.
  if [ -r /etc/pip.conf ]; then cp -L /etc/pip.conf "$base/etc/pip.conf" || return; fi
  if [ -r /etc/ssl/certs/ca-certificates.crt ]; then cp -L /etc/ssl/certs/ca-certificates.crt "$base/etc/ssl/certs/ca-certificates.crt" || return; fi
  tar -C "$base" -c . | engine import - "$CONTAINER_MARK/base:test" || return
  rm -rf --one-file-system "$base"
}

# build_image NAME [OPTION…]
build_image() {
  local name=$1 dockerfile=$PROJECT/infra/images/$1/Dockerfile target
  shift
  for target in files ''; do
    engine build --force-rm -f "$dockerfile" -t "$CONTAINER_MARK/${target:+$target-}$name:test" ${target:+--target "$target"} \
      --build-arg "JAVA_BASE=$CONTAINER_MARK/base:test" --build-arg "PYTHON_BASE=$CONTAINER_MARK/base:test" "$@" "$PROJECT" || return
  done
}

# container_step TITLE COMMAND…: shows the output if COMMAND fails; SIZE_OF names an image whose size is printed.
container_step() {
  local title=$1 begun=$SECONDS note=
  shift
  if ! "$@" >"$CONTAINERS/step.log" 2>&1; then
    show_log_end "$CONTAINERS/step.log"
    fail "$title failed."
  fi
  if [ -n "${SIZE_OF:-}" ]; then note=$(engine images --format '{{.Size}}' "$CONTAINER_MARK/$SIZE_OF:test"); fi
  say "$(printf '  %-44s %8s %4d s' "$title" "$note" $((SECONDS - begun)))"
}

# ---- the core services, as in compose.yaml

# create_container NAME IMAGE [OPTION…] -- [COMMAND…]
create_container() {
  local name=$1 image=$2 options=()
  shift 2
  while [ "$1" != -- ]; do options+=("$1") && shift; done
  shift
  engine create --name "$CONTAINER_MARK-$name" --label "$CONTAINER_MARK" --network-alias "$name" --read-only --cap-drop ALL \
    --security-opt no-new-privileges:true --pids-limit 1024 "${options[@]}" "$CONTAINER_MARK/$image:test" "$@"
}

start_container() {
  engine start "$CONTAINER_MARK-$1"
}

create_places() {
  local name
  engine network create --label "$CONTAINER_MARK" "$CONTAINER_MARK-default" && engine network create --internal --label "$CONTAINER_MARK" "$CONTAINER_MARK-queue" || return
  for name in redis worker mlflow; do engine volume create --label "$CONTAINER_MARK" "$CONTAINER_MARK-$name" || return; done
}

# join_queue NAME: a container is created with one network; this adds the second.
join_queue() {
  engine network connect --alias "$1" "$CONTAINER_MARK-queue" "$CONTAINER_MARK-$1"
}

create_core() {
  local network=$CONTAINER_MARK-default name
  create_places &&
    create_container redis base --user 999:1000 --network "$CONTAINER_MARK-queue" -v "$CONTAINER_MARK-redis:/data" --tmpfs /tmp:size=16m -m 2g \
      --health-cmd 'redis-cli ping | grep -q PONG' --health-interval 2s --health-timeout 2s --health-retries 5 --health-start-period 120s \
      -- redis-server --appendonly yes --appendfsync everysec --save '' --maxmemory 1400mb --maxmemory-policy noeviction \
      --hash-max-listpack-value 8192 --auto-aof-rewrite-min-size 1gb --protected-mode no --dir /data &&
    create_container mlflow trainer --init --network "$network" -v "$CONTAINER_MARK-mlflow:/var/lib/sluice" --tmpfs /tmp:size=512m -m 1536m \
      -e MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false -e MLFLOW_STATIC_PREFIX=/mlflow -e MLFLOW_BACKEND_STORE_URI=sqlite:////var/lib/sluice/mlflow.db \
      -e MLFLOW_ARTIFACTS_DESTINATION=/var/lib/sluice/artifacts -e 'MLFLOW_SERVER_ALLOWED_HOSTS=mlflow:5000,localhost,localhost:*,127.0.0.1,127.0.0.1:*' \
      -e SLUICE_HEALTH=http://127.0.0.1:5000/mlflow/health --health-interval 5s --health-retries 5 --health-start-period 120s \
      -- mlflow server --host 0.0.0.0 --port 5000 --workers 1 --serve-artifacts &&
    create_container publish trainer --init --network "$network" --no-healthcheck --tmpfs /tmp:size=512m --tmpfs /var/lib/sluice:size=64m -m 2g \
      -e SLUICE_MLFLOW=http://mlflow:5000/mlflow -- python -m training publish imagenet iris &&
    create_container worker worker --network "$network" --cpu-shares 335 --pids-limit 4096 -v "$CONTAINER_MARK-worker:/var/lib/sluice" --tmpfs /tmp:size=256m \
      -m 3g -e SLUICE_REDIS=redis://redis:6379 -e SLUICE_MLFLOW=http://mlflow:5000/mlflow -e SLUICE_PREDICTION_LOG_BYTES=0 -- &&
    for name in api-1 api-2; do
      create_container "$name" api --network "$network" --tmpfs /tmp:size=64m -m 768m -e SLUICE_REDIS=redis://redis:6379 \
        -e SLUICE_IMAGE_MODEL=imagenet -e SLUICE_TABULAR_MODEL=iris -- || return
    done &&
    create_container nginx base --user 101:101 --network "$network" -p 127.0.0.1::8080 --tmpfs /tmp:size=256m -m 512m --entrypoint nginx --stop-signal SIGQUIT \
      -v "$PROJECT/infra/nginx/nginx.conf:/etc/nginx/nginx.conf:ro" -v "$PROJECT/infra/nginx/compose/listen.conf:/etc/nginx/listen.conf:ro" \
      -v "$PROJECT/infra/nginx/compose/upstreams.conf:/etc/nginx/upstreams.conf:ro" -v "$PROJECT/infra/nginx/paths:/etc/nginx/paths:ro" \
      --health-cmd 'wget -q -O /dev/null http://127.0.0.1:8080/front-door/health' --health-interval 5s --health-timeout 3s --health-start-period 10s \
      -- -g 'daemon off;' &&
    for name in worker api-1 api-2; do join_queue "$name" || return; done
}

container_health() {
  engine inspect --format '{{.State.Status}} {{.State.Health.Status}}' "$CONTAINER_MARK-$1"
}

# start_until_healthy NAME…
start_until_healthy() {
  local name state deadline=$((SECONDS + SLUICE_START_TIMEOUT))
  for name in "$@"; do start_container "$name" || return; done
  for name in "$@"; do
    until state=$(container_health "$name") && [ "$state" = "running healthy" ]; do
      if [ "$SECONDS" -ge "$deadline" ] || [ "${state%% *}" != running ]; then
        echo "$name: $state"
        engine logs --tail 15 "$CONTAINER_MARK-$name"
        return 1
      fi
      sleep 0.5
    done
  done
}

run_publish() {
  engine start -a "$CONTAINER_MARK-publish" && [ "$(engine inspect --format '{{.State.ExitCode}}' "$CONTAINER_MARK-publish")" = 0 ]
}

# Retries while the answer is 503 or 404: a published model is not live at once.
ask_containers() {
  local door=$1 what=$2 expected=$3 answer tries
  shift 3
  for ((tries = 0; tries < 120; tries++)); do
    answer=$(curl -s -m 30 "$@" "http://$door" || true)
    case $answer in *'"label":"'"$expected"'"'*)
      say "    $what: $(printf '%s' "$answer" | grep -oE '"version":"[^"]*"|"label":"[^"]*","probability":[0-9.eE-]*|"infer_ms":[0-9.]*' | sed 's/"//g' | awk 'NR <= 2 || /infer/' | paste -sd' ')"
      return
      ;;
    esac
    sleep 1
  done
  fail "$what: wrong or no answer, '$expected' was expected." "$answer"
}

# No container may run as root, write outside its volumes, or have a capability.
check_confinement() {
  local name user root caps uid
  for name in $CONTAINER_PARTS; do
    read -r user root caps < <(engine inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$CONTAINER_MARK-$name")
    uid=$(engine exec "$CONTAINER_MARK-$name" id -u)
    if [ "$uid" = 0 ] || [ "$root" != true ] || [ "$caps" != '[ALL]' ]; then fail "$name is not confined: user $user ($uid), read-only root $root, dropped $caps"; fi
    if engine exec "$CONTAINER_MARK-$name" sh -c ': >/written' 2>/dev/null; then fail "$name can write to its root file system."; fi
    say "    $(printf '%-8s user %-12s uid %-6s read-only root %s, dropped %s, no write to /' "$name" "$user" "$uid" "$root" "$caps")"
  done
}

# APIs first, as in compose.yaml; a kill by the engine (137) is a failure.
stop_containers() {
  local name code begun
  for name in nginx:75 api-1:35 api-2:35 worker:45 mlflow:15 redis:30; do
    begun=$SECONDS
    engine stop -t "${name#*:}" "$CONTAINER_MARK-${name%:*}" >/dev/null || return
    code=$(engine inspect --format '{{.State.ExitCode}}' "$CONTAINER_MARK-${name%:*}")
    [ "$code" != 137 ] || { echo "${name%:*} did not end within ${name#*:} s." && return 1; }
    CONTAINER_ENDS+=" ${name%:*} $code ($((SECONDS - begun)) s)"
  done
}

run_container_test() {
  local begun=$SECONDS image door
  check_containers
  CONTAINERS=$(mktemp -d "${TMPDIR:-/tmp}/sluice-containers.XXXXXX")
  CONTAINER_MARK=sluice-test-$$ CONTAINER_LOG=${TMPDIR:-/tmp}/sluice-container-test.log CONTAINER_ENDS='' ENGINE_PID=''
  trap clean_up_containers EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  find_engine
  say "The container test: Docker $(engine version --format '{{.Server.Version}}')${ENGINE_PID:+, started for it (PID $ENGINE_PID)}"
  SIZE_OF=base container_step "base image (debootstrap, apt, JDK)" make_base
  for image in api worker monitor; do SIZE_OF=$image container_step "image $image" build_image "$image"; done
  # Package indexes as this machine is configured; both arguments are taken from the environment, if they are there.
  SIZE_OF=trainer container_step "image trainer" build_image trainer --network host --build-arg PIP_INDEX_URL --build-arg PIP_TRUSTED_HOST
  container_step "networks, volumes, containers" create_core
  container_step "Redis and MLflow healthy" start_until_healthy redis mlflow
  container_step "worker, two APIs started" start_first
  container_step "imagenet and iris trained and published" run_publish
  container_step "worker, two APIs and nginx healthy" start_until_healthy worker api-1 api-2 nginx
  door=$(engine port "$CONTAINER_MARK-nginx" 8080/tcp)
  say "  requests through nginx at $door"
  ask_containers "$door/predict" "a picture (flower.jpg)" daisy -F "image=@$PROJECT/training/samples/flower.jpg"
  ask_containers "$door/v1/models/iris/predict" "a row of measurements" setosa -H 'Content-Type: application/json' \
    -d '{"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}'
  say "  confined"
  check_confinement
  container_step "stopped in order, by SIGTERM" stop_containers
  say "    exit status:$CONTAINER_ENDS"
  say "==== PASSED: four images built, six containers served, $((SECONDS - begun)) s"
}

start_first() {
  local name
  for name in worker api-1 api-2; do start_container "$name" || return; done
}
