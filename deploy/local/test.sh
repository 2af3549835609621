#!/bin/sh
# npm test: sets up what is missing, then checks types, style and behaviour; stops at the first that fails. Arguments go to
# the test runner.
set -eu
cd "$(dirname "$0")/../.."
sh deploy/local/setup.sh --test
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
# Many tests are processes that load the same code: compiled once, it is read by all others.
NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/compiled}"
export NODE_COMPILE_CACHE
announce() { printf '\n== %s\n' "$*"; }
announce 'types (tsc)'
tsc -p .
announce 'style and lint (biome)'
biome check .
announce 'tests (tap)'
exec tap run "$@"
