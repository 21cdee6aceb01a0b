# shellcheck shell=bash
# Passwords and tokens of this copy: generated at random, readable by their owner only, and never part of a command line.

# make_secret FILE
make_secret() {
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

# with_settings NAME=VALUE… COMMAND…: replaces this shell by COMMAND. It exports the settings, because `env NAME=VALUE COMMAND` shows them
# in `ps` until COMMAND replaces env. Call it in a subshell or in the background.
with_settings() {
  while [[ ${1-} =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; do
    export "${1?}"
    shift
  done
  exec "$@"
}
