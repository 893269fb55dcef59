"""BTF for the cases of tests/run, apart from sonde's own reader: what this kernel says of its structures, and
BTF of a made-up kernel to compile against."""

import struct

INT, ARRAY, STRUCT, UNION, ENUM, FUNC_PROTO, VAR, DATASEC, DECL_TAG, ENUM64 = 1, 3, 4, 5, 6, 13, 14, 15, 17, 19


def tail_size(kind, count):
    """Bytes behind the 12 that every type has."""
    return {INT: 4, ARRAY: 12, STRUCT: 12 * count, UNION: 12 * count, ENUM: 8 * count, FUNC_PROTO: 8 * count,
            VAR: 4, DATASEC: 12 * count, DECL_TAG: 4, ENUM64: 12 * count}.get(kind, 0)


def structures(path="/sys/kernel/btf/vmlinux"):
    """{name: (size, {member: byte offset})} of the named structures."""
    with open(path, "rb") as file:
        data = file.read()
    header, type_at, type_length, text_at = struct.unpack_from("<IIII", data, 4)
    at, end, texts = header + type_at, header + type_at + type_length, header + text_at
    found = {}

    def text(offset):
        return data[texts + offset:data.index(b"\0", texts + offset)].decode()

    while at < end:
        name, info, size = struct.unpack_from("<III", data, at)
        kind, count, has_bits = info >> 24 & 31, info & 0xffff, info >> 31
        at += 12
        if kind == STRUCT and name and text(name) not in found:
            rows = struct.iter_unpack("<III", data[at:at + 12 * count])
            found[text(name)] = size, {text(member): (bits & 0xffffff if has_bits else bits) // 8
                                       for member, _, bits in rows}
        at += tail_size(kind, count)
    return found


def make(path, wanted):
    """Writes BTF of structures {name: (size, [(member, bytes, is_signed, offset)])}, members integers."""
    texts, types = b"\0", []

    def text(word):
        nonlocal texts
        texts += word.encode() + b"\0"
        return len(texts) - len(word) - 1

    for size in (1, 2, 4, 8):
        for is_signed in (0, 1):
            types.append(struct.pack("<IIII", text(f"{'su'[not is_signed]}{size * 8}"), INT << 24, size,
                                     is_signed << 24 | size * 8))
    for name, (size, members) in wanted.items():
        types.append(struct.pack("<III", text(name), STRUCT << 24 | len(members), size))
        for member, bytes_, is_signed, offset in members:
            number = (1, 2, 4, 8).index(bytes_) * 2 + is_signed + 1
            types[-1] += struct.pack("<III", text(member), number, offset * 8)
    body = b"".join(types)
    with open(path, "wb") as file:
        file.write(struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(body), len(body), len(texts)) + body + texts)
