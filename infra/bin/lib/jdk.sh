# shellcheck shell=bash
# Finds a JDK 25 or newer in JAVA_HOME, then in the usual folders, then by `java` on the PATH.

JDK_FLOOR=25

# jdk_version HOME: sets JDK_VERSION from the release file (no JVM is started for it); false when it is no JDK.
jdk_version() {
  local line
  JDK_VERSION=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in JAVA_VERSION=*) JDK_VERSION=${line#*=\"} ;; esac
  done <"$1/release"
  JDK_VERSION=${JDK_VERSION%%[!0-9]*}
  [ -n "$JDK_VERSION" ]
}

jdk_candidates() {
  local java
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  printf '%s\n' /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
  if [ -x /usr/libexec/java_home ]; then /usr/libexec/java_home -v "$JDK_FLOOR+" 2>/dev/null || true; fi
  if java=$(command -v java); then
    while [ -L "$java" ]; do
      case $(readlink "$java") in /*) java=$(readlink "$java") ;; *) java=$(dirname "$java")/$(readlink "$java") ;; esac
    done
    dirname "$(dirname "$java")"
  fi
}

# find_jdk: exports JAVA_HOME and sets JAVA; false if there is none.
find_jdk() {
  local home candidates
  JDKS_TOO_OLD=
  candidates=$(jdk_candidates)
  while IFS= read -r home; do
    jdk_version "$home" || continue
    if [ "$JDK_VERSION" -ge "$JDK_FLOOR" ]; then
      export JAVA_HOME=$home
      JAVA=$home/bin/java
      return 0
    fi
    case $JDKS_TOO_OLD in *"$home "*) ;; *) JDKS_TOO_OLD+="$home ($JDK_VERSION) " ;; esac
  done <<<"$candidates"
  return 1
}
