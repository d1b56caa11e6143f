#!/bin/sh
# check.sh - runs the tests of `make check`: what the workbook states, and beside it the driver's own.
#
#     check.sh                  all of them
#     check.sh -k golden        in one run, what pytest is asked for
#
# The driver's own tests use one core, and everything/ runs only some of its tests on two. So both
# are begun at once. What compares times waits (everything/ahead.py): the driver's own tests hold
# build/beside.lock until they end.

set -u
unset PYTHONDONTWRITEBYTECODE       # a driver is started hundreds of times
PYTHON=${PYTHON:-/usr/bin/python3}
suite="$PYTHON -m pytest -c lab/driver/pytest.ini"
[ $# -eq 0 ] || exec $suite "$@"

mkdir -p build
flock --no-fork build/beside.lock $suite lab/driver/tests --ignore=lab/driver/tests/everything \
    >build/beside.log 2>&1 &
beside=$!
trap 'kill $beside 2>/dev/null' EXIT
trap 'exit 130' INT TERM
echo "What the workbook states:"
$suite lab/driver/tests/everything
status=$?
wait $beside
beside_status=$?
echo "The driver's own tests, which ran beside these:"
cat build/beside.log
[ $status -ne 0 ] || status=$beside_status
exit $status
