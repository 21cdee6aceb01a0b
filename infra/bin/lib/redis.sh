# shellcheck shell=bash
# Redis: `redis-server` 6.2 or newer from the PATH, otherwise the binary from the Maven artifact embedded-redis.

EMBEDDED_REDIS=com.github.codemonstur:embedded-redis:1.4.4

# redis_is BINARY MAJOR MINOR: "v=7.0.15" is at least that.
redis_is() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#*v=}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in *[!0-9]* | '') return 1 ;; esac
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "$minor" -ge "$3" ]; }
}

# find_redis: sets REDIS_SERVER; false if the embedded one must be downloaded first.
find_redis() {
  if [ -z "${SLUICE_EMBEDDED_REDIS:-}" ] && REDIS_SERVER=$(command -v redis-server) && redis_is "$REDIS_SERVER" 6 2; then
    return 0
  fi
  REDIS_SERVER=$SLUICE_HOME/redis/bin/redis-server
  [ -x "$REDIS_SERVER" ]
}

embedded_redis_platform() {
  local system machine
  system=$(uname -s)
  machine=$(uname -m)
  case $system in Linux) system=linux ;; Darwin) system=darwin ;; esac
  case $machine in x86_64) machine=amd64 ;; aarch64) machine=arm64 ;; i?86) machine=386 ;; esac
  printf '%s-%s' "$system" "$machine"
}

fetch_embedded_redis() {
  local folder=$SLUICE_HOME/redis/bin
  mkdir -p "$folder"
  maven --quiet -Dstyle.color=never --non-recursive dependency:copy "-Dartifact=$EMBEDDED_REDIS" "-DoutputDirectory=$folder" || return
  "$VENV/bin/python" - "$folder" "$(embedded_redis_platform)" <<'PYTHON'
import pathlib, re, sys, zipfile

folder, platform = pathlib.Path(sys.argv[1]), sys.argv[2]
with zipfile.ZipFile(next(folder.glob("embedded-redis-*.jar"))) as jar:
    servers = [name for name in jar.namelist() if re.search(rf"redis-server-.*-{platform}$", name)]
    if not servers:
        sys.exit(f"{jar.filename} has no redis-server for {platform}: install redis-server 6.2 or newer")
    fresh = folder / "redis-server.new"
    fresh.write_bytes(jar.read(servers[0]))
fresh.chmod(0o755)
fresh.replace(folder / "redis-server")
PYTHON
}

ADVICE_REDIS="Install a redis-server 6.2 or newer (apt install redis-server, brew install redis), then start again."

begin_fetching_redis() {
  find_redis || begin_background fetch-redis "Redis binary" "$ADVICE_REDIS" fetch_embedded_redis
}

# AOF with everysec loses at most a second of jobs, with always none. Without noeviction Redis silently drops jobs. Pictures come and
# go, so an AOF rewrite is worth its fork only from 1 GB. With the default of 64, a record takes nearly twice the memory (the name is that of
# Redis 6.2, which later versions understand: hash-max-listpack-value).
REDIS_SETTINGS=(--bind 127.0.0.1 --appendonly yes --appendfsync "$REDIS_APPENDFSYNC" --save '' --maxmemory-policy noeviction
  --hash-max-ziplist-value 8192 --auto-aof-rewrite-min-size 1gb --daemonize no --loglevel notice)

start_redis() {
  find_redis || fail "no redis-server 6.2 or newer found." "$ADVICE_REDIS"
  # Redis 6 does not read the folder in which Redis 7 stores its AOF, and would start empty.
  if [ -d "$SLUICE_HOME/redis/appendonlydir" ] && ! redis_is "$REDIS_SERVER" 7 0; then
    fail "Redis 7 wrote the queues in $SLUICE_HOME, and $REDIS_SERVER is older." \
      "Put redis-server 7 on the PATH again, or delete the state: make clean-state"
  fi
  launch redis "port=$REDIS_PORT" "$REDIS_SERVER" "${REDIS_SETTINGS[@]}" --port "$REDIS_PORT" --dir "$SLUICE_HOME/redis"
}

# redis_answers PORT: PONG, not "LOADING" (Redis reads the AOF).
redis_answers() {
  local line=
  { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'PING\r\n' >&9 2>/dev/null || true
  IFS= read -r -t 5 -u 9 line 2>/dev/null || true
  exec 9>&-
  [ "${line%$'\r'}" = +PONG ]
}
