# shellcheck shell=bash
# Passwords and tokens of this copy: made at random, readable by their owner alone.

# make_secret FILE
make_secret() {
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}
