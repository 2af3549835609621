#!/bin/sh
# Sets up what is missing to run Fairline on this machine, with --test what its tests need as well, and with --jmeter what
# its JMeter plan needs. Says what it does; says nothing and takes no time when nothing is missing. Safe to run at any time,
# also several times at once.
set -eu
cd "$(dirname "$0")/../.."

for_tests=no
for_jmeter=no
case "${1-}" in
  '') ;;
  --test) for_tests=yes ;;
  --jmeter) for_jmeter=yes ;;
  *) echo "setup: unknown option '$1' (known are --test and --jmeter)" >&2; exit 1 ;;
esac

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

modules_stamp=node_modules/.fairline-setup
tap_stamp=node_modules/.fairline-tap
node=node_modules/node/bin/node

# --- What is missing? Each answers by its exit code. -------------------------------------------------------------------

hash_of() { cksum <"$1"; }

has_modules() {
  [ -x "$node" ] && "$node" --version >/dev/null 2>&1 || return 1
  [ -f "$modules_stamp" ] && [ "$(cat "$modules_stamp")" = "$(hash_of package-lock.json)" ] && return 0
  # Installed by hand: npm writes its own record last, so that it is newer than the lock file it was made from.
  [ -f node_modules/.package-lock.json ] || return 1
  [ -z "$(find package-lock.json -newer node_modules/.package-lock.json)" ] || return 1
  hash_of package-lock.json >"$modules_stamp"
}

has_redis() {
  # The tests start servers of their own; a running site may use one that is elsewhere.
  [ "$for_tests" = no ] && [ -n "${REDIS_URL-}" ] && return 0
  has redis-server || has valkey-server
}

has_tap() { [ -f "$tap_stamp" ] && [ "$(cat "$tap_stamp")" = "$(hash_of .taprc)" ]; }

has_browser() {
  has chromium || has chromium-browser || has google-chrome || has google-chrome-stable ||
    [ -x "${CHROMIUM_PATH:-/nonexistent}" ] || [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]
}

# Only where the browser comes from the system's packages: elsewhere fonts are the user's own.
has_fonts() { ! has fc-list || [ -n "$(fc-list :lang=ko family 2>/dev/null)" ]; }

# Checks names of metrics and alert rules; those tests are skipped where it is not to be had.
has_promtool() { has promtool || ! can_install_promtool; }
can_install_promtool() { has apt-get && installer >/dev/null; }

has_jmeter() {
  has java || return 1
  [ -n "${JMETER_HOME-}" ] || { has javac && [ -f /usr/share/jmeter/lib/ext/ApacheJMeter_http.jar ]; }
}

is_complete() {
  has_modules && has_redis || return 1
  [ "$for_jmeter" = no ] || has_jmeter || return 1
  [ "$for_tests" = no ] || { has_tap && has_browser && has_fonts && has_promtool; }
}

# --- How to get it ------------------------------------------------------------------------------------------------------

# Prints the command that installs system packages as the user we are, without asking for a password; fails if there is none.
installer() {
  root=
  [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null && root='sudo -n'; } || root=none
  if has brew; then echo 'brew install'
  elif [ "$root" = none ]; then return 1
  elif has apt-get; then echo "$root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends"
  elif has dnf; then echo "$root dnf install -y"
  elif has apk; then echo "$root apk add"
  else return 1
  fi
}

# install_packages WHAT PACKAGE...: the first word is for people.
install_packages() {
  what=$1; shift
  install=$(installer) || fail "$what is missing and cannot be installed here: install $* by hand, then try again"
  say "installing $* ($install)"
  log=$(mktemp)
  if ! $install "$@" >"$log" 2>&1; then
    # A fresh machine has no package lists yet, an old one outdated ones.
    case "$install" in *apt-get*) ${install%%env *} apt-get update >>"$log" 2>&1 || true ;; esac
    if ! $install "$@" >>"$log" 2>&1; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      fail "$what could not be installed: install $* by hand, then start again"
    fi
  fi
  rm -f "$log"
}

# Prometheus itself is not needed and must not begin to run.
install_promtool() {
  install=$(installer) || return 0
  say "installing prometheus for promtool ($install)"
  masked=no
  if [ -d /run/systemd/system ]; then
    ${install%%env *} systemctl mask --runtime --quiet prometheus.service 2>/dev/null && masked=yes
  fi
  # shellcheck disable=SC2086
  { $install prometheus || { ${install%%env *} apt-get update && $install prometheus; }; } >/dev/null 2>&1 || true
  if [ "$masked" = yes ]; then
    ${install%%env *} systemctl disable --quiet prometheus.service 2>/dev/null || true
    ${install%%env *} systemctl unmask --runtime --quiet prometheus.service 2>/dev/null || true
  fi
  has promtool || say 'promtool could not be installed: the tests that need it will be skipped'
}

