# Sourced by demo, test and generate: finds or installs what they need, and says so.
# Everything goes into places that belong to the project (.build, .venv) or to the system's packages.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

say() { printf '\n== %s\n' "$*"; }

refuse() {
  printf 'error: %s\n' "$*" >&2
  exit 69
}

# Swift cannot be installed by a package of the system: its absence ends the script.
need_swift() {
  command -v swift >/dev/null 2>&1 ||
    refuse "found no 'swift', expected Swift 6.3 or later. Install it from https://www.swift.org/install and put it into PATH."
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  local major=${version% *} minor=${version#* }
  [ -n "$version" ] && { [ "$major" -gt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -ge 3 ]; }; } ||
    refuse "found Swift ${version/ /.}, expected 6.3 or later. Install it from https://www.swift.org/install."
}

# need_packages NAME...: Debian or Ubuntu packages; other systems are told what is missing.
need_packages() {
  [ "$(uname)" = Darwin ] && return
  local missing=()
  command -v dpkg-query >/dev/null 2>&1 || {
    echo "no Debian packages on this system: assuming that $* are there"
    return
  }
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing system packages: ${missing[*]}"
  local become=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && become=(sudo -n) ||
      refuse "found no ${missing[*]} and no right to install. Run: apt-get install ${missing[*]}"
  fi
  { "${become[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${become[@]}" apt-get install -y -qq "${missing[@]}"; } >/dev/null ||
    refuse "apt-get could not install ${missing[*]}. Install them by hand and run this again."
}

# need_python FILE FOLDER: a virtual environment in FOLDER with the pinned packages of FILE.
need_python() {
  local requirements=$1 folder=$2
  local stamp=$folder/requirements.installed
  cmp -s "$requirements" "$stamp" && return
  say "installing Python packages of $requirements into $folder"
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder" ||
    refuse "python3 could not make a virtual environment in $folder. Install python3-venv and run this again."
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" ||
    refuse "pip could not install the packages of $requirements. Check the network and run this again."
  cp "$requirements" "$stamp"
}
