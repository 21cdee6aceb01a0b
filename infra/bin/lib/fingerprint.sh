# shellcheck shell=bash
# Fingerprints of the inputs of a step, so that a later start repeats a step only if its inputs changed.

if command -v sha256sum >/dev/null; then SHA256=(sha256sum); else SHA256=(shasum -a 256); fi

# fingerprint_of FIND-ARGUMENTS…: one hash over names and contents of the files that `find .` selects in the project.
fingerprint_of() {
  (cd "$PROJECT" && find . "$@" -type f -exec "${SHA256[@]}" {} + | LC_ALL=C sort | "${SHA256[@]}" | cut -c1-64)
}

# stamp_fits FILE FINGERPRINT
stamp_fits() {
  [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}
