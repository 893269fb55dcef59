section "kprobe/p0"
p0_kprobe:
	; 1:0
	r1 = 0
	; 1:18
	*(u64 *)(r10 - 248) = r1
	*(u64 *)(r10 - 256) = r1
	r1 = r10
	r1 += -256
	w2 = 16
	call 16
	w1 = *(u16 *)(r10 - 252)
	w1 ^= 101
	w2 = *(u32 *)(r10 - 256)
	w2 ^= 1684959091
	w2 |= w1
	if w2 != 0 goto LBB0_2
	; 1:37
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 != 0 goto LBB0_3
LBB0_2:
	; 1:0
	w0 = 0
	exit
LBB0_3:
	; 1:37
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
	goto LBB0_2
