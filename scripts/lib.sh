# Shared by the scripts: what the build and the tests need from Debian, and the release build. Sourced.
# shellcheck shell=bash

root_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_dir=$root_dir/build/release

build_packages="cmake ninja-build gcc libc6-dev bison flex llvm-19-dev libstdc++-12-dev libbpf-dev
	libelf-dev libdw-dev zlib1g-dev libzstd-dev liblzma-dev libbz2-dev libiberty-dev
	linux-libc-dev"

say() {
	printf '%s\n' "== $*"
}

die() {
	printf '%s\n' "$0: $*" >&2
	exit 1
}

# as_root COMMAND...: through sudo when we are not root ourselves.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this needs root: run it as root, or install sudo"
	fi
}

# need_packages NAME...: installs what is missing, with apt-get; says what it does.
need_packages() {
	local missing=() package
	command -v dpkg-query >/dev/null ||
		{ say "not a Debian system: cannot install packages, the build will tell what is missing"; return; }
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
			missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]}"
	as_root apt-get update -qq || die "apt-get update failed: is there a network?"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${missing[@]}" >/dev/null || die "apt-get install failed"
}

# build_release [CMAKE OPTION...]
build_release() {
	say "building build/release"
	mkdir -p "$root_dir/build"
	(cd "$root_dir" && cmake --preset release "$@" >"$root_dir/build/cmake.log" 2>&1) ||
		{ cat "$root_dir/build/cmake.log" >&2; die "cmake failed"; }
	(cd "$root_dir" && cmake --build --preset release) || die "the build failed"
}

# Mounts tracefs when it is missing; unmount_tracefs takes away what was mounted here.
tracefs_mounted=
mount_tracefs() {
	# Only root can look into it.
	as_root test -d /sys/kernel/tracing/events -o -d /sys/kernel/debug/tracing/events && return 0
	as_root mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || return 1
	tracefs_mounted=1
}

unmount_tracefs() {
	[ -z "$tracefs_mounted" ] || as_root umount /sys/kernel/tracing
	tracefs_mounted=
}
