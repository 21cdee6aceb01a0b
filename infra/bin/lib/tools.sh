# shellcheck shell=bash
# Programs from Go's module proxy, built once into the project folder.

TOOLS=$PROJECT/.tools

# find_tool NAME: sets TOOL to the one on the PATH or the one built here; false if there is none.
find_tool() {
  TOOL=$(command -v "$1") && return
  TOOL=$TOOLS/$1
  [ -x "$TOOL" ]
}

# build_go_tool NAME PACKAGE@VERSION
build_go_tool() {
  command -v go >/dev/null || {
    echo "go is not on the PATH: install Go 1.24 or newer to build $1."
    return 1
  }
  mkdir -p "$TOOLS/new" || return
  GOBIN=$TOOLS/new CGO_ENABLED=0 go install "$2" || return
  mv "$TOOLS/new/$1" "$TOOLS/$1"
}

# begin_tool NAME PACKAGE@VERSION ADVICE: builds it unless it exists; awaited as tool-NAME.
begin_tool() {
  find_tool "$1" || begin_background "tool-$1" "building $1" "$3" build_go_tool "$1" "$2"
}
