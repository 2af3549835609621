#!/bin/sh
# npm start: sets up what is missing, then becomes the launcher, so that signals reach it directly.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/setup.sh"
exec "$here/../../node_modules/node/bin/node" "$here/main.ts" "$@"
