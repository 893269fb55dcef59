#!/usr/bin/env bash
# Runs tests/vm/scripts on Debian kernels in QEMU (its own emulation, no KVM): every script is built
# on this machine by `sonde build` and run inside. Usage: run.sh [--build DIR] [--only NAME] [-v] [KERNEL]...
# Kernels: 6.1 and 6.12 when none is given; 5.10 and 7.2 work too. Exit 77: cannot run here.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/release
only= verbose= kernels=()
while [ $# -gt 0 ]; do
	case $1 in
	--build) build=$2; shift ;;
	--only) only=$2; shift ;;
	-v) verbose=1 ;;
	-*) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
	*) kernels+=("$1") ;;
	esac
	shift
done
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12)

skip() {
	echo "vm: skipped: $*"
	exit 77
}

command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86 (apt-get install qemu-system-x86)"
command -v cpio >/dev/null || skip "needs cpio (apt-get install cpio)"
[ -x "$build/sonde" ] || skip "no $build/sonde"
work=$(mktemp -d)
trap 'rm -rf "$work"; kill $(jobs -p) 2>/dev/null' EXIT

root=$work/root
mkdir -p "$root"/{bin,t/scripts,proc,sys,dev,tmp,lib64}
cp "$here/init" "$root/init"
${CC:-cc} -O2 -g -fno-omit-frame-pointer -static -o "$root/t/workload" "$here/../run/workload.c" \
	-lpthread || skip "cannot build the workload"

# Copies what an executable needs to start.
copy_libraries() {
	ldd "$1" 2>/dev/null | grep -oE '/[^ ]+' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -Ln "$library" "$root$library"
	done
}

failed=0 built=0
for script in "$here"/scripts/*.probe; do
	name=$(basename "$script" .probe)
	case $name in *"$only"*) ;; *) continue ;; esac
	unsafe=$(sed -n 's,^// build: ,,p' "$script")
	# shellcheck disable=SC2086
	if ! "$build/sonde" build $unsafe "$script" -o "$root/t/scripts/$name" >"$work/log" 2>&1; then
		echo "FAIL vm $name: does not build"
		sed 's/^/     | /' "$work/log" | head -n 10
		failed=$((failed + 1))
		continue
	fi
	built=$((built + 1))
	cp "$script" "$root/t/scripts/"
	copy_libraries "$root/t/scripts/$name"
done
[ $((built + failed)) -gt 0 ] || { echo "no test is selected by: $only" >&2; exit 1; }

boot() {
	local kernel=$1 image
	image=$("$here/prepare.sh" "$kernel" 2>"$work/prepare-$kernel") ||
		{ echo "vm $kernel: skipped: $(tail -n 1 "$work/prepare-$kernel")" >"$work/result-$kernel"; return; }
	timeout 400 qemu-system-x86_64 -accel tcg,thread=single -smp 2 -cpu max -m 2048 -nographic \
		-no-reboot -kernel "$image" -initrd "$work/initrd.gz" \
		-append "console=ttyS0 panic=-1 quiet no_timer_check loglevel=1" \
		</dev/null >"$work/console-$kernel" 2>&1
	tr -d '\r' <"$work/console-$kernel" | grep -a '^SONDE-VM' >"$work/result-$kernel"
}

if [ "$built" -gt 0 ]; then
	cache=${SONDE_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sonde-vm}
	"$here/prepare.sh" "${kernels[0]}" >/dev/null 2>"$work/prepare" ||
		[ -x "$cache/busybox" ] || skip "$(tail -n 1 "$work/prepare")"
	cp "$cache/busybox" "$root/bin/busybox"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
	for kernel in "${kernels[@]}"; do
		boot "$kernel" &
		# Two machines side by side: one for each of two cores.
		[ "$(jobs -r | wc -l)" -lt 2 ] || wait -n
	done
	wait
fi

held=0 skipped=0
for kernel in "${kernels[@]}"; do
	result=$work/result-$kernel
	[ -e "$result" ] || continue
	if grep -q skipped: "$result"; then
		cat "$result"
		skipped=$((skipped + 1))
		continue
	fi
	held=$((held + $(grep -c '^SONDE-VM ok' "$result")))
	bad=$(grep -c '^SONDE-VM FAIL' "$result")
	failed=$((failed + bad))
	grep -vE '^SONDE-VM (ok|end|kernel [0-9])' "$result" | sed "s/^SONDE-VM /vm $kernel: /"
	[ -z "$verbose" ] || sed "s/^SONDE-VM /vm $kernel: /" "$result"
	if ! grep -q '^SONDE-VM end' "$result"; then
		echo "FAIL vm $kernel: the machine did not finish:"
		tail -n 25 "$work/console-$kernel" | sed 's/^/     | /'
		failed=$((failed + 1))
	fi
done
echo "vm: ${kernels[*]}: $held hold, $failed fail, $skipped kernels skipped"
[ "$failed" = 0 ] || exit 1
[ "$skipped" -lt ${#kernels[@]} ] || exit 77
