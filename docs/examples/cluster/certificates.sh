#!/bin/sh
# Certificates for the lines from proxy to nodes and from nodes to databases, of an authority that
# only this cluster knows.
#   ./certificates.sh      makes certs/; valid for ten years; as root, since whoever uses a key must own it
set -eu
umask 077
mkdir -p certs && cd certs
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
  -subj "/CN=hotline cluster" -keyout ca.key -out ca.crt 2>/dev/null
for name in primary standby node; do
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\n' "$name" > "$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \
    -extfile "$name.ext" -out "$name.crt" 2>/dev/null
  rm "$name.csr" "$name.ext"
done
chown 999:999 primary.key standby.key
chown 10114:10114 node.key
chmod 755 . && chmod 644 ./*.crt
echo "made; keep ca.key somewhere else"
