#!/bin/sh
# setup.sh - what the workbook needs from the distribution.
#
#     setup.sh look       says what is there and what is missing, and for what; changes nothing
#     setup.sh install    installs what is missing, after saying what; silent if nothing is
#     setup.sh install pandoc     and an optional package that a target needs
#
# A need is looked for by what it does (a command, a header, a module), so another distribution's
# packages do as well; only the names to install are Debian's.

set -u
PYTHON=${PYTHON:-/usr/bin/python3}
CC=${CC:-gcc}

# package | what it is for
needs='
gcc|compiles the lab and the chapters
libc6-dev|the headers and libraries of C
make|builds and runs everything
python3|runs the driver
python3-pytest|runs every check
pkg-config|finds libraries
libcriterion-dev|the test framework of the C code
graphviz|draws the pictures
gnuplot-nox|draws the plots
valgrind|counts instructions
binutils|looks into object files'

# Not required: a target that needs one installs it, and a check without it is skipped.
optional='
clang|a second compiler for make check
pandoc|makes the web site of make book
chromium|make check looks at the pages of make book in it'

# Contestants of `make peers`, none of them required: package | a file of it | what it is for
peers='
g++|/usr/bin/g++|std::unordered_map and Abseil in make peers
libabsl-dev|/usr/include/absl/container/flat_hash_map.h|Abseil in make peers
libglib2.0-dev|/usr/include/glib-2.0/glib.h|GLib in make peers
uthash-dev|/usr/include/uthash.h|uthash in make peers
libhts-dev|/usr/include/htslib/khash.h|khash in make peers'

have() {
    command -v "$1" >/dev/null 2>&1
}

# Is the need met that this package meets?
met() {
    case $1 in
    gcc)              have "${CC%% *}" ;;
    libc6-dev)        [ -e /usr/include/stdio.h ] ;;
    python3)          have "$PYTHON" ;;
    python3-pytest)   have "$PYTHON" && "$PYTHON" -c "
import importlib.util as u, sys
sys.exit(u.find_spec('pytest') is None)" 2>/dev/null ;;
    libcriterion-dev) have pkg-config && pkg-config --exists criterion ;;
    graphviz)         have dot ;;
    gnuplot-nox)      have gnuplot ;;
    binutils)         have objdump ;;
    *)                have "$1" ;;
    esac
}

# The packages of $needs that are missing, and of those named here.
missing() {
    printf '%s\n' "$needs" "$@" | while IFS='|' read -r package _; do
        [ -z "$package" ] || met "$package" || printf '%s ' "$package"
    done
}

# Too old a Python is no matter of packages: say it in one sentence.
look_at_python() {
    have "$PYTHON" || return 0
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return 0
    echo "The driver needs Python 3.11 or later and $PYTHON is older; say make PYTHON=/path/to/python3." >&2
    exit 2
}

look() {
    printf '%s\n' "$needs" | while IFS='|' read -r package purpose; do
        [ -z "$package" ] && continue
        if met "$package"; then state=found; else state=MISSING; fi
        printf '  %-8s %-17s %s\n' "$state" "$package" "$purpose"
    done
    echo
    printf '%s\n' "$optional" | while IFS='|' read -r package purpose; do
        [ -z "$package" ] && continue
        state=absent
        met "$package" && state=found
        printf '  %-8s %-17s %s\n' "$state" "$package" "optional: $purpose"
    done
    printf '%s\n' "$peers" | while IFS='|' read -r package file purpose; do
        [ -z "$package" ] && continue
        state=absent
        [ -e "$file" ] && state=found
        printf '  %-8s %-17s %s\n' "$state" "$package" "optional: $purpose"
    done
    echo
    wanted=$(missing)
    if [ -z "$wanted" ]; then
        echo "Everything is there. make runs the chapters, make check verifies them."
    else
        echo "Missing: $wanted"
        echo "make installs them if it may; by hand: apt-get install ${wanted% }"
    fi
}

# Runs a command as root, or fails if that needs a password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# What apt says is shown only if it fails.
apt() {
    # $1 is a list of words
    # shellcheck disable=SC2086
    as_root apt-get -q update &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y --no-install-recommends install $1
}

may_install() {
    have apt-get && { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }
}

install() {
    wanted=$(missing "$@")
    [ -z "$wanted" ] && return 0
    by_hand="apt-get install ${wanted% }"
    if ! may_install; then
        echo "Not installed, and this needs root and apt: $by_hand" >&2
        exit 2
    fi
    echo "Installing from the distribution: ${wanted% }"
    said=$(apt "$wanted" 2>&1) || printf '%s\n' "$said" >&2
    wanted=$(missing "$@")
    if [ -n "$wanted" ]; then
        echo "Still missing after the installation: ${wanted% }; by hand: $by_hand" >&2
        exit 2
    fi
}

case ${1:-} in
look)    look; look_at_python ;;
install) shift; install "$@"; look_at_python ;;
*)       echo "usage: setup.sh look | install [PACKAGE]" >&2; exit 2 ;;
esac
