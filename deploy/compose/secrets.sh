#!/bin/sh
# Draws what compose.yaml needs to be secret into ./secrets, once: the password of the database, an admin key, a key for
# metrics. It takes the image as its argument, since `ducat keys generate` draws the keys.
set -eu
cd "$(dirname "$0")"
image=${1:-localhost/ducat:0.1.0}
engine=${CONTAINER_ENGINE:-podman}

[ ! -e secrets ] || { echo "secrets/ is there already: these are kept" >&2; exit 0; }

password=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
admin=$($engine run --rm "$image" keys generate)
metrics=$($engine run --rm "$image" keys generate)

# No one else may look into the folder. What is in it must be read by the users of the containers.
umask 077
mkdir secrets.new
umask 022
mkdir secrets.new/database secrets.new/node secrets.new/prometheus
printf '%s\n' "$password" > secrets.new/database/password
printf 'postgres://ducat:%s@database/ducat\n' "$password" > secrets.new/node/store
printf '%s\n' "$admin" > secrets.new/node/admin
printf '%s\n' "$metrics" | tee secrets.new/node/metrics > secrets.new/prometheus/metrics
mv secrets.new secrets
echo "Drawn. Your admin key is in secrets/node/admin." >&2
