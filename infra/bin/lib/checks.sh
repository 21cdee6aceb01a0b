# shellcheck shell=bash
# Checks before a start. All faults are reported at once.

FAULTS=()

fault() {
  FAULTS+=("$*")
}

report_faults() {
  [ ${#FAULTS[@]} -gt 0 ] || return 0
  local text
  complain "sluice: cannot start on this machine:"
  for text in "${FAULTS[@]}"; do complain "  - $text"; done
  exit 1
}

is_number() {
  case $1 in 0* | *[!0-9]* | '' | ??????????*) return 1 ;; esac
}

OUR_PORTS='SLUICE_PORT SLUICE_MANAGEMENT_PORT SLUICE_MONITOR_PORT MLFLOW_PORT REDIS_PORT POSTGRES_PORT S3_PORT'

OUR_ADDRESSES='SLUICE_DATABASE SLUICE_MLFLOW_DATABASE SLUICE_S3_ENDPOINT SLUICE_PROMETHEUS SLUICE_RETRAIN_ADDRESS'
ADDRESS_FORM='^[a-z][a-z0-9+]*://(([A-Za-z0-9._~!$&'"'"'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?(\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?([/?][^@#[:space:]]*)?$'

# check_addresses: an unencoded password splits an address in the wrong place, so that parts of it appear in messages. The faults contain no address.
check_addresses() {
  local name
  for name in $OUR_ADDRESSES; do
    if [ -n "${!name:-}" ] && ! [[ ${!name} =~ $ADDRESS_FORM ]]; then
      fault "$name is not a valid address: write scheme://user:password@host:port/..., and percent-encode special characters of the user name and password (%40 for @, %2F for /, %23 for #, %25 for %, %3F for ?)."
    fi
  done
}

check_settings() {
  local name value
  check_addresses
  for name in $OUR_PORTS; do
    value=${!name}
    { is_number "$value" && [ "$value" -le 65535 ]; } || fault "$name=$value is not a port: use a number from 1 to 65535."
  done
  for name in APIS WORKERS SLUICE_START_TIMEOUT SLUICE_STOP_TIMEOUT; do
    value=${!name}
    is_number "$value" || fault "$name=$value is invalid: use a whole number of at least 1."
  done
  if wants_stores && [ -n "${SLUICE_DATABASE:-}" ] && [ -z "${SLUICE_MLFLOW_DATABASE:-}" ]; then
    fault "SLUICE_DATABASE is set but SLUICE_MLFLOW_DATABASE is not: set it to MLflow's database, postgresql://user:password@host:5432/database."
  fi
  case $REDIS_APPENDFSYNC in
    always | everysec | no) ;;
    *) fault "REDIS_APPENDFSYNC=$REDIS_APPENDFSYNC is invalid: use always, everysec or no." ;;
  esac
}

check_jdk() {
  find_jdk || fault "no JDK $JDK_FLOOR or newer found${JDKS_TOO_OLD:+ (found: ${JDKS_TOO_OLD% })}: install one (https://adoptium.net) and set JAVA_HOME to it."
}

check_maven() {
  if build_is_current && find_redis; then return 0; fi
  local version
  if ! command -v mvn >/dev/null; then
    fault "mvn is not on the PATH: install Maven 3.8 or newer."
  elif [ -n "${JAVA_HOME:-}" ]; then
    version=$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p')
    case $version in
      3.[89] | 3.[1-9][0-9] | [4-9].*) ;;
      *) fault "Maven ${version:-of an unknown version} is too old: install Maven 3.8 or newer." ;;
    esac
  fi
}

check_python() {
  [ -f "$REQUIREMENTS" ] || { fault "$REQUIREMENTS is missing: clone the whole project." && return; }
  python_environment_is_current || find_python ||
    fault "no Python 3.11 or newer with venv and pip found: install one (Debian: apt install python3 python3-venv) or set PYTHON to it."
}

# check_port SETTING: the port must be free, unless a process of this copy uses it, which `up` may stop.
check_port() {
  local port=${!1} hint=
  if ! port_is_taken "$port" || port_is_ours "$port"; then return 0; fi
  [ "$port:$(uname -s)" != 5000:Darwin ] || hint=" (on macOS the AirPlay Receiver uses port 5000)"
  fault "port $port is in use by $(port_owner "$port")$hint: stop it, or choose another port with $1=..."
}

check_ports() {
  local name
  [ "$(for name in $OUR_PORTS; do printf '%s\n' "${!name}"; done | sort | uniq -d)" = "" ] || fault "two of these settings have the same port: set a different one for each of $OUR_PORTS."
  check_port REDIS_PORT
  check_port MLFLOW_PORT
  if wants_postgres; then check_port POSTGRES_PORT; fi
  if wants_s3; then check_port S3_PORT; fi
  if wants_monitor; then check_port SLUICE_MONITOR_PORT; fi
  check_port SLUICE_PORT
  check_port SLUICE_MANAGEMENT_PORT
}

# A first start downloads libraries and models; later ones write logs and state.
check_disk() {
  local needed=3072 folder free
  if build_is_current && python_environment_is_current; then needed=512; fi
  for folder in "$PROJECT" "$(nearest_folder "$SLUICE_HOME")"; do
    free=$(($(df -Pk "$folder" | awk 'NR == 2 { print $4 }') / 1024))
    if [ "$free" -lt "$needed" ]; then
      fault "the disk of $folder has only $free MiB free: free at least $needed MiB."
      return
    fi
  done
}

nearest_folder() {
  local folder=$1
  until [ -d "$folder" ]; do folder=$(dirname "$folder"); done
  printf '%s' "$folder"
}

# Checks for a build.
check_machine() {
  check_jdk
  check_maven
  check_python
  check_disk
  report_faults
}

# Checks for a start.
check_all() {
  check_settings
  [ ${#FAULTS[@]} -gt 0 ] || check_ports
  check_machine
}
