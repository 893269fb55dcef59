#!/usr/bin/env bash
# Builds all once more with the address and undefined behaviour sanitizers, and runs the tests that go
# through most of the code with it. Usage: sanitizers.sh BUILD_DIR
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
build=$1
export ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=0} UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

mkdir -p "$build"
if ! { cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DSONDE_SANITIZE=ON -DSONDE_SHARED_LLVM=ON \
	-DSONDE_TESTS=ON && cmake --build "$build"; } >"$build/build.log" 2>&1; then
	tail -n 40 "$build/build.log"
	echo "sanitizers: it does not build"
	exit 1
fi
ctest --test-dir "$build" --verbose --no-tests=error -R '^(unit/.*|golden|run|fuzz/(parser|cdecl|checker|image))$' \
	>"$build/check.log" 2>&1
status=$?
[ $status = 0 ] || grep -E 'FAIL|ERROR|runtime error|^[0-9]+: +#|\*\*\*Failed|no crash' "$build/check.log" | cut -c1-400 | tail -n 60
echo "sanitizers: $("$root/scripts/totals" "$build/check.log")"
exit $status
