"""The few bpf(2) commands that the tests and benchmarks need: what is loaded, and its run time."""

import ctypes
import errno
import os
import struct

SYS_BPF = 321  # x86-64
PROG_GET_NEXT_ID, PROG_GET_FD_BY_ID, OBJ_GET_INFO_BY_FD, ENABLE_STATS = 11, 13, 15, 32

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attribute):
    """One call; the attribute is updated in place. Raises OSError."""
    got = libc.syscall(ctypes.c_long(SYS_BPF), ctypes.c_int(command), attribute,
                       ctypes.c_uint(len(attribute)))
    if got < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return got


def program_ids():
    """The set of ids of all BPF programs on this machine."""
    ids, last = set(), 0
    while True:
        attribute = ctypes.create_string_buffer(struct.pack("III", last, 0, 0), 64)
        try:
            bpf(PROG_GET_NEXT_ID, attribute)
        except OSError as error:
            if error.errno == errno.ENOENT:
                return ids
            raise
        last = struct.unpack_from("II", attribute)[1]
        ids.add(last)


def enable_statistics():
    """A file descriptor; run times are counted while it is open."""
    return bpf(ENABLE_STATS, ctypes.create_string_buffer(struct.pack("I", 0), 64))


def program_information(number):
    """{name, run_time_ns, run_count} of a program id; None when it is gone."""
    attribute = ctypes.create_string_buffer(struct.pack("III", number, 0, 0), 64)
    try:
        fd = bpf(PROG_GET_FD_BY_ID, attribute)
    except OSError:
        return None
    try:
        info = ctypes.create_string_buffer(256)
        attribute = ctypes.create_string_buffer(
            struct.pack("IIQ", fd, len(info), ctypes.addressof(info)), 64)
        bpf(OBJ_GET_INFO_BY_FD, attribute)
    finally:
        os.close(fd)
    # struct bpf_prog_info of linux/bpf.h: name at 64, run_time_ns at 192, run_cnt at 200.
    name = info.raw[64:80].split(b"\0")[0].decode("ascii", "replace")
    run_time, run_count = struct.unpack_from("QQ", info, 192)
    return {"name": name, "run_time_ns": run_time, "run_count": run_count}


def held_program_ids():
    """The ids of all BPF programs that some process holds by a file descriptor."""
    ids = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if "bpf" not in os.readlink(f"/proc/{pid}/fd/{fd}"):
                    continue
                with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
                    ids |= {int(line.split()[1]) for line in file if line.startswith("prog_id:")}
        except OSError:
            continue  # the process or the descriptor has gone
    return ids
