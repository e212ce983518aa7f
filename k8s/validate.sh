#!/usr/bin/env bash
# Renders every overlay, and checks the result:
#   - strictly against the schemas of Kubernetes, the Prometheus Operator and External Secrets; each run also verifies that
#     unknown fields are rejected
#   - with an image whose registry has a port, and with one that has a digest
#   - against the Pod Security level "restricted", with the API server's own code
#   - the alerts, in Prometheus' engine: which states of the database trigger one, and which do not
#   - against src/test/resources/k8s, which KubernetesTest reads; --update writes these files
# Needs Go. The tools are installed once, from the Go module proxy; then it works offline. Exits with 75 if that fails.
set -euo pipefail
cd "$(dirname "$0")"

kustomize_version=v5.8.1
validate_version=v0.0.4
# the newest Kubernetes whose schemas kubectl-validate has
kubernetes_version=1.30
prometheus_operator=github.com/prometheus-operator/prometheus-operator@v0.85.0
external_secrets=github.com/external-secrets/external-secrets@v1.3.2

tools=${BOBBIN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/bobbin-tools}
kustomize=$tools/kustomize-$kustomize_version/kustomize
validate=$tools/kubectl-validate-$validate_version/kubectl-validate
snapshots=../src/test/resources/k8s

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "k8s/validate.sh: $*" >&2
  exit 1
}

# install <binary> <module with version>
install() {
  [ -x "$1" ] || (cd "$work" && GOBIN=$(dirname "$1") go install "$2") || unavailable "$2"
}

unavailable() {
  echo "k8s/validate.sh: cannot fetch or build $1: nothing was checked" >&2
  exit 75
}

# crd <module with version> <its checksum> <file>…: from the module itself, so that there is no copy to maintain
crd() {
  local module=$1 sum=$2 to file info
  shift 2
  to=$tools/crds/$(basename "$module")
  if [ ! -d "$to" ]; then
    info=$(cd "$work" && go mod download -json "$module") || unavailable "$module"
    grep -q "\"Sum\": \"$sum\"" <<<"$info" || fail "$module is not what it was when it was chosen"
    mkdir -p "$to.part"
    for file in "$@"; do
      cp "$(sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$info")/$file" "$to.part/"
    done
    chmod -R u+w "$to.part"
    mv "$to.part" "$to"
  fi
  crds+=(--local-crds "$to")
}

check() {
  "$validate" --version "$kubernetes_version" "${crds[@]}" "$@"
}

command -v go >/dev/null || fail "needs Go (go.dev): nothing was checked"
install "$kustomize" "sigs.k8s.io/kustomize/kustomize/v5@$kustomize_version"
install "$validate" "sigs.k8s.io/kubectl-validate@$validate_version"
(cd checks && go mod download) || unavailable "the modules of k8s/checks"
crds=()
crd "$prometheus_operator" h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s= \
  example/prometheus-operator-crd/monitoring.coreos.com_{prometheusrules,servicemonitors}.yaml
crd "$external_secrets" h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ= \
  config/crds/bases/external-secrets.io_externalsecrets.yaml

# A copy, with .env.example as .env: local secrets must not be read.
cp -r . "$work/k8s"
mkdir "$work/rendered"
for overlay in overlays/* checks/variants; do
  dir=$work/k8s/$overlay
  rm -f "$dir/.env"
  if [ -f "$dir/.env.example" ]; then
    sed -n 's/^\([A-Z_]*\)=.*/\1=example/p' "$dir/.env.example" >"$dir/.env"
  fi
  "$kustomize" build "$dir" >"$work/rendered/$(basename "$overlay").yaml"
done

# Neither the port nor the digest of an image may get into the Job's name.
other() { # <sed expression for another image> <the image>
  cp -r "$work/k8s/overlays/neon" "$work/k8s/overlays/other"
  sed -i "$1" "$work/k8s/overlays/other/kustomization.yaml"
  "$kustomize" build "$work/k8s/overlays/other" >"$work/other.yaml"
  rm -r "$work/k8s/overlays/other"
  [ "$(grep -cF "image: $2" "$work/other.yaml")" = 2 ] || fail "does not get the image $2 by $1"
  grep -qx "  name: bobbin-migrate-$version" "$work/other.yaml" || fail "the Job has another name with the image $2"
  check "$work/other.yaml"
}
version=$(sed -n 's|^ *app.kubernetes.io/version: "\(.*\)"$|\1|p' overlays/neon/kustomization.yaml)
digest=sha256:$(printf '%064d' 0)
other 's|newName: .*|newName: registry.internal:5000/bobbin|' "registry.internal:5000/bobbin:$version"
other "s|newTag: .*|digest: $digest|" "registry.example.com/bobbin@$digest"

check "$work"/rendered/*.yaml

# refused <file> <expected message> <sed expression that breaks it>: verifies that the check fails
refused() {
  sed "$3" "$work/rendered/$1" >"$work/spoilt.yaml"
  cmp -s "$work/rendered/$1" "$work/spoilt.yaml" && fail "nothing was spoilt by $3"
  if check "$work/spoilt.yaml" >"$work/said" 2>&1; then fail "was let pass: $3"; fi
  grep -qF "$2" "$work/said" || { cat "$work/said" >&2; fail "refused for another reason: $3"; }
}
refused neon.yaml 'spec.minReadySecond: Invalid value: value provided for unknown field' 's/minReadySeconds:/minReadySecond:/'
refused neon.yaml 'spec.template.spec.containers[0].lifecycle.preStop.sleeps: Invalid value: value provided for unknown field' 's/  sleep:/  sleeps:/'
refused neon.yaml 'spec.template.spec.terminationGracePeriodSeconds: Invalid value: "string"' \
  's/terminationGracePeriodSeconds: 90/terminationGracePeriodSeconds: 90s/'
refused neon.yaml 'spec.selector: Required value' '/^  selector:/,/name: bobbin$/d'
refused local.yaml 'spec.podSelektor: Invalid value: value provided for unknown field' 's/^  podSelector:/  podSelektor:/'
refused variants.yaml 'spec.endpoints[0].every: Invalid value: value provided for unknown field' 's/interval: 30s/every: 30s/'
refused variants.yaml 'spec.groups[0].rules[0].for: Invalid value' 's/for: 1m$/for: a minute/'
refused variants.yaml 'spec.secretStore: Invalid value: value provided for unknown field' 's/secretStoreRef:/secretStore:/'

(cd checks && RENDERED="$work/rendered" go test ./...)

if [ "${1:-}" = --update ]; then
  mkdir -p "$snapshots"
  cp "$work"/rendered/*.yaml "$snapshots/"
else
  diff -ru "$snapshots" "$work/rendered" || fail "what is rendered has changed: look at it, and run k8s/validate.sh --update"
fi
echo "k8s/validate.sh: $(cat "$work"/rendered/*.yaml | grep -c '^kind:') objects of $(ls "$work/rendered" | wc -l) overlays are valid"
