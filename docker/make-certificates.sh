#!/usr/bin/env bash
# Creates a certificate authority and certificates for the servers of compose.yaml, in the volumes /trust and /…-tls. Each
# server gets only its own key; the authority's key is not stored.
set -euo pipefail

if [ ! -s /trust/ca.crt ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  openssl req -x509 -newkey rsa:3072 -noenc -days 3650 -subj '/CN=Bobbin compose' -keyout ca.key -out ca.crt \
    -addext 'keyUsage=critical,keyCertSign,cRLSign'

  certificate() { # server, user and group of the process
    openssl req -newkey rsa:3072 -noenc -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
      -extfile <(printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$1")
    install -o "$2" -g "$3" -m 644 "$1.crt" "/$1-tls/server.crt"
    install -o "$2" -g "$3" -m 600 "$1.key" "/$1-tls/server.key"
  }
  certificate postgres postgres postgres
  certificate pgbouncer 65533 65533
  # last, since its presence prevents creating everything again
  install -m 644 ca.crt /trust/ca.crt
fi

printf '"bobbin" "%s"\n' "${POSTGRES_PASSWORD//\"/\"\"}" > /pgbouncer-tls/users.txt
chown 65533:65533 /pgbouncer-tls/users.txt
chmod 600 /pgbouncer-tls/users.txt
