section "kprobe/p0"
p0_kprobe:
	; 1:27
	call 35
	r1 = 0
	*(u64 *)(r10 - 8) = r1
	r1 = 88
	r0 += r1
	r1 = r10
	r1 += -8
	r2 = 8
	r3 = r0
	call 113
	r6 = *(u64 *)(r10 - 8)
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_2
LBB0_1:
	w0 = 0
	exit
LBB0_2:
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
	r6 <<= 63
	r6 >>= 63
	r6 <<= 32
	r6 >>= 32
	r1 = *(u64 *)(r0 + 0)
	r1 += r6
	*(u64 *)(r0 + 0) = r1
	goto LBB0_1
