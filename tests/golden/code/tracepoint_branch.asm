section "tp/p0"
p0_tracepoint:
	; 1:41
	r2 = r1
	w2 = *(u32 *)(r2 + 24)
	; 1:57
	if w2 s> 1 goto LBB0_1
	goto LBB0_2
LBB0_1:
	; 1:61
	w6 = *(u32 *)(r1 + 24)
	goto LBB0_3
LBB0_2:
	; 1:77
	w6 = *(u32 *)(r1 + 56)
LBB0_3:
	r1 = AT_ ll
	r2 = zero_key ll
	call 1
	if r0 == 0 goto LBB0_5
	r6 <<= 32
	r6 s>>= 32
	r1 = *(u64 *)(r0 + 0)
	r1 += r6
	*(u64 *)(r0 + 0) = r1
	r1 = *(u64 *)(r0 + 8)
	r1 += 1
	*(u64 *)(r0 + 8) = r1
LBB0_5:
	w0 = 0
	exit
