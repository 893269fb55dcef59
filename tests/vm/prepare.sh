#!/usr/bin/env bash
# Gets what the virtual machines need into a cache folder outside the repository: a Debian cloud
# kernel and a static busybox. Usage: prepare.sh VERSION (5.10, 6.1, 6.12, 7.2)
# Prints the path of the kernel on standard output. Exit 77: it cannot be had here (no network...).
set -euo pipefail
version=${1:?usage: prepare.sh VERSION}
cache=${SONDE_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sonde-vm}
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

skip() {
	echo "vm: $*" >&2
	exit 77
}

# The newest package whose name matches, from the machine's lists or a private set (see suite).
apt_options=()
newest() {
	apt-cache "${apt_options[@]}" pkgnames | grep -E "$1" | sort -V | tail -n 1 || true
}

# fetch PACKAGE FOLDER: downloads and unpacks without installing.
fetch() {
	local work
	work=$(mktemp -d "$cache/fetch.XXXXXX")
	(cd "$work" && apt-get "${apt_options[@]}" download "$1" >&2) ||
		{ rm -rf "$work"; skip "cannot download $1: is there a network?"; }
	mkdir -p "$2"
	dpkg -x "$work"/*.deb "$2"
	rm -rf "$work"
}

# suite NAME: apt looks at another suite than the machine's, with the same mirror.
suite() {
	local state=$cache/apt-$1 mirror
	mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
		grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1) || true
	[ "$1" != bookworm-security ] || mirror=http://deb.debian.org/debian-security
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	echo "deb [trusted=yes] ${mirror:-http://deb.debian.org/debian} $1 main" >"$state/sources.list"
	apt_options=(-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=-
		-o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache"
		-o Acquire::Check-Valid-Until=false)
	apt-get "${apt_options[@]}" update >&2 || skip "cannot read Debian's $1: is there a network?"
}

command -v apt-get >/dev/null && command -v dpkg >/dev/null || skip "needs a Debian machine"

if [ ! -x "$cache/busybox" ]; then
	if [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; then
		cp /bin/busybox "$cache/busybox"
	else
		fetch busybox-static "$cache/busybox.d"
		cp "$(find "$cache/busybox.d" -name busybox -type f | head -n 1)" "$cache/busybox"
	fi
fi

kernel=$cache/vmlinuz-$version
if [ ! -s "$kernel" ]; then
	case $version in
	5.10) suite bullseye; pattern='^linux-image-5\.10\.[0-9.]+-[0-9]+-cloud-amd64$' ;;
	6.1) pattern='^linux-image-6\.1\.[0-9]+-[0-9]+-cloud-amd64$' ;;
	6.12) pattern='^linux-image-6\.12\.[0-9]+\+deb12-cloud-amd64$' ;;
	7.2) suite sid; pattern='^linux-binary-7\.[0-9.]+.*-cloud-amd64$' ;;
	*) echo "vm: unknown kernel $version (5.10, 6.1, 6.12, 7.2)" >&2; exit 2 ;;
	esac
	package=$(newest "$pattern")
	if [ -z "$package" ] && [ "$version" = 6.12 ]; then
		suite bookworm-security
		package=$(newest "$pattern")
	fi
	[ -n "$package" ] || skip "no package $pattern in the package lists (apt-get update?)"
	fetch "$package" "$cache/$version"
	cp "$(find "$cache/$version" -name 'vmlinuz*' -type f | head -n 1)" "$kernel.new"
	mv "$kernel.new" "$kernel"
	rm -rf "${cache:?}/$version"
fi
echo "$kernel"