# Debian starts a server as soon as its package is installed. Ours is started by the launcher, with its own data, so the
# system's is held back: by its mask under systemd, by RUNLEVEL (see above) elsewhere.
install_redis() {
  unit=redis-server.service
  masked=no
  if has apt-get && [ -d /run/systemd/system ]; then
    install=$(installer) && ${install%%env *} systemctl mask --runtime --quiet "$unit" 2>/dev/null && masked=yes
  fi
  if has apt-get; then package=redis-server; else package=redis; fi
  install_packages 'Redis (or its address in REDIS_URL)' "$package"
  if [ "$masked" = yes ]; then
    ${install%%env *} systemctl disable --quiet "$unit" 2>/dev/null || true
    ${install%%env *} systemctl unmask --runtime --quiet "$unit" 2>/dev/null || true
  fi
  has_redis || fail "neither redis-server nor valkey-server is on PATH, though $package is installed"
}

install_modules() {
  has npm || fail 'npm is missing: install Node.js 20 or newer (https://nodejs.org), then start again'
  major=$("${npm_node_execpath:-node}" --version | sed 's/^v\([0-9]*\).*/\1/')
  [ "$major" -ge 20 ] || fail "Node.js $major is too old to set up the project: install 20 or newer, then start again"
  say 'installing dependencies (npm ci)'
  log=$(mktemp)
  if ! npm ci --no-audit --no-fund --loglevel=error --include=dev >"$log" 2>&1; then
    if ! grep -q EUSAGE "$log"; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      fail 'npm ci failed, see above'
    fi
    # A registry that does not serve every platform's optional packages makes a lock file without them, and npm ci then
    # refuses it. npm install takes the same locked versions, checks them alike and leaves the lock file as it is.
    say 'the lock file does not name the optional packages of every platform (npm install --no-save)'
    if ! npm install --no-save --no-audit --no-fund --loglevel=error --include=dev >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      fail 'npm install failed, see above'
    fi
  fi
  rm -f "$log"
  if ! "$node" --version >/dev/null 2>&1; then
    # Where install scripts are switched off, the pinned Node needs its own one all the same.
    npm rebuild node --ignore-scripts=false --loglevel=error || true
  fi
  "$node" --version >/dev/null 2>&1 || fail "the Node.js that comes with the project ($node) does not run on this machine"
  hash_of package-lock.json >"$modules_stamp"
}

# --- One at a time ------------------------------------------------------------------------------------------------------

lock=.data/setup.lock

unlock() { rm -f "$lock"; }

# A symbolic link is made in one step together with what it says: whose lock it is.
take_lock() {
  mkdir -p .data
  waited=0
  until ln -s "pid-$$" "$lock" 2>/dev/null; do
    owner=$(readlink "$lock" 2>/dev/null) || continue
    if ! kill -0 "${owner#pid-}" 2>/dev/null; then
      # Its owner was killed. Renaming succeeds for one of those who wait; the others find no lock, or a new one.
      mv "$lock" "$lock.$$" 2>/dev/null && rm -f "$lock.$$"
      continue
    fi
    [ "$waited" != 0 ] || say "another set-up is at work (process ${owner#pid-}), waiting for it"
    waited=$((waited + 1))
    [ "$waited" -le 1800 ] || fail "another set-up does not end: see process ${owner#pid-}, or delete $lock"
    sleep 1
  done
  trap unlock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

if is_complete; then exit 0; fi
take_lock
has_modules || install_modules
has_redis || install_redis
if [ "$for_tests" = yes ]; then
  if ! has_tap; then
    say 'building the test runner with its plugins (tap build)'
    PATH="$PWD/node_modules/.bin:$PATH" node_modules/.bin/tap build >/dev/null || fail 'tap build failed'
    hash_of .taprc >"$tap_stamp"
  fi
  if ! has_browser; then
    if has apt-get; then install_packages 'a browser' chromium
    elif has brew; then install_packages 'a browser' --cask google-chrome
    else install_packages 'a browser' chromium
    fi
  fi
  if ! has_fonts; then
    if has apt-get; then install_packages 'a Korean font' fonts-noto-cjk
    elif has dnf; then install_packages 'a Korean font' google-noto-sans-cjk-fonts
    elif has apk; then install_packages 'a Korean font' font-noto-cjk
    fi
  fi
  has_promtool || install_promtool
fi
if [ "$for_jmeter" = yes ] && ! has_jmeter; then
  has apt-get || fail 'JMeter is missing: unpack Apache JMeter 5.6 and name its folder in JMETER_HOME'
  install_packages 'JMeter (or its folder in JMETER_HOME)' jmeter jmeter-http default-jdk-headless
fi
say 'done'
