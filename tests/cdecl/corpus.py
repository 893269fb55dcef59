#!/usr/bin/env python3
"""Reads the headers of this machine and compares with the C compiler: the size and alignment of each type,
the offset of each member, the value of each constant and macro.

Usage: corpus.py C_TYPES [--all] [-v] [--kernel BUILD [--source SOURCE]] [HEADER]...
Without headers: a selection (--all: every header below linux/, asm/, asm-generic/, too). --kernel: the
headers of a kernel's build tree. Skips (77) where there is no compiler or no header."""

import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

C_LIBRARY = """errno.h signal.h netinet/tcp.h netinet/ip.h netinet/in.h netinet/ip_icmp.h netinet/udp.h
sys/socket.h sys/stat.h sys/types.h sys/time.h sys/mman.h sys/epoll.h sys/un.h sys/wait.h sys/uio.h
sys/ioctl.h sys/resource.h sys/sysinfo.h sys/utsname.h sys/statfs.h sys/ptrace.h sys/syscall.h sys/poll.h
sys/shm.h sys/sem.h sys/msg.h fcntl.h time.h stdio.h stdlib.h string.h pthread.h stdint.h limits.h
inttypes.h unistd.h dirent.h sched.h poll.h elf.h net/if.h net/ethernet.h arpa/inet.h netdb.h pwd.h
stddef.h stdbool.h ucontext.h link.h termios.h math.h setjmp.h wchar.h locale.h semaphore.h ifaddrs.h
""".split()

KERNEL = """linux/tcp.h linux/udp.h linux/ip.h linux/ipv6.h linux/in.h linux/in6.h linux/if_ether.h
linux/if_packet.h linux/if_link.h linux/icmp.h linux/sched.h linux/sched/types.h linux/fs.h linux/stat.h
linux/fcntl.h linux/errno.h linux/signal.h linux/time.h linux/types.h linux/bpf.h linux/btf.h
linux/perf_event.h linux/netlink.h linux/rtnetlink.h linux/socket.h linux/io_uring.h linux/futex.h
linux/ptrace.h linux/seccomp.h linux/capability.h linux/prctl.h linux/wait.h linux/resource.h linux/mman.h
linux/poll.h linux/eventpoll.h linux/fuse.h linux/kvm.h linux/nvme_ioctl.h linux/input.h linux/usb/ch9.h
linux/videodev2.h linux/ethtool.h linux/sctp.h linux/pkt_sched.h linux/taskstats.h linux/inet_diag.h
linux/sock_diag.h linux/tls.h linux/vm_sockets.h linux/aio_abi.h linux/limits.h linux/magic.h linux/mount.h
linux/openat2.h linux/userfaultfd.h linux/rseq.h linux/kcmp.h linux/audit.h linux/elf.h linux/hdreg.h
linux/cgroupstats.h linux/dm-ioctl.h linux/fscrypt.h linux/vfio.h linux/vhost.h linux/virtio_ring.h
asm/ptrace.h asm/sigcontext.h asm/unistd.h asm/stat.h asm/errno.h asm/signal.h asm/fcntl.h asm/mman.h
asm-generic/ioctl.h asm-generic/siginfo.h rdma/ib_user_verbs.h sound/asound.h scsi/sg.h""".split()


TREE = """linux/sched.h linux/fs.h net/sock.h linux/skbuff.h linux/path.h linux/dcache.h linux/mm_types.h
linux/blkdev.h linux/tcp.h linux/bpf.h linux/netdevice.h linux/socket.h linux/mount.h linux/nsproxy.h
linux/ns_common.h linux/oom.h linux/mm.h linux/cred.h linux/bio.h linux/blk-mq.h net/inet_sock.h net/tcp.h
linux/in.h linux/ip.h linux/in6.h linux/udp.h linux/icmp.h net/ip.h net/ipv6.h linux/cgroup.h linux/file.h
linux/fdtable.h linux/pid.h linux/pid_namespace.h linux/signal.h linux/time64.h linux/ktime.h linux/irq.h
linux/interrupt.h linux/kvm_host.h linux/perf_event.h linux/swap.h linux/slab.h linux/vmstat.h
linux/usb.h linux/pci.h linux/device.h linux/module.h linux/rwsem.h linux/workqueue.h linux/tty.h
linux/if_ether.h linux/nfs_fs.h linux/sunrpc/sched.h linux/uio.h linux/io_uring_types.h linux/key.h
linux/security.h linux/seccomp.h linux/user_namespace.h linux/utsname.h linux/ipc_namespace.h
linux/kernel_stat.h asm/ptrace.h asm/processor.h linux/ptrace.h net/net_namespace.h net/af_unix.h
linux/backing-dev.h linux/writeback.h linux/jbd2.h linux/lsm_hooks.h linux/binfmts.h linux/namei.h""".split()

