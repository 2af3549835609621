#!/bin/sh
# npm start: sets up what is missing, then becomes the launcher, so that signals reach it directly.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/setup.sh"
# A dozen processes load the same code: compiled once, it is there for all of them, and for the next start.
NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$here/../../node_modules/.cache/compiled}"
export NODE_COMPILE_CACHE
exec "$here/../../node_modules/node/bin/node" "$here/main.ts" "$@"
