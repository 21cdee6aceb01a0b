# shellcheck shell=bash
# The manifests for Kubernetes: rendered by kustomize, validated against the schemas of Kubernetes, KEDA and the Prometheus operator.

KUSTOMIZE=sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
# The oldest KEDA that base/worker-scaling.yaml supports.
KEDA=github.com/kedacore/keda/v2@v2.18.3
PROMETHEUS_OPERATOR=github.com/prometheus-operator/prometheus-operator@v0.85.0
CRDS=$TOOLS/crds

ADVICE_KUBERNETES="The usual cause is that Go's module proxy is unreachable: check the network and go env GOPROXY, then start again."

# copy_crds MODULE@VERSION FILE…: copies files of a module from Go's proxy to CRDS/new
copy_crds() {
  local module=$1 folder file
  shift
  folder=$(cd / && GOFLAGS=-mod=mod go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  [ -n "$folder" ] || {
    echo "Go's proxy has no $module."
    return 1
  }
  for file in "$@"; do install -m 0644 "$folder/$file" "$CRDS/new/" || return; done
}

fetch_crds() {
  rm -rf "$CRDS"
  mkdir -p "$CRDS/new" || return
  copy_crds "$KEDA" config/crd/bases/keda.sh_scaledobjects.yaml || return
  copy_crds "$PROMETHEUS_OPERATOR" example/prometheus-operator-crd/monitoring.coreos.com_{podmonitors,prometheusrules}.yaml || return
  mv "$CRDS"/new/*.yaml "$CRDS/" && rmdir "$CRDS/new" || return
  printf '%s %s\n' "$KEDA" "$PROMETHEUS_OPERATOR" >"$CRDS/.made-from"
}

# begin_kubernetes_tools: awaited as tool-kustomize and crds; does nothing without go.
begin_kubernetes_tools() {
  command -v go >/dev/null || return 0
  begin_tool kustomize "$KUSTOMIZE" "$ADVICE_KUBERNETES"
  stamp_fits "$CRDS/.made-from" "$KEDA $PROMETHEUS_OPERATOR" ||
    begin_background crds "schemas of KEDA and the Prometheus operator" "$ADVICE_KUBERNETES" fetch_crds
}

# has_kubernetes_tools: sets MISSING_KUBERNETES_TOOL when false.
has_kubernetes_tools() {
  MISSING_KUBERNETES_TOOL=kustomize
  find_tool kustomize || return
  MISSING_KUBERNETES_TOOL="schemas of KEDA"
  [ -s "$CRDS/.made-from" ]
}

check_kubernetes() {
  local rendered name status=0 renderings=()
  find_tool kustomize || return
  rendered=$(mktemp -d) || return
  for name in base overlays/dev overlays/prod; do
    "$TOOL" build "$PROJECT/infra/k8s/$name" >"$rendered/${name##*/}.yaml" || status=1
    renderings+=("$rendered/${name##*/}.yaml")
  done
  [ "$status" -ne 0 ] || "$VENV_TEST/bin/python" "$PROJECT/infra/k8s/check.py" "$CRDS" "${renderings[@]}" || status=1
  rm -rf "$rendered"
  return "$status"
}
