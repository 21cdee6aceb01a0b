# shellcheck shell=bash
# Locks are symbolic links that name their holder: created atomically, readable, and stale once the holder has ended.

HELD_LOCKS=()

# holder_of LOCK: sets HOLDER to the process id of the live holder.
holder_of() {
  local text
  text=$(readlink "$1" 2>/dev/null) || return 1
  HOLDER=${text%%:*}
  identity_of "$HOLDER" && [ "$HOLDER:$IDENTITY" = "$text" ]
}

# try_lock LOCK: false when a live process holds it.
try_lock() {
  local mine
  mkdir -p "$(dirname "$1")"
  identity_of $$
  mine=$$:$IDENTITY
  until ln -sn "$mine" "$1" 2>/dev/null; do
    [ -L "$1" ] || fail "cannot create the lock $1." "Make its folder writable for your user, or delete the folder."
    ! holder_of "$1" || return 1
    rm -f "$1" || fail "cannot delete the stale lock $1." "Delete it by hand."
  done
  [ "$(readlink "$1")" = "$mine" ] || return 1
  HELD_LOCKS+=("$1")
}

unlock() {
  local text
  text=$(readlink "$1" 2>/dev/null) || return 0
  [ "${text%%:*}" != $$ ] || rm -f "$1"
}

unlock_all() {
  local lock
  for lock in ${HELD_LOCKS[@]+"${HELD_LOCKS[@]}"}; do unlock "$lock"; done
}
