section "kprobe/p0"
p0_kprobe:
	; 1:28
	r6 = *(u64 *)(r1 + 96)
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w0 = 0
	exit
LBB0_2:
	r1 = 0
	r3 = 4294967296 ll
	r2 = r6
	if r6 < r3 goto LBB0_4
	r2 = r6
	r2 >>= 32
	r1 = 32
LBB0_4:
	if r2 < 65536 goto LBB0_6
	r2 >>= 16
	r1 |= 16
LBB0_6:
	if r2 < 256 goto LBB0_8
	r2 >>= 8
	r1 |= 8
LBB0_8:
	if r2 < 16 goto LBB0_10
	r2 >>= 4
	r1 |= 4
LBB0_10:
	if r2 < 4 goto LBB0_12
	r2 >>= 2
	r1 |= 2
LBB0_12:
	r3 = r2
	r3 >>= 1
	r3 ^= -1
	r2 &= r3
	r1 += r2
	r6 s>>= 63
	r1 += 1
	r6 ^= -1
	r1 &= r6
	if r1 > 65 goto LBB0_1
	r1 <<= 3
	r0 += r1
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_1