TREE_FOLDERS = ("arch/x86/include", "arch/x86/include/generated", "include", "arch/x86/include/uapi",
                "arch/x86/include/generated/uapi", "include/uapi", "include/generated/uapi")


def kernel_flags(build, source):
    """As the kernel's own build has them."""
    words = ["-nostdinc", "-std=gnu11", "-fshort-wchar", "-D__KERNEL__", '-DKBUILD_MODNAME="sonde"',
             "-D__BPF_TRACING__"]
    for folder in TREE_FOLDERS:
        for tree in dict.fromkeys((source, build)):
            words += ["-I", os.path.join(tree, folder)]
    for first in ("kconfig.h", "compiler_types.h"):
        words += ["-include", os.path.join(source, "include/linux", first)]
    return words


def compiler():
    return os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc")


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                          timeout=120, **options)


class Comparison:
    def __init__(self, options, header, folder):
        self.options, self.header = options, header
        self.source = os.path.join(folder, re.sub(r"\W", "_", header) + ".c")
        self.problems, self.count = [], 0

    def include(self):
        return f"#include <{self.header}>\n"

    def values(self, rows):
        """rows: name -> C expression. name -> value as the compiler sees it; what it refuses is left out."""
        rows = dict(rows)
        for _ in range(12):
            names = list(rows)
            with open(self.source, "w", encoding="utf-8") as file:
                # spellings that sonde always knows
                file.write(self.include() + ("" if self.options.kernel else "#include <stddef.h>\n"))
                for number, name in enumerate(names):
                    file.write(f'#line {number + 1} "row"\n')
                    # a function each: an unknown name is told once for each function
                    file.write(f"void function_{number}_(void) {{ __attribute__((used)) static const "
                               f"long long row_{number}_ = (long long)({rows[name]}); }}\n")
            done = run([*self.options.cc, "-w", "-fmax-errors=0",
                        "-ftrack-macro-expansion=0", "-S", "-o", "-", self.source])
            if done.returncode == 0:
                return self.assembled(done.stdout, names)
            bad = {int(line) for line in re.findall(r"^row:(\d+):(?:\d+:)? error", done.stderr, re.M)}
            bad |= {int(number) + 1 for number in re.findall(r"In function .function_(\d+)_", done.stderr)}
            if not bad:
                if self.options.verbose:
                    print(f"{self.header}: {done.stderr[:2000]}")
                return None
            for line in bad:
                if line <= len(names):
                    rows.pop(names[line - 1], None)
        if self.options.verbose:
            print(f"{self.header}: {done.stderr[:2000]}")
        return None

    @staticmethod
    def assembled(text, names):
        values, current = {}, None
        for line in text.splitlines():
            label = re.match(r"row_(\d+)_(?:\.\d+)?:", line)
            if label:
                current = names[int(label[1])]
            number = re.match(r"\s+\.(?:quad|xword)\s+(-?\d+)$", line)
            if current and number:
                values[current] = int(number[1])
                current = None
            elif current and re.match(r"\s+\.zero\s+8", line):
                values[current] = 0
                current = None
        return values

    def differ(self, what, ours, theirs):
        self.count += 1
        if ours != theirs:
            self.problems.append(f"{what}: {ours}, the compiler says {theirs}")

    def compare(self):
        probe = run([*self.options.cc, "-w", "-fsyntax-only", "-x", "c", "-"], input=self.include())
        if probe.returncode != 0:
            return "skipped"
        done = run([self.options.binary, self.header])
        if done.returncode != 0:
            self.problems.append(f"not read: {done.stderr.strip()[:500]}")
            return "failed"
        types, constants, macros, lost = {}, {}, {}, {}
        listed = run([*self.options.cc, "-E", "-dM", "-x", "c", "-"], input=self.include())
        names = set(re.findall(r"^#define (\w+)", listed.stdout, re.M))
        for line in done.stdout.splitlines():
            words = line.split(" ")
            if words[0] == "type":
                spelled = words[1].replace("typedef/", "").replace("/", " ")
                types[f"sizeof({spelled})"] = int(words[2])
                types[f"_Alignof({spelled})"] = int(words[3])
            elif words[0] == "member" and words[3] == "0":
                spelled, _, path = words[1].replace("/", " ").partition(".")
                if not names & set(path.split(".")):
                    types[f"__builtin_offsetof({spelled}, {path})"] = int(words[2]) // 8
            elif words[0] == "constant":
                constants[words[1]] = int(words[2])
            elif words[0] == "macro":
                macros[words[1]] = int(words[2])
            elif words[0] == "lost":
                lost[words[1]] = " ".join(words[2:])
            elif words[0] == "trouble":
                self.problems.append(line)
        for name in set(constants) & names:
            constants.pop(name)
        theirs = self.values({name: name for name in list(types) + list(constants)})
        if theirs is None:
            return "skipped"
        for name, value in {**types, **constants}.items():
            if name not in theirs:
                self.problems.append(f"{name}: {value}, the compiler does not know it")
            else:
                self.differ(name, value, theirs[name])
        self.compare_macros(macros, listed.stdout)
        if self.options.verbose:
            for name, why in sorted(lost.items()):
                print(f"{self.header}: lost {name}: {why}")
        return "failed" if self.problems else "ok"

    def compare_macros(self, ours, listed):
        names = set(re.findall(r"^#define (\w+) .", listed, re.M)) - self.options.predefined
        names -= {"NULL"}
        if self.options.kernel:  # most of the others are pieces of code
            names &= set(ours)
        rows = {name: name for name in names}
        theirs = self.values(rows)
        if theirs is None:
            self.problems.append("the macros could not be compared")
            return
        floats = self.values({name: "||".join(
            f"__builtin_types_compatible_p(__typeof__({name}), {kind})"
            for kind in ("float", "double", "long double", "_Float128")) for name in theirs}) or {}
        for name, value in theirs.items():
            if floats.get(name):
                continue
            if name not in ours:
                self.problems.append(f"macro {name}: no constant, the compiler says {value}")
            else:
                self.differ(f"macro {name}", ours[name], value)
        for name in sorted(set(ours) & names - set(theirs)):
            self.problems.append(f"macro {name}: {ours[name]}, to the compiler no constant")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("-v", dest="verbose", action="store_true")
    parser.add_argument("--kernel")
    parser.add_argument("--source")
    parser.add_argument("headers", nargs="*")
    options = parser.parse_intermixed_args()
    options.cc = [compiler()]
    if not options.cc[0] or not os.path.exists("/usr/include/stdio.h"):
        print("skipped: no C compiler or no headers of a C library")
        return 77
    headers = options.headers or (TREE if options.kernel else C_LIBRARY + KERNEL)
    if options.kernel:
        source = options.source or options.kernel
        options.cc += kernel_flags(options.kernel, source)
        os.environ |= {"SONDE_KERNEL_BUILD": options.kernel, "SONDE_KERNEL_SOURCE": source}
    if options.all:
        root = "/usr/include"
        for pattern in ("linux/**/*.h", "asm-generic/*.h", "rdma/*.h", "scsi/*.h", "sound/*.h", "misc/*.h"):
            headers += [os.path.relpath(path, root)
                        for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True))]
        headers += [f"asm/{os.path.basename(path)}"
                    for path in sorted(glob.glob("/usr/include/*-linux-gnu/asm/*.h"))]
    empty = run([*options.cc, "-E", "-dM", "-x", "c", "-"], input="")
    options.predefined = set(re.findall(r"^#define (\w+)", empty.stdout, re.M))
    results = {"ok": 0, "failed": 0, "skipped": 0}
    count = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        comparisons = [Comparison(options, header, folder) for header in dict.fromkeys(headers)]
        for comparison, result in zip(comparisons, pool.map(Comparison.compare, comparisons)):
            results[result] += 1
            count += comparison.count
            for problem in comparison.problems[:10]:
                print(f"FAIL {comparison.header}: {problem}")
    print(f"corpus: {results['ok']} headers agree in {count} facts, {results['failed']} do not, "
          f"{results['skipped']} are not there")
    if not results["ok"]:
        return 1
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
