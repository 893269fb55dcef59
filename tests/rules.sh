#!/usr/bin/env bash
# The shape of the tree as a test: who may include whom, headers that compile alone, no LLVM outside
# codegen/, no LLVM in sonde-run. Usage: rules.sh BUILD_DIR
set -u
cd "$(dirname "$0")/.."
build=${1:-}
failed=0

complain() {
	printf 'FAIL %s\n' "$*"
	failed=$((failed + 1))
}

# refuse FOLDER PATTERN WHY: no file of FOLDER includes what matches PATTERN.
refuse() {
	local hits
	hits=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$2" "$1" \
		--include='*.[chly]' 2>/dev/null)
	[ -z "$hits" ] || complain "$3:"$'\n'"$hits"
}

refuse runtime '(\.\./)?(lang|codegen|cli)/' 'runtime/ knows nothing of the compiler'
refuse runtime/base '(runtime|output|symbols|elf)[a-z_]*\.h' 'runtime/base includes only itself'
refuse lang '(codegen|cli)/' 'lang/ knows nothing of codegen/ and cli/'
refuse lang '(runtime|output|symbols)\.h' 'lang/ includes runtime/base only'
refuse codegen 'cli/' 'codegen/ knows nothing of cli/'
refuse codegen '(runtime|output|symbols)\.h' 'codegen/ includes runtime/base only'
for folder in lang runtime cli; do
	refuse "$folder" 'llvm' 'LLVM is known to codegen/ alone'
done

for header in $(git ls-files '*.h' | grep -vE '^tests/|^build/'); do
	echo "#include \"$PWD/$header\"" |
		${CC:-gcc} -std=gnu17 -Wall -Wextra -Werror -D_GNU_SOURCE -I. -Iruntime -I/usr/lib/llvm-19/include ${build:+-I"$build/generated"} \
			-fsyntax-only -x c - 2>/dev/null || complain "$header does not compile alone"
done

long=$(git ls-files '*.[chly]' | grep -v '^tests/' | xargs wc -l | awk '$2 != "total" && $1 > 800')
[ -z "$long" ] || complain "files over 800 lines:"$'\n'"$long"

runner=$build/sonde-run
if [ -n "$build" ] && [ -x "$runner" ]; then
	if ldd "$runner" 2>/dev/null | grep -qi llvm; then complain "sonde-run links libLLVM"; fi
	if nm "$runner" 2>/dev/null | grep -q ' [TtUu] LLVM'; then
		complain "sonde-run has LLVM symbols"
	fi
fi

[ $failed = 0 ] && echo "rules: all hold"
exit $((failed != 0))
