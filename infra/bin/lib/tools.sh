# shellcheck shell=bash
# Programs that Go's module proxy carries, built once into the project folder.

TOOLS=$PROJECT/.tools

# find_tool NAME: sets TOOL to the one on the PATH or the one built here; false when there is none.
find_tool() {
  TOOL=$(command -v "$1") && return
  TOOL=$TOOLS/$1
  [ -x "$TOOL" ]
}

# build_go_tool NAME PACKAGE@VERSION
build_go_tool() {
  command -v go >/dev/null || {
    echo "there is no go on the PATH to build $1 with."
    return 1
  }
  mkdir -p "$TOOLS/new" || return
  GOBIN=$TOOLS/new CGO_ENABLED=0 go install "$2" || return
  mv "$TOOLS/new/$1" "$TOOLS/$1"
}

# begin_tool NAME PACKAGE@VERSION ADVICE: unless it is there; awaited as tool-NAME.
begin_tool() {
  find_tool "$1" || begin_background "tool-$1" "building $1" "$3" build_go_tool "$1" "$2"
}
