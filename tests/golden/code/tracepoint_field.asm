section "tp/p0"
p0_tracepoint:
	; 1:0
	r6 = r1
	; 1:35
	r7 = r6
	r1 = 0
	*(u64 *)(r10 - 256) = r1
	*(u64 *)(r10 - 248) = r1
	r1 = 8
	r7 += r1
	r1 = r10
	r1 += -256
	w2 = 16
	r3 = r7
	call 115
	if r0 == 16 goto LBB0_6
	goto LBB0_7
LBB0_6:
	r7 += 15
	r1 = r10
	r1 += -241
	w2 = 1
	r3 = r7
	call 113
LBB0_7:
	; 1:51
	w1 = *(u32 *)(r6 + 56)
	*(u32 *)(r10 - 240) = w1
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
	if r0 != 0 goto LBB0_3
	r1 = sonde_losses ll
	lock *(u64 *)(r1 + 8) += r7
	goto LBB0_5
LBB0_3:
LBB0_4:
	r1 = *(u64 *)(r0 + 0)
	r1 += 1
	*(u64 *)(r0 + 0) = r1
LBB0_5:
	w0 = 0
	exit
