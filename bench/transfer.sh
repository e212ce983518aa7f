#!/bin/bash
# Exports an owner's data over REST and imports it into another database, with the service killed three times on each side, and
# compares all columns. Needs a JDK, curl and psql, and four times the disk space of the data.
#
#   ./mvnw -q package -DskipTests && bench/transfer.sh [ITEMS]       # 100000 by default, 2 KB each; 1000000 are 2 GB
#
# MAINTENANCE_URL is of a role that may create databases, JAVA_FLAGS are those of the service. The two databases and the
# directory are removed at the end. Exits with 1 if a column differs that must not.
set -euo pipefail
export LC_ALL=C
ITEMS=${1:-100000}
MAINTENANCE_URL=${MAINTENANCE_URL:-postgresql://postgres@127.0.0.1:5432/postgres}
APP=${APP:-$(dirname "$0")/../target/quarkus-app/quarkus-run.jar}
JAVA_FLAGS=${JAVA_FLAGS:--XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx82m -XX:MaxDirectMemorySize=82m}
THREADS=$((ITEMS / 100 + 1))
DIR=$(mktemp -d)
PORT=${PORT:-18970}
PID=
PEAK=0

query() { PGOPTIONS="-c client_min_messages=warning" psql -XAtq -v ON_ERROR_STOP=1 "${MAINTENANCE_URL%/*}/$1" -c "$2"; }
drop() { for name in bobbin_transfer_source bobbin_transfer_target; do query postgres "drop database if exists $name with (force)"; done; }

peak() {
  local now
  now=$(awk '/VmHWM/ {print $2}' "/proc/$PID/status")
  PEAK=$((now > PEAK ? now : PEAK))
}

end() { # SIGNAL
  peak
  kill "-$1" "$PID"
  wait "$PID" 2>/dev/null || true
  PID=
}

cleanup() {
  if [ -n "$PID" ]; then end KILL; fi
  drop 2>/dev/null || true
  rm -rf "$DIR"
}
trap cleanup EXIT

start() { # DATABASE
  DATABASE_URL="${MAINTENANCE_URL%/*}/$1?sslmode=disable" BOBBIN_DATABASE_ALLOW_PLAINTEXT=true BOBBIN_AUTH_MODE=none \
    QUARKUS_HTTP_PORT=$PORT QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_SHUTDOWN_DELAY=0s \
    java $JAVA_FLAGS -jar "$APP" >> "$DIR/service.log" 2>&1 &
  PID=$!
  until curl -fsS -o /dev/null "http://127.0.0.1:$PORT/q/health/ready" 2>/dev/null; do
    kill -0 "$PID" 2>/dev/null || { cat "$DIR/service.log" >&2; exit 1; }
    sleep 0.2
  done
}

call() { curl -sS -H "Bobbin-User: ann" "$@"; }
url() { echo "http://127.0.0.1:$PORT/v1/$1"; }
import() { call -X POST -H "Content-Type: application/x-ndjson" -T "$1" "$(url import)"; }
size() { stat -c %s "$1" 2>/dev/null || echo 0; }
seconds() { awk "BEGIN {printf \"%.1f\", ($(date +%s%N) - $1) / 1e9}"; }
rate() { awk "BEGIN {printf \"%d\", $ITEMS / $1}"; }

# Items of a thread are seven seconds apart, in bursts, and several threads have the same times.
lines() {
  awk -v items="$ITEMS" -v threads="$THREADS" 'BEGIN {
    for (i = 0; i < 24; i++) text = text "The quick brown fox jumps over the lazy dog, and asks what its order costs. "
    for (t = 0; t < threads; t++)
      printf "{\"type\":\"thread\",\"archived\":%s,\"document\":{\"id\":\"thr_%07d\",\"created_at\":\"2026-01-01T00:00:%02dZ\",\"title\":\"Thread %d\"," \
        "\"metadata\":{\"n\":\"%d\"}}}\n", t % 10 ? "false" : "true", t, t % 60, t, t
    for (i = 0; i < items; i++) {
      n = int(i / threads) * 7 + int(i / threads / 20) * 600
      printf "{\"type\":\"item\",\"thread_id\":\"thr_%07d\",\"document\":{\"id\":\"msg_%08d\",\"created_at\":\"2026-%02d-%02dT%02d:%02d:%02d.%06dZ\"," \
        "\"type\":\"%s\",\"content\":[{\"type\":\"%s\",\"text\":\"%d %s\"}]}}\n", i % threads, i, 2 + n / 2419200, 1 + n / 86400 % 28, \
        n / 3600 % 24, n / 60 % 60, n % 60, i % 3, i % 2 ? "assistant_message" : "user_message", i % 2 ? "output_text" : "input_text", i, text
    }
    for (a = 0; a < threads; a++)
      printf "{\"type\":\"attachment\",\"document\":{\"id\":\"atc_%07d\",\"type\":\"file\",\"name\":\"a.txt\",\"mime_type\":\"text/plain\"}}\n", a
  }'
}

