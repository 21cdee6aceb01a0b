# shellcheck shell=bash
# The Java modules: built by Maven when something changed, started from a copy.

BUILD_STAMP=$PROJECT/target/.built-from
APPS=(api-frontend model-worker monitor)
JARS=()
for app in "${APPS[@]}"; do JARS+=("$PROJECT/$app/target/$app.jar"); done

build_fingerprint() {
  fingerprint_of \( -name '.?*' -o -name target -o -path ./training \) -prune -o \( -name pom.xml -o -path '*/src/main/*' -o -path './infra/grafana/dashboards/*' \)
}

jars_exist() {
  local jar
  for jar in "${JARS[@]}"; do [ -f "$jar" ] && [ -d "${jar%/*}/lib" ] || return 1; done
}

# SLUICE_SKIP_BUILD=1 uses the existing jars: the system tests run inside a Maven build and must not start another.
build_is_current() {
  if [ -n "${SLUICE_SKIP_BUILD:-}" ]; then return 0; fi
  BUILD_FINGERPRINT=$(build_fingerprint)
  jars_exist && stamp_fits "$BUILD_STAMP" "$BUILD_FINGERPRINT"
}

# maven ARGUMENT…: SLUICE_MVN_FLAGS may add flags ("-o", "-s settings.xml").
maven() {
  # shellcheck disable=SC2086
  (cd "$PROJECT" && mvn --batch-mode --no-transfer-progress ${SLUICE_MVN_FLAGS:-} "$@")
}

build_jars() {
  rm -f "$BUILD_STAMP"
  maven --quiet -Dstyle.color=never -Dquick -DskipTests -pl "$(IFS=, && printf '%s' "${APPS[*]}")" -am package || return
  mkdir -p "$(dirname "$BUILD_STAMP")"
  printf '%s\n' "$BUILD_FINGERPRINT" >"$BUILD_STAMP"
}

ADVICE_MAVEN="Read the first [ERROR] line. 'Could not transfer' or 'Could not resolve' means that Maven cannot reach its repository: check ~/.m2/settings.xml and the network."

begin_build() {
  build_is_current || begin_background build "Java modules (Maven)" "$ADVICE_MAVEN" build_jars
}

# install_app: sets APP to a copy of the build, under SLUICE_HOME, so that a later build does not change the jars of
# a running process. Libraries are hard links where possible: Maven rewrites only the project's own snapshots.
install_app() {
  local jar library module id
  jars_exist || fail "the jars are not built: ${JARS[*]}" "Build them with: make build"
  id=$(cd "$PROJECT" && "${SHA256[@]}" "${JARS[@]}" shared/target/*.jar | "${SHA256[@]}" | cut -c1-12)
  APP=$SLUICE_HOME/app/$id
  [ ! -d "$APP" ] || return 0
  remove_unused_apps
  rm -rf "$APP.new"
  for jar in "${JARS[@]}"; do
    module=$APP.new/$(basename "$jar" .jar)
    mkdir -p "$module/lib"
    cp "$jar" "$module/"
    for library in "${jar%/*}"/lib/*.jar; do
      case $library in
        *-SNAPSHOT.jar) cp "$library" "$module/lib/" ;;
        *) ln "$library" "$module/lib/" 2>/dev/null || cp "$library" "$module/lib/" ;;
      esac
    done
  done
  mv "$APP.new" "$APP"
}

remove_unused_apps() {
  local app
  for app in "$SLUICE_HOME"/app/*; do
    [ -d "$app" ] && ! grep -qsF "app=$app" "$RUN"/*.process && rm -rf "$app"
  done
  return 0
}
