# The set-up that ./run and ./test share; sourced by them, not run by itself.
#
# Knows how to get a Python environment in .venv with exactly the locked
# dependencies, and system packages where apt may be used. Where it may not, it
# prints the one line to type and stops. It refuses to know what is started
# afterwards. POSIX sh only: Debian's dash and the shell of macOS both read it.

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: run it as root if that needs no question; false otherwise.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

may_use_apt() {
    has apt-get && as_root true
}

# install_packages PACKAGE…: through apt where it may, otherwise say what to type.
install_packages() {
    if may_use_apt; then
        say "Installing system packages: $*"
        apt_install "$@" >/dev/null 2>&1 && return 0
        # The lists of a fresh machine are empty or out of date.
        as_root apt-get update -q >/dev/null || fail "apt-get update did not succeed: is this machine online?"
        apt_install "$@" >/dev/null || fail "apt-get could not install: $*"
    elif has apt-get; then
        fail "Please type this once, then start again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    elif has brew; then
        fail "Please type this once, then start again:
    brew install $(brew_names "$@")"
    else
        fail "Please install these, then start again: $*"
    fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@" </dev/null
}

brew_names() {
    for name in "$@"; do
        case $name in
            python3 | python3-venv | python3.*) echo python@3.12 ;;
            redis-server) echo redis ;;
            postgresql) echo postgresql@15 ;;
            fonts-noto-cjk) echo font-noto-sans-cjk-sc ;;
            *) echo "$name" ;;
        esac
    done | tr '\n' ' '
}

# need COMMAND PACKAGE: remember the package if the command is missing.
missing_packages=
need() {
    has "$1" || missing_packages="$missing_packages $2"
}

install_missing() {
    # Package names hold no blanks; splitting is meant.
    # shellcheck disable=SC2086
    [ -z "$missing_packages" ] || install_packages $missing_packages
    missing_packages=
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# find_python: set $python to an interpreter of at least 3.11.
find_python() {
    for python in python3.11 python3.12 python3.13 python3; do
        has "$python" && is_new_enough "$python" && return 0
    done
    install_packages python3 python3-venv
    for python in python3 python3.12 python3.11 python3.13; do
        has "$python" && is_new_enough "$python" && return 0
    done
    fail "Anxue needs Python 3.11 or newer; $(python3 --version 2>&1) is what this machine has."
}

# fingerprint LOCK: what the environment depends on, as one line.
fingerprint() {
    cat "$root/tools/setup.lock" "$root/$1" "$root/pyproject.toml" | cksum
    printf '%s\n' "$root"
}

is_current() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.installed-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

# ensure_environment LOCK: make .venv hold exactly what LOCK names, and Anxue itself.
ensure_environment() {
    is_current "$1" && return 0
    find_python
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        install_packages "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        say "Making a Python environment in .venv ($("$python" --version))"
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    say "Installing the locked dependencies of $1 (once; a minute or two)"
    install_locked "$1"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e "$root"
    rm -f "$venv"/.installed-*
    fingerprint "$1" >"$venv/.installed-$1"
}

# install_locked LOCK: uv is quicker and removes what the lock no longer names; pip will do where uv has no wheel.
install_locked() {
    if "$venv/bin/python" -m pip install -q --disable-pip-version-check \
        --require-hashes --only-binary uv -r "$root/tools/setup.lock"; then
        "$venv/bin/uv" pip sync -q --python "$venv/bin/python" --require-hashes "$root/$1" && return 0
        say "uv did not succeed; trying pip."
    else
        "$venv/bin/python" -m pip install -q --disable-pip-version-check 'setuptools>=75'
    fi
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$root/$1"
}