columns() { # all that must be equal: seq by the order that it gives
  query "$1" "set timezone = 'UTC';
    select 'threads', count(*), md5(string_agg(md5(row(owner_id, id, kind, archived, title, status, metadata, created_at, updated_at,
      document)::text), '' order by owner_id, kind, created_at, seq)) from threads
    union all select 'items', count(*), md5(string_agg(md5(row(owner_id, thread_id, id, type, role, content, created_at, updated_at,
      document)::text), '' order by owner_id, thread_id, created_at, seq)) from thread_items
    union all select 'attachments', count(*), md5(string_agg(md5(row(owner_id, id, type, name, mime_type, thread_id, created_at,
      updated_at, document)::text), '' order by owner_id, created_at, seq)) from attachments"
}

# active_at depends on how the items were written: it only promises to be less than two minutes below the newest item's time.
active_at() {
  query "$1" "select id, active_at, active_at <= at and active_at > at - interval '2 minutes' from threads cross join lateral (
    select max(created_at) as at from thread_items where owner_id = threads.owner_id and thread_id = threads.id) newest
    where at is not null order by id"
}

drop
query postgres "create database bobbin_transfer_source"
query postgres "create database bobbin_transfer_target"

start bobbin_transfer_source
lines > "$DIR/lines"
began=$(date +%s%N)
import "$DIR/lines" > "$DIR/report"
took=$(seconds "$began")
rm "$DIR/lines"
grep -q "\"created\":{\"threads\":$THREADS,\"items\":$ITEMS,\"attachments\":$THREADS}" "$DIR/report" || { cat "$DIR/report" >&2; exit 1; }
peak
echo "import: $(rate "$took") items/s ($took s), VmHWM $((PEAK / 1024)) MiB"
# single appends, whose trigger sets active_at in another order than that of a batch
for n in $(seq 200); do
  call -o /dev/null -f -H "Content-Type: application/json" "$(url "threads/thr_$(printf %07d $((n % 20 % THREADS)))/items")" -d \
    "{\"id\":\"one_$n\",\"created_at\":\"2027-01-01T00:00:00Z\",\"type\":\"task\",\"task\":{\"n\":$n}}"
done
ITEMS=$((ITEMS + 200))
end TERM

PEAK=0
start bobbin_transfer_source
began=$(date +%s%N)
call -o "$DIR/whole" "$(url export)"
took=$(seconds "$began")
BYTES=$(size "$DIR/whole")
peak
echo "export: $(rate "$took") items/s ($took s), VmHWM $((PEAK / 1024)) MiB, $BYTES bytes"

after=
: > "$DIR/parts"
for part in 1 2 3 4; do
  call -N "$(url "export$after")" >> "$DIR/parts" 2> /dev/null &
  CURL=$!
  if [ $part -lt 4 ]; then
    while [ "$(size "$DIR/parts")" -lt $((BYTES / 4 * part)) ] && kill -0 $CURL 2> /dev/null; do sleep 0.05; done
    end KILL
    if wait $CURL; then echo "the export was over before it was killed" >&2; exit 1; fi
    if [ -n "$(tail -c 1 "$DIR/parts")" ]; then truncate -s "-$(tail -n 1 "$DIR/parts" | wc -c)" "$DIR/parts"; fi
    after="?after=$(tail -n 1 "$DIR/parts" | grep -o '"cursor":"[^"]*"' | head -n 1 | cut -d '"' -f 4)"
    start bobbin_transfer_source
  else
    wait $CURL
  fi
done
end TERM
rows() { grep -v -e '^{"bobbin_export"' -e '^{"type":"end"' "$1" | md5sum; }
if [ "$(rows "$DIR/whole")" = "$(rows "$DIR/parts")" ]; then echo "export killed 3 times: the same lines"; else echo "export killed 3 times: OTHER LINES"; exit 1; fi
rm "$DIR/whole"

PEAK=0
for part in 1 2 3 4; do
  start bobbin_transfer_target
  import "$DIR/parts" > "$DIR/report" 2> /dev/null &
  CURL=$!
  if [ $part -lt 4 ]; then
    while [ "$(query bobbin_transfer_target 'select count(*) from thread_items')" -lt $((ITEMS / 4 * part)) ] \
      && kill -0 $CURL 2> /dev/null; do sleep 0.05; done
    end KILL
    if wait $CURL; then echo "the import was over before it was killed" >&2; exit 1; fi
  else
    wait $CURL
  fi
done
end TERM
echo "import killed 3 times: VmHWM $((PEAK / 1024)) MiB, the last report: $(cat "$DIR/report")"

columns bobbin_transfer_source > "$DIR/source"
columns bobbin_transfer_target > "$DIR/target"
cat "$DIR/source"
active_at bobbin_transfer_source > "$DIR/active.source"
active_at bobbin_transfer_target > "$DIR/active.target"
if grep -h '|f$' "$DIR/active.source" "$DIR/active.target"; then
  echo "active_at is two minutes or more from the newest item" >&2
  exit 1
fi
echo "active_at differs in $(diff "$DIR/active.source" "$DIR/active.target" | grep -c '^<' || true) threads, as it may"
if cmp -s "$DIR/source" "$DIR/target"; then
  echo "hashes equal"
else
  echo "HASHES DIFFER; of the target:"
  cat "$DIR/target"
  exit 1
fi
