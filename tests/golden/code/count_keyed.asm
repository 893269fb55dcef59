section "raw_tp/p0"
p0_tracepoint:
	; 1:35
	call 14
	r0 >>= 32
	*(u32 *)(r10 - 256) = w0
	r2 = r10
	r2 += -256
	r1 = AT_ ll
	call 1
	if r0 == 0 goto LBB0_1
	goto LBB0_4
LBB0_1:
	r6 = r10
	r6 += -256
	r7 = 1
	r1 = AT_ ll
	r2 = r6
	r3 = text ll
	r4 = 1
	call 2
	r1 = AT_ ll
	r2 = r6
	call 1
	if r0 != 0 goto LBB0_6
	r1 = sonde_losses ll
	lock *(u64 *)(r1 + 8) += r7
	goto LBB0_5
LBB0_6:
LBB0_4:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
LBB0_5:
	w0 = 0
	exit
